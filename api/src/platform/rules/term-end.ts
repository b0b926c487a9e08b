/** Units of a term. */
export type TermUnit = 'days' | 'months' | 'years';

/**
 * A day later or earlier; from the end of a month to the end of a shorter one.
 *
 * @param day `YYYY-MM-DD`.
 */
export function shifted(day: string, amount: number, unit: TermUnit): string {
  const key = `${day} ${amount} ${unit}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const computed = compute(day, amount, unit);
  if (cache.size >= MOST_CACHED) cache.clear();
  cache.set(key, computed);
  return computed;
}

/** The days of thousands of people repeat: a ranking of candidates computes each term once. */
const cache = new Map<string, string>();
const MOST_CACHED = 20_000;

function compute(day: string, amount: number, unit: TermUnit): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  if (unit === 'days') return isoDay(Date.UTC(year, month - 1, date + amount));
  const months = unit === 'years' ? 12 * amount : amount;
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return isoDay(Date.UTC(year, month - 1 + months, Math.min(date, last)));
}

/**
 * The last day of a term that begins on a day: the day before the same day of a later month or year. Where that
 * month has no such day, its last day: a term of 6 years from 29 February 2020 ends on 28 February 2026.
 *
 * @param day the first day, `YYYY-MM-DD`.
 */
export function termEnd(day: string, amount: number, unit: TermUnit): string {
  const end = shifted(day, amount, unit);
  return unit !== 'days' && end.slice(8) !== day.slice(8) ? end : shifted(end, -1, 'days');
}

const isoDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
