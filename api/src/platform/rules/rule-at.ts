import { DateTime } from 'luxon';
import type { LawCertainty } from './certainty.ts';
import type { Instead, Override, Rule, RuleBook, RuleValue, RuleVersion } from './types.ts';

/** What a rule is asked about. */
export interface RuleFacts {
  /** The day on which the certificate was issued or last renewed; it may keep the terms of that day. */
  issuedOn?: string;
}

/** What a rule says at an instant, and what decided it. */
export interface RuleAnswer {
  rule: string;
  /** `not-in-force`: the first version begins later, or the last one has ended. */
  state: 'law' | 'override' | 'not-known' | 'not-in-force';
  /** Null where it is not known or not in force. */
  value: RuleValue | null;
  /** What counts where it is not known. */
  instead: Instead | null;
  /** The version of the law that decides, or that the override replaces. */
  version: RuleVersion | null;
  /** Of the version; null where none is in force. */
  certainty: LawCertainty | null;
  override: Override | null;
  /** The first later instant at which the answer may be another; null where none is known. */
  until: Date | null;
}

/** The calendar day of an instant in a time zone. */
export const dayAt = (instant: Date, timeZone: string): string =>
  DateTime.fromJSDate(instant, { zone: timeZone }).toISODate() as string;

/** Whether a day lies within first and last day; a first or last day of null is open. */
const holds = (from: string | null, to: string | null, day: string): boolean =>
  (from === null || from <= day) && (to === null || day <= to);

/** The version of a rule on a day; null where none is in force. */
export const versionOn = (rule: Rule, day: string): RuleVersion | null =>
  rule.versions.find(({ from, to }) => holds(from, to, day)) ?? null;

/**
 * What a rule says at an instant. A pure function: the same book, instant and facts always give the
 * same answer, also for the past.
 *
 * The version in force on the day decides; for a rule that keeps the terms of issue, the version of
 * the day of issue. An override replaces it from its first to its last day, except the terms kept
 * from a version that had ended before the override began.
 *
 * @param facts.issuedOn `YYYY-MM-DD`; a day after the instant counts as the day of the instant.
 * @throws RangeError for an id that no rule has.
 */
export function ruleAt(
  book: RuleBook,
  id: string,
  instant: Date,
  facts: RuleFacts = {},
): RuleAnswer {
  const rule = book.rules.find((one) => one.id === id);
  if (!rule) throw new RangeError(`there is no rule "${id}"`);
  const today = dayAt(instant, book.timeZone);
  const own = book.overrides.filter((one) => one.rule === id);
  const version = versionOn(rule, dayOfTerms(rule, today, facts));
  const override =
    own.find(
      ({ from, until }) => holds(from, until, today) && !(version?.to != null && version.to < from),
    ) ?? null;
  const until = nextChange(rule, own, today, book.timeZone);
  const base = { rule: id, version, certainty: version?.certainty ?? null, until };
  if (override) {
    return { ...base, state: 'override', value: override.value, instead: null, override };
  }
  if (!version) return { ...base, state: 'not-in-force', value: null, instead: null, override };
  if (version.value === null) {
    return { ...base, state: 'not-known', value: null, instead: version.instead, override };
  }
  return { ...base, state: 'law', value: version.value, instead: null, override };
}

/** The day whose version decides. */
function dayOfTerms(rule: Rule, today: string, { issuedOn }: RuleFacts): string {
  if (rule.keeps !== 'issued' || issuedOn === undefined) return today;
  return issuedOn < today ? issuedOn : today;
}

/** The midnight that begins the next version or override, or follows the last day of one. */
function nextChange(
  rule: Rule,
  overrides: readonly Override[],
  today: string,
  zone: string,
): Date | null {
  const dayAfter = (day: string) =>
    DateTime.fromISO(day, { zone: 'utc' }).plus({ days: 1 }).toISODate() as string;
  const first = [
    ...rule.versions.flatMap(({ from, to }) => [from, to === null ? null : dayAfter(to)]),
    ...overrides.flatMap(({ from, until }) => [from, until === null ? null : dayAfter(until)]),
  ]
    .filter((day): day is string => day !== null && day > today)
    .sort()[0];
  return first === undefined ? null : DateTime.fromISO(first, { zone }).startOf('day').toJSDate();
}

/** Whether an override is below what the law requires; false where the two cannot be compared. */
export function isWeaker(rule: Rule, override: Pick<Override, 'value'>, law: RuleValue | null) {
  if (rule.stricter === null || law?.kind !== 'amount' || law.unit !== override.value.unit) {
    return false;
  }
  return rule.stricter === 'more'
    ? override.value.amount < law.amount
    : override.value.amount > law.amount;
}
