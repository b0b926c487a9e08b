import { DateTime } from 'luxon';

/** A daily period, such as from 22:00 to 07:00; it may span midnight. */
export interface QuietHours {
  from: string;
  to: string;
}

/**
 * @returns the end of the quiet hours that contain `now`, or null outside of them. Equal times mean
 *   no quiet hours.
 */
export function quietUntil(quiet: QuietHours, timeZone: string, now: Date): Date | null {
  if (quiet.from === quiet.to) return null;
  const here = DateTime.fromJSDate(now, { zone: timeZone });
  // Quiet hours that started yesterday may still last.
  for (const day of [here.minus({ days: 1 }), here]) {
    const from = at(day, quiet.from);
    const end = at(day, quiet.to);
    const to = end > from ? end : at(day.plus({ days: 1 }), quiet.to);
    if (from <= here && here < to) return to.toJSDate();
  }
  return null;
}

function at(day: DateTime, time: string): DateTime {
  const [hour, minute] = time.split(':').map(Number);
  return day.startOf('day').set({ hour: hour ?? 0, minute: minute ?? 0 });
}
