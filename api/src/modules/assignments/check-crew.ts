import type { Prisma } from '../../generated/prisma/client.ts';
import { tenantIn } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { Matcher } from '../match/decisions.ts';
import type { Span } from '../match/range.ts';
import { isSpecial } from '../match/special.ts';
import { isCovered, outcomeOf } from './outcome.ts';
import { bookingsOf, lockPeople } from './parties.ts';
import { type AskingJob, partsOf } from './parts.ts';
import { planReasons } from './words.ts';

export type CrewMember = Prisma.WorkAssignmentModel;

/**
 * Delay of the second check after an assignment, ms: an event of a fact that was committed at the same time may have found no
 * row to mark.
 */
export const AGAIN_MS = 15_000;

/** A time with the state of the job. */
export type JobSpan = Span & { status: string };

/** The remaining time of a job; of a running one it begins now, even before its planned start. */
export const restOf = ({ from, until, status }: JobSpan, now: Date): Span => ({
  from: status === 'planned' && from > now ? from : now,
  // A job that runs beyond its end is decided for now.
  until: until > now ? until : new Date(now.getTime() + 1),
});

/** The time for which a job takes people: of one that runs, from now on. */
export const takenOf = ({ from, until, status }: JobSpan, now: Date): Span => ({
  from: status === 'running' ? now : from,
  until,
});

/**
 * Decides for all of a crew again, because the job changes or begins.
 *
 * @param options.status `running` where it begins now: then it is asked from now on, however early.
 * @param options.isElsewhere place, post or kind of work are others: what was overridden there is not so here.
 * @returns whether the job as it is now asks for a certificate or a permit.
 * @throws Problem `assignment.crew-refused` with those who may not do it so, or are assigned elsewhere then.
 */
export async function checkCrew(
  { tx }: Unit,
  matcher: Matcher,
  job: AskingJob & JobSpan,
  crew: readonly CrewMember[],
  { now = new Date(), isElsewhere = false } = {},
): Promise<{ special: boolean }> {
  const people = crew.map(({ personId }) => personId);
  await lockPeople(tx, tenantIn(tx), people);
  const parts = await partsOf(tx, job);
  const special = isSpecial(parts);
  const answers = await matcher.through(tx, people, parts, restOf(job, now));
  const bookings = await bookingsOf(tx, people, takenOf(job, now), job.id);
  const busy = new Set(bookings.map(({ personId }) => personId));
  const refused = [];
  for (const one of crew) {
    const answer = answers.get(one.personId);
    const outcome = answer ? outcomeOf(answer.answers, special) : null;
    const fits =
      outcome !== null &&
      (outcome.decision === 'allow' ||
        (!isElsewhere && isCovered(outcome, { ...one, special: one.special || special })));
    if (fits && !busy.has(one.personId)) continue;
    const codes = fits ? ['busy'] : (outcome?.codes ?? ['not-admitted']);
    refused.push({ person: one.personId, reasons: planReasons(codes) });
  }
  if (refused.length === 0) return { special };
  const names = await tx.person.findMany({
    where: { id: { in: refused.map(({ person }) => person) } },
    select: { id: true, name: true },
  });
  throw new Problem('assignment.crew-refused', undefined, {
    people: refused.map((one) => ({
      ...one,
      name: names.find(({ id }) => id === one.person)?.name ?? '',
    })),
  });
}
