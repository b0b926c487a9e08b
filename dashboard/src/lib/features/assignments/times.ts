import { toLocal } from './week.ts';

/** `08:00–12:00` by the clock of the plant; with the days where it goes past midnight. */
export function spanText(
  { from, until }: { from: string; until: string },
  timeZone: string,
  withDay = false,
): string {
  const [a = '', b = ''] = [toLocal(from, timeZone), toLocal(until, timeZone)];
  const sameDay = a.slice(0, 10) === b.slice(0, 10);
  const text = (local: string, day: boolean) =>
    day ? `${local.slice(5, 10)} ${local.slice(11)}` : local.slice(11);
  return `${text(a, withDay || !sameDay)}–${text(b, !sameDay)}`;
}
