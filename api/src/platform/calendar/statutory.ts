import data from 'chinese-days/dist/chinese-days.json' with { type: 'json' };

/*
 * The State Council announces the holidays of a year in the previous autumn. The dates are looked
 * up as text, not by the package's functions, which read them in the time zone of the process.
 */
const holidays: Record<string, string> = data.holidays;
const workdays: Record<string, string> = data.workdays;

/** The last day of the last year with announced holidays in the data. */
export const statutoryUntil = `${Object.keys(holidays).sort().at(-1)?.slice(0, 4)}-12-31`;

/**
 * Lunar New Year, Tomb-sweeping Day, Dragon Boat Festival and Mid-Autumn of a year (GB/T 33661).
 */
const movable: Record<number, [string, string, string, string]> = {
  2027: ['02-06', '04-05', '06-09', '09-15'],
  2028: ['01-26', '04-04', '05-28', '10-03'],
  2029: ['02-13', '04-04', '06-16', '09-22'],
  2030: ['02-03', '04-05', '06-05', '09-12'],
  2031: ['01-23', '04-05', '06-24', '10-01'],
  2032: ['02-11', '04-04', '06-12', '09-19'],
  2033: ['01-31', '04-04', '06-01', '09-08'],
  2034: ['02-19', '04-05', '06-20', '09-27'],
  2035: ['02-08', '04-05', '06-10', '09-16'],
  2036: ['01-28', '04-04', '05-30', '10-04'],
  2037: ['02-15', '04-04', '06-18', '09-24'],
  2038: ['02-04', '04-05', '06-07', '09-13'],
  2039: ['01-24', '04-05', '05-27', '10-02'],
  2040: ['02-12', '04-04', '06-14', '09-20'],
};

interface StatutoryDay {
  works: boolean;
  name: { zh: string; en: string };
}

/** @param date YYYY-MM-DD. @returns null for a day that follows the week. */
export function statutoryDay(date: string): StatutoryDay | null {
  if (date > statutoryUntil) return dayOfTheLaw(date);
  const works = date in workdays;
  const named = works ? workdays[date] : holidays[date];
  if (named === undefined) return null;
  const [en = named, zh = named] = named.split(',');
  return { works, name: { zh, en } };
}

/**
 * The holidays of a year that is not announced yet, as fixed by law (State Council decree on
 * holidays, as of 2025, article 2). Shifted workdays are only announced, so a time limit over them
 * may end a day or two before one computed later.
 */
function dayOfTheLaw(date: string): StatutoryDay | null {
  const [newYear, tombs, boats, moon] = movable[Number(date.slice(0, 4))] ?? [];
  const day = date.slice(5);
  const off = (zh: string, en: string) => ({ works: false, name: { zh, en } });
  if (day === '01-01') return off('元旦', "New Year's Day");
  if (day === '05-01' || day === '05-02') return off('劳动节', 'Labour Day');
  if (['10-01', '10-02', '10-03'].includes(day)) return off('国庆节', 'National Day');
  if (day === tombs) return off('清明', 'Tomb-sweeping Day');
  if (day === boats) return off('端午', 'Dragon Boat Festival');
  if (day === moon) return off('中秋', 'Mid-autumn Festival');
  if (newYear) {
    const first = Date.parse(`${date.slice(0, 4)}-${newYear}`);
    const since = (Date.parse(date) - first) / 86_400_000;
    // From the eve to the third day.
    if (since >= -1 && since <= 2) return off('春节', 'Spring Festival');
  }
  return null;
}

/** The holidays and shifted workdays of a year, by date; see {@link statutoryDay}. */
export function statutoryDaysOf(year: number): (StatutoryDay & { date: string })[] {
  const found: (StatutoryDay & { date: string })[] = [];
  for (let at = new Date(Date.UTC(year, 0, 1)); at.getUTCFullYear() === year; ) {
    const date = at.toISOString().slice(0, 10);
    const day = statutoryDay(date);
    if (day) found.push({ date, ...day });
    at = new Date(at.getTime() + 86_400_000);
  }
  return found;
}
