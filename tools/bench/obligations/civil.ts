/*
 * Calendar arithmetic of the truth, by hand: nothing is shared with the program, whose mistakes would
 * be the truth's, too. Days are `YYYY-MM-DD`.
 */

export interface Span {
  n: number;
  unit: 'days' | 'weeks' | 'months' | 'years';
}
const DAY_MS = 86_400_000;
const pad = (value: number, length = 2) => String(value).padStart(length, '0');
const isLeap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const lengthOf = (year: number, month: number): number =>
  month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;

export function addSpan(day: string, { n, unit }: Span): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  if (unit === 'days' || unit === 'weeks') {
    const days = n * (unit === 'weeks' ? 7 : 1);
    return new Date(Date.UTC(year, month - 1, date) + days * DAY_MS).toISOString().slice(0, 10);
  }
  const months = year * 12 + (month - 1) + n * (unit === 'years' ? 12 : 1);
  const [toYear, toMonth] = [Math.floor(months / 12), (months % 12) + 1];
  return `${pad(toYear, 4)}-${pad(toMonth)}-${pad(Math.min(date, lengthOf(toYear, toMonth)))}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();
/** The calendar day of an instant in a zone. */
export function dayOf(at: number, zone: string): string {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
  formats.set(zone, format);
  return format.format(at);
}

const midnights = new Map<string, number>();
/** The first instant of a day in a zone, ms: found by halving. */
export function midnightOf(day: string, zone: string): number {
  const key = `${day} ${zone}`;
  const known = midnights.get(key);
  if (known !== undefined) return known;
  // In whole minutes: no zone of today begins a day between two.
  let low = Date.parse(`${day}T00:00:00Z`) / 60_000 - 16 * 60;
  let high = low + 32 * 60;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (dayOf(middle * 60_000, zone) >= day) high = middle;
    else low = middle;
  }
  high *= 60_000;
  midnights.set(key, high);
  return high;
}
