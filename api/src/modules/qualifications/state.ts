import { DateTime } from 'luxon';

export const types = ['special-work', 'special-equipment', 'guardian', 'skill', 'fitness'] as const;
export type QualificationType = (typeof types)[number];
export type FitnessResult = 'fit' | 'restricted' | 'unfit';

/**
 * All of a qualification that decides whether it counts. Pure data: days are `YYYY-MM-DD` at the plant,
 * instants RFC 3339.
 */
export interface QualificationFact {
  id: string;
  type: QualificationType;
  /** A word of the dictionary of its type. */
  category: string;
  /** Of a skill. */
  level: number | null;
  issuedOn: string | null;
  /** The first day on which it counts. */
  validFrom: string;
  /** The last day on which it counts; null where it has no end. */
  validUntil: string | null;
  /** The last day on which it counts without a new review; null where none is due. */
  reviewDueOn: string | null;
  /** Of fitness: all that others use of it. */
  result: FitnessResult | null;
  /** Times in which it does not count; the end is the first instant at which it does again. */
  suspensions: readonly { from: string; until: string | null }[];
  revokedAt: string | null;
}

export interface StateAt {
  state: 'valid' | 'not-yet' | 'suspended' | 'revoked' | 'expired';
  /** What ended it: its term, or a review that was not made. */
  endedBy: 'term' | 'review' | null;
  /** The first later instant at which the state changes by what is known; null where it never does. */
  changesAt: string | null;
}

/** The last day on which it counts; null without an end. */
export function lastDay({
  validUntil,
  reviewDueOn,
}: Pick<QualificationFact, 'validUntil' | 'reviewDueOn'>): string | null {
  if (validUntil === null || reviewDueOn === null) return validUntil ?? reviewDueOn;
  return reviewDueOn < validUntil ? reviewDueOn : validUntil;
}

/**
 * The state of a qualification at an instant. Pure: the same facts and instant always give the same
 * answer, also for the past.
 *
 * @param timeZone of the plant: a day begins and ends there.
 */
export function stateAt(fact: QualificationFact, instant: Date, timeZone: string): StateAt {
  const now = instant.getTime();
  const last = lastDay(fact);
  const begins = beginOf(fact.validFrom, timeZone);
  const ends = last === null ? null : beginOf(dayAfter(last), timeZone);
  const revoked = fact.revokedAt === null ? null : Date.parse(fact.revokedAt);
  const spans = fact.suspensions.map(({ from, until }) => ({
    from: Date.parse(from),
    until: until === null ? Number.POSITIVE_INFINITY : Date.parse(until),
  }));
  const turns = [begins, ends, revoked, ...spans.flatMap(({ from, until }) => [from, until])];
  const next = Math.min(
    ...turns.filter((at): at is number => at !== null && at > now && Number.isFinite(at)),
  );
  const changesAt = Number.isFinite(next) ? new Date(next).toISOString() : null;
  if (revoked !== null && revoked <= now) {
    return { state: 'revoked', endedBy: null, changesAt: null };
  }
  if (ends !== null && ends <= now) {
    const endedBy = last === fact.validUntil ? 'term' : 'review';
    return { state: 'expired', endedBy, changesAt };
  }
  const state = spans.some(({ from, until }) => from <= now && now < until)
    ? 'suspended'
    : begins > now
      ? 'not-yet'
      : 'valid';
  return { state, endedBy: null, changesAt };
}

const beginOf = (day: string, zone: string) => DateTime.fromISO(day, { zone }).toMillis();
export const dayAfter = (day: string, days = 1): string =>
  DateTime.fromISO(day, { zone: 'utc' }).plus({ days }).toISODate() as string;
