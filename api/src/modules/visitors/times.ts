import { DateTime } from 'luxon';

/** The day of an instant at the plant, `2026-11-28`. */
export const dayAt = (at: Date, timeZone: string): string =>
  DateTime.fromJSDate(at, { zone: timeZone }).toISODate() as string;

/** A day some days later. */
export const dayLater = (day: string, days: number): string =>
  DateTime.fromISO(day, { zone: 'utc' }).plus({ days }).toISODate() as string;

/** The begin and the end of a day at the plant; the end does not belong to it. */
export function spanOf(day: string, timeZone: string): { from: Date; to: Date } {
  const begin = DateTime.fromISO(day, { zone: timeZone }).startOf('day');
  return { from: begin.toJSDate(), to: begin.plus({ days: 1 }).toJSDate() };
}
