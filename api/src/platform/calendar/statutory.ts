import data from 'chinese-days/dist/chinese-days.json' with { type: 'json' };

/*
 * The State Council announces the holidays of a year in the autumn before it. The dates are looked
 * up as text, not by the package's functions, which read them in the time zone of the process.
 */
const holidays: Record<string, string> = data.holidays;
const workdays: Record<string, string> = data.workdays;

/** The last day of the last year whose holidays are announced in the data. */
export const statutoryUntil = `${Object.keys(holidays).sort().at(-1)?.slice(0, 4)}-12-31`;

/** @param date YYYY-MM-DD. @returns null for a day that follows the week. */
export function statutoryDay(
  date: string,
): { works: boolean; name: { zh: string; en: string } } | null {
  const works = date in workdays;
  const named = works ? workdays[date] : holidays[date];
  if (named === undefined) return null;
  const [en = named, zh = named] = named.split(',');
  return { works, name: { zh, en } };
}
