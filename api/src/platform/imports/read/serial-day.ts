/** The last serial number of a day, 9999-12-31. */
const LAST = 2_958_465;
const DAY_MS = 86_400_000;

/**
 * The day of an Excel serial number, without its time. The system of 1900 counts a 29 February 1900
 * that did not exist (ECMA-376 part 1, 18.17.4.1): number 60 is no day.
 *
 * @param since1904 whether the workbook counts from 1904-01-01, as those of old Macs do.
 * @returns `2024-03-01`, or undefined where the number is no day.
 */
export function serialDay(serial: number, since1904 = false): string | undefined {
  const days = Math.floor(serial);
  if (!(days >= 1) || days > LAST) return undefined;
  if (since1904) return isoDay(Date.UTC(1904, 0, 1) + days * DAY_MS);
  if (days === 60) return undefined;
  return isoDay(Date.UTC(1899, 11, days < 60 ? 31 : 30) + days * DAY_MS);
}

const isoDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
