import { DateTime } from 'luxon';
import type { Interval } from '../manifest.ts';

/*
 * Calendar arithmetic of obligations. Days are `YYYY-MM-DD`, so that no zone shifts them; only the
 * instants at which a day begins depend on a zone.
 */

const parse = (day: string): DateTime => DateTime.fromISO(day, { zone: 'utc' });
const text = (day: DateTime): string => day.toISODate() as string;

/** @returns the day, that many intervals later; the last day of the month where it has no such day. */
export const plusInterval = (day: string, { n, unit }: Interval, times = 1): string =>
  text(parse(day).plus({ [unit]: n * times }));

export const minusInterval = (day: string, { n, unit }: Interval): string =>
  text(parse(day).minus({ [unit]: n }));

export const plusDays = (day: string, days: number): string => text(parse(day).plus({ days }));

/** The calendar day of an instant in a zone. */
export const dayIn = (instant: Date, zone: string): string =>
  text(DateTime.fromJSDate(instant, { zone }));

/** The instant at which a day begins in a zone; where the clock skips midnight, the end of the skip. */
export const beginOf = (day: string, zone: string): Date =>
  DateTime.fromISO(day, { zone }).startOf('day').toJSDate();

/**
 * The first day of a schedule after a day. Each day is counted from the anchor and not from the one
 * before: monthly from 31 January is 28 February and then 31 March, so that nothing drifts.
 *
 * @param from the anchor; the first day of the schedule is one interval after it.
 */
export function nextAfter(from: string, every: Interval, day: string): string {
  const { n, unit } = every;
  if (!(Number.isInteger(n) && n > 0))
    throw new RangeError(`an interval of ${n} ${unit} never ends`);
  const passed = parse(day).diff(parse(from), unit).as(unit);
  let k = Math.max(1, Math.floor(passed / n) - 1);
  while (plusInterval(from, every, k) <= day) k++;
  return plusInterval(from, every, k);
}

/** The interval in words that every reader of the table understands: `3 months`. */
export const intervalText = ({ n, unit }: Interval): string => `${n} ${unit}`;

/** The interval that {@link intervalText} wrote; null for null. */
export function readInterval(written: string | null): Interval | null {
  const [n, unit] = (written ?? '').split(' ');
  return written === null ? null : { n: Number(n), unit: unit as Interval['unit'] };
}

/** The instants at which the steps of a case begin. */
export interface StepTimes {
  opensAt: Date | null;
  dueAt: Date | null;
  overdueAt: Date | null;
  escalatesAt: Date | null;
}

/**
 * @param days.dueOn the day that counts, null while it is not known: the case can be open all the
 *   same, such as where a meter comes near.
 * @param terms.grace days after it before the case is overdue.
 * @param terms.escalate days from overdue to escalated; undefined for never.
 */
export function stepTimes(
  { opensOn, dueOn }: { opensOn: string | null; dueOn: string | null },
  { grace = 0, escalate }: { grace?: number | undefined; escalate?: number | undefined },
  zone: string,
): StepTimes {
  const begin = (day: string | null) => (day === null ? null : beginOf(day, zone));
  const overdueOn = dueOn === null ? null : plusDays(dueOn, grace + 1);
  const escalatesOn =
    overdueOn === null || escalate === undefined ? null : plusDays(overdueOn, escalate);
  // A case that is due is open.
  const opens = opensOn !== null && dueOn !== null && dueOn < opensOn ? dueOn : (opensOn ?? dueOn);
  return {
    opensAt: begin(opens),
    dueAt: begin(dueOn),
    overdueAt: begin(overdueOn),
    escalatesAt: begin(escalatesOn),
  };
}

/** The instants in the order of the steps. */
export const inOrder = ({ opensAt, dueAt, overdueAt, escalatesAt }: StepTimes): (Date | null)[] => [
  opensAt,
  dueAt,
  overdueAt,
  escalatesAt,
];

/** How many steps have begun at an instant. */
export const begunSteps = (times: StepTimes, now: Date): number =>
  inOrder(times).filter((at) => at !== null && at <= now).length;

/**
 * When the job has to look at a case again: the beginning of the first step that was not passed;
 * null where there is none.
 *
 * @param told the number of passed steps.
 */
export const nextLook = (times: StepTimes, told: number): Date | null =>
  inOrder(times)[told] ?? null;
