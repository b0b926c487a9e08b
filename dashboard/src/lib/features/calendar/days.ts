import type { Calendar, StatutoryDay, Weekday } from './calendar-api.ts';

/** From Monday, as a week begins in China and in ISO 8601. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export type DayKind =
  | 'works'
  | 'free'
  | 'holiday'
  | 'shifted'
  | 'exception-free'
  | 'exception-works';

const two = (n: number): string => String(n).padStart(2, '0');
export const dateText = (year: number, month: number, day: number): string =>
  `${year}-${two(month)}-${two(day)}`;

/** Of a date string, independent of the browser's time zone. */
export function weekdayOf(date: string): Weekday {
  const day = new Date(`${date}T00:00:00Z`).getUTCDay();
  return weekdays[(day + 6) % 7] as Weekday;
}

/** The kind of a day: company exceptions precede the law, and the law precedes the week. */
export function kindOf(
  date: string,
  calendar: Calendar,
  statutory: ReadonlyMap<string, StatutoryDay>,
): { kind: DayKind; name: { zh: string; en: string } | null } {
  const exception = calendar.exceptions.find((one) => one.date === date);
  if (exception) {
    const kind = exception.hours.length > 0 ? 'exception-works' : 'exception-free';
    return { kind, name: exception.name };
  }
  const law = calendar.statutory === 'cn' ? statutory.get(date) : undefined;
  if (law) return { kind: law.works ? 'shifted' : 'holiday', name: law.name };
  return { kind: calendar.week[weekdayOf(date)].length > 0 ? 'works' : 'free', name: null };
}

/** The days of a month in weeks from Monday; null for days of other months. */
export function monthGrid(year: number, month: number): (string | null)[] {
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const before = weekdays.indexOf(weekdayOf(dateText(year, month, 1)));
  return [
    ...Array.from({ length: before }, () => null),
    ...Array.from({ length: days }, (_, i) => dateText(year, month, i + 1)),
  ];
}

/** Parses `08:00-12:00, 13:00-17:00`; null for other input. */
export function readHours(text: string): [string, string][] | null {
  const trimmed = text.trim();
  if (trimmed === '') return [];
  const pairs: [string, string][] = [];
  for (const part of trimmed.split(/[,，;；、]/)) {
    const match = /^\s*(\d{1,2}):(\d{2})\s*[-–~至]\s*(\d{1,2}):(\d{2})\s*$/.exec(part);
    if (!match) return null;
    const [, h1 = '', m1 = '', h2 = '', m2 = ''] = match;
    const [from, to] = [`${h1.padStart(2, '0')}:${m1}`, `${h2.padStart(2, '0')}:${m2}`];
    const last = pairs.at(-1);
    if (from >= to || to > '24:00' || m1 > '59' || m2 > '59') return null;
    if (last && last[1] > from) return null;
    pairs.push([from, to]);
  }
  return pairs;
}

export const writeHours = (hours: readonly (readonly string[])[]): string =>
  hours.map(([from, to]) => `${from}-${to}`).join(', ');
