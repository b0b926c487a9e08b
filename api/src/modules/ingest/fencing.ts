import type { ViolationConfirmed, ViolationEnded, ViolationEvent } from '@anshi/contracts';
import type { Transaction } from '../../platform/db/database.ts';
import { remembersEpisode } from '../cameras/judge-memory.ts';
import { coversMoment, findGrant, type Grant } from '../cameras/who-held.ts';

/** Starts of one episode, as two workers tell them, differ by this at most, ms. */
const SAME_START_MS = 1_000;

/** What an event under a fencing number is worth. `by-times`: as one without a number. */
export type Fenced = 'its' | 'by-times' | { readonly refused: string };

/** Of a violation that a worker confirmed under the number of its grant. */
export async function fenceConfirmed(
  tx: Transaction,
  worker: string,
  { camera, confirmedAt, grant }: ViolationConfirmed['data'],
): Promise<Fenced> {
  if (grant === undefined) return 'by-times';
  const found = await findGrant(tx, camera, worker, grant);
  // Unknown after the database went back to a backup, or far from the grant in time.
  if (!found) return 'by-times';
  if (coversMoment(found, new Date(confirmedAt))) return 'its';
  const { next } = found;
  if (!next || new Date(confirmedAt) < next.from) return 'by-times';
  return { refused: refusal(camera, grant, next) };
}

const refusal = (camera: string, number: number, { worker, from }: NonNullable<Grant['next']>) =>
  `the camera ${camera} was given to the worker ${worker} at ${from.toISOString()}, and this is under the earlier number ${number}`;

/**
 * Of the end of an episode. The holder of the camera ends what an earlier one recorded; an earlier holder
 * whose judge state was handed over ends nothing any more, since the next one goes on with it. Exception: an end from before the
 * hand-over, of an episode that is not open in the judge state. No other worker would send it, so it is accepted at any time.
 *
 * @param ended.endedAt left out for events that are no end.
 * @returns `by-times` where the event has no number: then a worker ends its own episodes alone.
 */
export async function fenceEnded(
  tx: Transaction,
  worker: string,
  ended: Pick<ViolationEnded['data'], 'violation' | 'grant'> & { endedAt?: string },
): Promise<Fenced> {
  const { violation, grant, endedAt } = ended;
  if (grant === undefined) return 'by-times';
  const record = await tx.violation.findFirst({
    where: { id: violation },
    select: { camera: true, endedAt: true },
  });
  const found = record && (await findGrant(tx, record.camera, worker, grant));
  if (!found) return 'by-times';
  const { next } = found;
  if (!next?.handed) return 'its';
  const isEarlier = endedAt !== undefined && new Date(endedAt) < next.from;
  const isLeft = isEarlier && record.endedAt === null;
  if (isLeft && !(await remembersEpisode(tx, record.camera, violation))) return 'its';
  return { refused: refusal(record.camera, grant, next) };
}

/**
 * The same episode as another worker recorded it, where the camera changed hands while it began: both had
 * seen its beginning. The person has one id for both, since the memory went with the camera.
 *
 * @returns its id; null where there is none.
 */
async function findTwin(
  tx: Transaction,
  source: string,
  data: ViolationConfirmed['data'],
): Promise<string | null> {
  const { camera, ruleId, item, direction, subject, actor, zone, grant, startedAt } = data;
  if (grant === undefined) return null;
  const found = await findGrant(tx, camera, source.slice('/vision/'.length), grant);
  if (!found || (found.takenFrom === null && found.next === null)) return null;
  const start = Date.parse(startedAt);
  const twin = await tx.violation.findFirst({
    where: {
      source: { not: source },
      camera,
      ruleId,
      item,
      direction,
      subject,
      actor,
      zone,
      startedAt: { gte: new Date(start - SAME_START_MS), lte: new Date(start + SAME_START_MS) },
    },
    select: { id: true },
  });
  return twin?.id ?? null;
}

/** The violation that an event of this worker was the same as; null where it was not such a one. */
async function twinOf(tx: Transaction, source: string, violation: string): Promise<string | null> {
  const taken = await tx.violationEventInbox.findFirst({
    where: { source, eventId: violation, type: 'cn.anshi.violation.confirmed.v2' },
    select: { violationId: true },
  });
  return taken && taken.violationId !== violation ? taken.violationId : null;
}

/**
 * The event under the id that its violation has on record: where two workers confirmed one episode, the
 * first one's. `isTwin`: there is nothing to add to that one.
 */
export async function asRecorded(
  tx: Transaction,
  event: ViolationEvent,
): Promise<{ event: ViolationEvent; isTwin: boolean }> {
  const twin =
    event.type === 'cn.anshi.violation.confirmed.v2'
      ? await findTwin(tx, event.source, event.data)
      : await twinOf(tx, event.source, event.data.violation);
  if (twin === null) return { event, isTwin: false };
  const changed = { ...event, data: { ...event.data, violation: twin } } as ViolationEvent;
  const goesOn = ['cn.anshi.violation.ended.v1', 'cn.anshi.violation.followed.v1'];
  return { event: changed, isTwin: !goesOn.includes(event.type) };
}
