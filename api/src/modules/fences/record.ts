import type { Prisma } from '../../generated/prisma/client.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { blankNotices } from '../../platform/notices/blank.ts';
import { keepFixes } from '../locations/repository.ts';
import type { Intrusion } from './intrusions.ts';
import { KNOWN_MS } from './presence.ts';
import type { DecidedRight, TrackState } from './state.ts';
import type { FenceTell } from './tell.ts';
import type { Bound } from './wearer.ts';

/** Fixes around begin and end of an event are kept, ms. */
const AROUND_MS = 60_000;

type Event = Prisma.FenceEventModel;
type Fence = Pick<Prisma.AreaFenceModel, 'id' | 'areaId' | 'kind' | 'severity'>;
export interface TrackKey {
  fenceId: string;
  badge: string;
}
/** The badge and fence of the stays, and the rights that were decided. */
interface At {
  fence: Fence;
  key: TrackKey;
  person: string | null;
  /** Since when the badge is worn as it is; ms since the epoch. */
  boundSince: number;
  rights: readonly DecidedRight[];
  state: Pick<TrackState, 'since' | 'renewedAt'>;
}

export type EventRecord = ReturnType<typeof createRecord>;

/** Makes events of stays without a right: opened, changed, ended, taken back. */
export function createRecord({ tenant, tell }: { tenant: string; tell: FenceTell }) {
  /**
   * New events opened, those that moved changed, those that are no more taken back.
   *
   * @returns since when stays count: from now on where an event ended as the fence was changed.
   */
  async function sync(
    unit: Unit,
    at: At,
    intrusions: readonly Intrusion[],
    now: Date,
  ): Promise<number> {
    const { tx } = unit;
    const { key, person, boundSince, state } = at;
    const oldest = new Date(now.getTime() - KNOWN_MS);
    const known = await tx.fenceEvent.findMany({
      where: {
        fenceId: key.fenceId,
        badge: key.badge,
        personId: person,
        begunAt: { gte: new Date(boundSince) },
        openedAt: { gte: new Date(state.since) },
        OR: [
          { state: 'open' },
          { state: 'ended', closedBy: { in: ['left', 'allowed'] }, begunAt: { gt: oldest } },
        ],
      },
      orderBy: { id: 'asc' },
    });
    const isOfBefore = (one: Event) => one.openedAt.getTime() < state.renewedAt;
    const kept = new Set<string>();
    for (const intrusion of intrusions) {
      const same = known.find((one) => !kept.has(one.id) && overlaps(one, intrusion, now));
      if (same) {
        kept.add(same.id);
        const from = isOfBefore(same) ? same.begunAt.getTime() : intrusion.from;
        await change(unit, same, { ...intrusion, from }, now);
      } else if (intrusion.until === null || intrusion.until > oldest.getTime()) {
        kept.add(await open(unit, at, intrusion, now));
      }
    }
    let { since } = state;
    for (const event of known) {
      if (kept.has(event.id)) continue;
      // It was an event by the fence as it was: no position says otherwise.
      if (isOfBefore(event)) {
        if (await close(unit, event, 'inactive', now)) since = now.getTime();
      }
      // Longer ago than what is known: it ended, and nothing takes it back.
      else if (event.begunAt <= oldest) await close(unit, event, 'left', now);
      else await withdraw(unit, event, now);
    }
    return since;
  }

  async function open(unit: Unit, at: At, intrusion: Intrusion, now: Date): Promise<string> {
    const { tx } = unit;
    const { fence, key, person, rights } = at;
    const refusal = rights.findLast(({ allowed }) => !allowed);
    const id = newId();
    await tx.fenceEvent.createMany({
      data: [
        {
          tenantId: tenant,
          id,
          fenceId: fence.id,
          areaId: fence.areaId,
          kind: fence.kind,
          severity: fence.severity,
          badge: key.badge,
          personId: person,
          begunAt: new Date(intrusion.from),
          untilAt: intrusion.until === null ? null : new Date(intrusion.until),
          openedAt: now,
          ...(intrusion.isOver ? closing(intrusion, now) : { state: 'open' }),
          certainty: intrusion.certainty,
          codes: [...(refusal?.codes ?? [])],
          reasons: (refusal?.reasons ?? []) as unknown as Prisma.InputJsonArray,
          matchId: refusal?.matchId ?? null,
        },
      ],
    });
    await keepAround(unit, key.badge, intrusion.from);
    await emit(unit, id, fence, 'opened');
    if (intrusion.isOver) await emit(unit, id, fence, 'ended');
    await tell(unit, id);
    return id;
  }

  /** All open events of a badge at a fence end. */
  async function endAll(
    unit: Unit,
    { fenceId, badge }: TrackKey,
    why: Closing,
    now: Date,
    isEnded: (event: Event) => boolean = () => true,
  ): Promise<void> {
    const known = await unit.tx.fenceEvent.findMany({ where: { fenceId, badge, state: 'open' } });
    for (const event of known) if (isEnded(event)) await close(unit, event, why, now);
  }

  return {
    sync,
    endAll,
    /** Events of the badge while it was worn by another person, or by the same one before, end. */
    endOfOthers: (unit: Unit, key: TrackKey, { person, since }: Bound, now: Date): Promise<void> =>
      endAll(
        unit,
        key,
        'handed-over',
        now,
        (one) => one.personId !== person || one.begunAt.getTime() < since,
      ),
  };
}

async function change(unit: Unit, event: Event, intrusion: Intrusion, now: Date): Promise<void> {
  const begunAt = new Date(intrusion.from);
  const untilAt = intrusion.until === null ? null : new Date(intrusion.until);
  const isMoved = event.untilAt?.getTime() !== untilAt?.getTime();
  const turns = intrusion.isOver === (event.state === 'open');
  if (!isMoved && !turns && event.begunAt.getTime() === begunAt.getTime()) return;
  const turned = intrusion.isOver
    ? closing(intrusion, now)
    : { state: 'open', closedAt: null, closedBy: null };
  await unit.tx.fenceEvent.updateMany({
    where: { id: event.id },
    data: { begunAt, untilAt, ...(turns ? { ...turned, version: { increment: 1 } } : {}) },
  });
  if (intrusion.until !== null) await keepAround(unit, event.badge ?? '', intrusion.until);
  if (turns) await emit(unit, event.id, fenceOf(event), intrusion.isOver ? 'ended' : 'resumed');
}

/** Takes an event back, and what was told of it. */
async function withdraw(unit: Unit, event: Event, now: Date): Promise<void> {
  await unit.tx.fenceEvent.updateMany({
    where: { id: event.id },
    data: { state: 'withdrawn', closedAt: now, closedBy: 'late-fix', version: { increment: 1 } },
  });
  await blankNotices(unit.tx, 'fence-event', [event.id], {
    zh: '迟到的定位表明并非如此，该事件已撤回。',
    en: 'A late position shows that it was not so: the event was taken back.',
  });
  await emit(unit, event.id, fenceOf(event), 'withdrawn');
}

const overlaps = ({ begunAt, untilAt }: Event, { from, until }: Intrusion, now: Date): boolean =>
  begunAt.getTime() <= (until ?? now.getTime()) && (untilAt ?? now).getTime() >= from;

const closing = ({ byRight }: Intrusion, now: Date) => ({
  state: 'ended',
  closedAt: now,
  closedBy: byRight ? 'allowed' : 'left',
});

const fenceOf = ({ fenceId, areaId }: Event) => ({ id: fenceId, areaId });

const keepAround = (unit: Unit, badge: string, at: number): Promise<number> =>
  keepFixes(unit.tx, [badge], new Date(at - AROUND_MS), new Date(at + AROUND_MS));

const emit = (
  unit: Unit,
  id: string,
  fence: Pick<Fence, 'id' | 'areaId'>,
  what: 'opened' | 'ended' | 'resumed' | 'withdrawn',
): Promise<void> =>
  unit.emit({
    entity: 'fence-event',
    what,
    subject: id,
    data: { event: id, fence: fence.id, area: fence.areaId },
  });

type Closing = 'inactive' | 'left' | 'gone' | 'handed-over' | 'consent';

/**
 * Ends an open event; one that is over stays as it is.
 *
 * @param until where it was heard last; left out: now.
 * @returns whether it was open.
 */
export async function close(
  unit: Unit,
  event: Event,
  why: Closing,
  now: Date,
  until: Date = now,
): Promise<boolean> {
  if (event.state !== 'open') return false;
  const end = (event.untilAt ?? until).getTime();
  const { count } = await unit.tx.fenceEvent.updateMany({
    where: { id: event.id, state: 'open' },
    data: {
      state: 'ended',
      closedAt: now,
      closedBy: why,
      untilAt: new Date(Math.max(end, event.begunAt.getTime())),
      version: { increment: 1 },
    },
  });
  if (count > 0) await emit(unit, event.id, fenceOf(event), 'ended');
  return count > 0;
}
