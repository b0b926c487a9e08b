import { DateTime } from 'luxon';
import { type Hours, hoursOfWeekday, type WorkingCalendar } from './definition.ts';
import { statutoryDay } from './statutory.ts';

export interface Amount {
  amount: number;
  unit: 'hours' | 'working-hours' | 'days' | 'working-days';
}

export interface Calendar {
  zone: string;
  /** The hours of a day, YYYY-MM-DD: the company's exception, else the law's, else the week's. */
  hoursOn(date: string): Hours;
  /**
   * The instant at which a duration ends.
   *
   * hours: elapsed hours. days: at the same time of day, that many days later. working-hours: only
   * within working hours. working-days: at the end of work of the n-th working day after the
   * present day, which does not count (Civil Code of the PRC, articles 201 and 203).
   *
   * @throws RangeError for a negative amount, or where there is no working time within ten years.
   */
  add(from: Date, amount: Amount): Date;
}

/** Longer than any company closes; bounds the search in a calendar without hours. */
const SEARCH_DAYS = 3_660;
/** Results of working days cached per day. */
const MOST_KNOWN = 100;

/** @param zone of the installation, for a calendar without one. */
export function createCalendar(definition: WorkingCalendar, zone: string): Calendar {
  const timeZone = definition.timeZone ?? zone;
  const exceptions = new Map(definition.exceptions.map((one) => [one.date, one.hours]));
  // A Saturday worked in place of another day has the hours of the week's first working day.
  const workday =
    [1, 2, 3, 4, 5, 6, 7]
      .map((weekday) => hoursOfWeekday(definition.week, weekday))
      .find((hours) => hours.length > 0) ?? [];

  const hoursOf = (day: DateTime<boolean>): Hours => {
    const date = day.toISODate() as string;
    const own = exceptions.get(date);
    if (own) return own;
    const usual = hoursOfWeekday(definition.week, day.weekday);
    const lawful = definition.statutory === 'cn' ? statutoryDay(date) : null;
    if (!lawful) return usual;
    if (!lawful.works) return [];
    return usual.length > 0 ? usual : workday;
  };

  /**
   * The working spans of a day as instants in ms, in order; a day skipped by the clock has none.
   */
  const spansOf = (day: DateTime<boolean>, next: DateTime<boolean>): [number, number][] => {
    const begin = day.toMillis();
    const isEven = next.toMillis() - begin === 86_400_000;
    const instant = (time: string) =>
      isEven ? begin + minutesOf(time) * 60_000 : instantOf(day, next, time);
    return hoursOf(day)
      .map(([from, to]): [number, number] => [instant(from), instant(to)])
      .filter(([from, to]) => from < to);
  };

  const nextOf = (day: DateTime<boolean>): DateTime<boolean> =>
    day.plus({ days: 1 }).startOf('day');

  function addWorkingHours(from: Date, hours: number): Date {
    let left = Math.round(hours * 3_600_000);
    if (left === 0) return from;
    let day: DateTime<boolean> = DateTime.fromJSDate(from, { zone: timeZone }).startOf('day');
    for (let searched = 0; searched < SEARCH_DAYS; searched++) {
      const next = nextOf(day);
      for (const [begin, end] of spansOf(day, next)) {
        const start = Math.max(begin, from.getTime());
        if (start >= end) continue;
        if (left <= end - start) return new Date(start + left);
        left -= end - start;
        searched = 0;
      }
      day = next;
    }
    throw new RangeError('there is no work within ten years: check the working calendar');
  }

  // Within a day the end is the same, and most time limits start today.
  let known: { begin: number; next: number; ends: Map<number, Date> } | null = null;

  function addWorkingDays(from: Date, days: number): Date {
    const whole = Math.ceil(days);
    if (whole === 0) return from;
    const at = from.getTime();
    if (!known || at < known.begin || at >= known.next) {
      const today = DateTime.fromJSDate(from, { zone: timeZone }).startOf('day');
      known = { begin: today.toMillis(), next: nextOf(today).toMillis(), ends: new Map() };
    }
    const end = known.ends.get(whole) ?? endOfWorkingDay(from, whole);
    if (known.ends.size < MOST_KNOWN) known.ends.set(whole, end);
    return new Date(end);
  }

  function endOfWorkingDay(from: Date, days: number): Date {
    let left = days;
    let day: DateTime<boolean> = DateTime.fromJSDate(from, { zone: timeZone }).startOf('day');
    for (let searched = 0; searched < SEARCH_DAYS; searched++) {
      day = nextOf(day);
      if (hoursOf(day).length === 0) continue;
      const end = spansOf(day, nextOf(day)).at(-1)?.[1];
      if (end === undefined) continue;
      searched = 0;
      left--;
      if (left === 0) return new Date(end);
    }
    throw new RangeError('there is no work within ten years: check the working calendar');
  }

  return {
    zone: timeZone,
    hoursOn: (date) => hoursOf(DateTime.fromISO(date, { zone: timeZone })),
    add(from, { amount, unit }) {
      if (!(amount >= 0)) throw new RangeError('an amount of time is not negative');
      switch (unit) {
        case 'hours':
          return new Date(from.getTime() + Math.round(amount * 3_600_000));
        case 'days': {
          const whole = Math.floor(amount);
          const day = DateTime.fromJSDate(from, { zone: timeZone }).plus({ days: whole });
          return new Date(day.toMillis() + Math.round((amount - whole) * 86_400_000));
        }
        case 'working-hours':
          return addWorkingHours(from, amount);
        case 'working-days':
          return addWorkingDays(from, amount);
      }
    },
  };
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** Where the clock skips the time of day, the instant of the skip: spans stay in order. */
function instantOf(day: DateTime<boolean>, next: DateTime<boolean>, time: string): number {
  const hour = Math.floor(minutesOf(time) / 60);
  const minute = minutesOf(time) % 60;
  if (hour === 24) return next.toMillis();
  let at: DateTime<boolean> = day.set({ hour, minute });
  if (at.hour === hour && at.minute === minute) return at.toMillis();
  for (let one = at; one.offset === at.offset; one = one.minus({ minutes: 1 })) at = one;
  return at.toMillis();
}
