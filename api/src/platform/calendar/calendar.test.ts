import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { createCalendar } from './calendar.ts';
import { usualCalendar, type WorkingCalendar, workingCalendar } from './definition.ts';
import { statutoryDay, statutoryDaysOf, statutoryUntil } from './statutory.ts';

const shanghai = createCalendar(usualCalendar, 'Asia/Shanghai');
/** A local time in a zone. */
const at = (text: string, zone = 'Asia/Shanghai') => DateTime.fromISO(text, { zone }).toJSDate();
const shown = (date: Date, zone = 'Asia/Shanghai') =>
  DateTime.fromJSDate(date, { zone }).toFormat('yyyy-MM-dd HH:mm');

describe('statutory days of China', () => {
  it('are listed by year and in order, holidays and shifted workdays', () => {
    const days = statutoryDaysOf(2026);
    const dates = days.map(({ date }) => date);
    expect(dates).toEqual([...dates].sort());
    expect(days.every(({ date }) => date.startsWith('2026-'))).toBe(true);
    expect(days.find(({ date }) => date === '2026-10-01')?.works).toBe(false);
    expect(days.some(({ works }) => works)).toBe(true);
    expect(statutoryDaysOf(1999)).toEqual([]);
  });

  it('are the announced ones, including shifted workdays', () => {
    // Spring Festival of 2026: 15 to 23 February off, 14 and 28 February (Saturdays) worked.
    expect(statutoryDay('2026-02-17')).toEqual({
      works: false,
      name: { zh: '春节', en: 'Spring Festival' },
    });
    expect(statutoryDay('2026-02-14')).toMatchObject({ works: true });
    expect(statutoryDay('2026-02-25')).toBeNull();
    expect(statutoryUntil >= '2026-12-31').toBe(true);
  });

  it('of a year that is not announced yet are those fixed by law', () => {
    const next = Number(statutoryUntil.slice(0, 4)) + 1;
    const day = (date: string) => statutoryDay(`${next}-${date}`);
    for (const date of ['01-01', '05-01', '05-02', '10-01', '10-02', '10-03']) {
      expect(day(date), date).toMatchObject({ works: false });
    }
    expect(day('01-04')).toBeNull();
    // At most two Spring Festivals ahead, so that an outdated table shows here.
    const days = Array.from({ length: 366 }, (_, at) =>
      new Date(Date.UTC(next + 1, 0, 1 + at)).toISOString().slice(0, 10),
    );
    const names = days.flatMap((date) => statutoryDay(date)?.name.zh ?? []);
    expect(names.filter((name) => name === '春节')).toHaveLength(4);
    expect(names).toEqual(expect.arrayContaining(['元旦', '清明', '劳动节', '端午', '国庆节']));
  });

  it('of 2027 begin the Lunar New Year on 6 February, by the new moon over China', () => {
    const off = [
      '2027-02-05',
      '2027-02-06',
      '2027-02-08',
      '2027-04-05',
      '2027-06-09',
      '2027-09-15',
    ];
    expect(off.filter((date) => statutoryDay(date)?.works !== false)).toEqual([]);
  });
});

describe('working time', () => {
  it.each([
    ['within a morning', '2026-11-25T09:00', 2, '2026-11-25 11:00'],
    ['over noon', '2026-11-25T11:00', 2, '2026-11-25 14:00'],
    ['over night', '2026-11-25T16:00', 2, '2026-11-26 09:00'],
    ['over the weekend', '2026-11-27T16:00', 2, '2026-11-30 09:00'],
    ['from the middle of the night', '2026-11-25T03:00', 1, '2026-11-25 09:00'],
    ['to the very end of the day', '2026-11-25T13:00', 4, '2026-11-25 17:00'],
    ['over National Day', '2026-09-30T16:00', 2, '2026-10-08 09:00'],
    ['on a Saturday that is a workday', '2026-02-13T16:00', 2, '2026-02-14 09:00'],
    [
      'over the end of a year whose next is not announced',
      '2026-12-31T16:00',
      2,
      '2027-01-04 09:00',
    ],
    ['of a quarter', '2026-11-25T09:00', 0.25, '2026-11-25 09:15'],
  ])('%s', (_what, from, amount, expected) => {
    const due = shanghai.add(at(from), { amount, unit: 'working-hours' });
    expect(shown(due)).toBe(expected);
  });

  it.each([
    ['2026-11-25T09:00', 1, '2026-11-26 17:00'],
    ['2026-11-27T23:30', 1, '2026-11-30 17:00'],
    ['2026-11-28T09:00', 1, '2026-11-30 17:00'],
    ['2026-09-30T09:00', 3, '2026-10-10 17:00'],
  ])('in days from %s: %i ends at %s', (from, amount, expected) => {
    expect(shown(shanghai.add(at(from), { amount, unit: 'working-days' }))).toBe(expected);
  });

  it('prefers the company’s exceptions to the law and the week', () => {
    const own = createCalendar(
      {
        ...usualCalendar,
        exceptions: [
          { date: '2026-11-26', name: { zh: '停产', en: 'Shutdown' }, hours: [] },
          { date: '2026-11-28', name: { zh: '加班', en: 'Overtime' }, hours: [['20:00', '24:00']] },
          { date: '2026-10-01', name: { zh: '加班', en: 'Overtime' }, hours: [['08:00', '12:00']] },
        ],
      },
      'Asia/Shanghai',
    );
    const hours = (from: string, amount: number) =>
      shown(own.add(at(from), { amount, unit: 'working-hours' }));
    expect(hours('2026-11-25T16:00', 2)).toBe('2026-11-27 09:00');
    expect(hours('2026-11-27T16:00', 3)).toBe('2026-11-28 22:00');
    expect(hours('2026-09-30T17:00', 1)).toBe('2026-10-01 09:00');
    expect(own.hoursOn('2026-11-26')).toEqual([]);
  });

  it('follows daylight saving changes', () => {
    const nights: WorkingCalendar = {
      ...usualCalendar,
      statutory: 'none',
      week: Object.fromEntries(
        ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, [['00:00', '06:00']]]),
      ) as WorkingCalendar['week'],
    };
    const berlin = createCalendar(nights, 'Europe/Berlin');
    const hours = (from: string, amount: number) =>
      shown(
        berlin.add(at(from, 'Europe/Berlin'), { amount, unit: 'working-hours' }),
        'Europe/Berlin',
      );
    // On 29 March 2026 the hour from 2 to 3 does not exist: that night has five hours of work.
    expect(hours('2026-03-29T00:00', 5)).toBe('2026-03-29 06:00');
    expect(hours('2026-03-29T00:00', 6)).toBe('2026-03-30 01:00');
    // On 25 October 2026 it exists twice: seven hours.
    expect(hours('2026-10-25T00:00', 7)).toBe('2026-10-25 06:00');
    const day = berlin.add(at('2026-03-28T12:00', 'Europe/Berlin'), { amount: 1, unit: 'days' });
    expect(shown(day, 'Europe/Berlin')).toBe('2026-03-29 12:00');
    const late = createCalendar(
      { ...nights, week: { ...nights.week, sun: [['02:30', '04:00']] } },
      'Europe/Berlin',
    );
    // The span begins in the skipped hour: it starts after the skip.
    const from = at('2026-03-29T01:00', 'Europe/Berlin');
    const one = late.add(from, { amount: 1, unit: 'working-hours' });
    expect(shown(one, 'Europe/Berlin')).toBe('2026-03-29 04:00');
  });

  it('reports a calendar without working time, instead of searching for ever', () => {
    const never = createCalendar(
      {
        ...usualCalendar,
        week: Object.fromEntries(Object.keys(usualCalendar.week).map((day) => [day, []])) as never,
      },
      'Asia/Shanghai',
    );
    expect(() => never.add(new Date(), { amount: 1, unit: 'working-hours' })).toThrow(RangeError);
    expect(() => shanghai.add(new Date(), { amount: -1, unit: 'hours' })).toThrow(RangeError);
  });

  it('counts a night shift of two spans over midnight and the end of the year', () => {
    const night: [string, string][] = [
      ['00:00', '06:00'],
      ['22:00', '24:00'],
    ];
    const week = Object.fromEntries(
      Object.keys(usualCalendar.week).map((day) => [day, night]),
    ) as WorkingCalendar['week'];
    const nights = createCalendar({ ...usualCalendar, statutory: 'none', week }, 'Asia/Shanghai');
    const due = nights.add(at('2026-12-31T23:00'), { amount: 3, unit: 'working-hours' });
    expect(shown(due)).toBe('2027-01-01 02:00');
  });

  const zones = fc.constantFrom(
    'Asia/Shanghai',
    'Europe/Berlin',
    'America/New_York',
    'Pacific/Chatham',
  );
  const instants = fc.date({
    min: new Date('2025-01-01T00:00:00Z'),
    max: new Date('2027-12-31T00:00:00Z'),
    noInvalidDate: true,
  });
  const calendars = fc
    .record({
      zone: zones,
      statutory: fc.constantFrom('cn' as const, 'none' as const),
      from: fc.integer({ min: 0, max: 11 }),
      length: fc.integer({ min: 1, max: 12 }),
      weekend: fc.boolean(),
    })
    .map(({ zone, statutory, from, length, weekend }) => {
      const hour = (n: number) => `${String(n).padStart(2, '0')}:00`;
      const hours: [string, string][] = [[hour(from), hour(from + length)]];
      const week = { ...usualCalendar.week };
      for (const day of ['mon', 'tue', 'wed', 'thu', 'fri'] as const) week[day] = hours;
      if (weekend) week.sat = hours;
      return createCalendar({ ...usualCalendar, week, statutory }, zone);
    });
  const minutes = fc.integer({ min: 0, max: 3_000 });
  const hoursOf = (amount: number) => ({ amount: amount / 60, unit: 'working-hours' as const });

  it('is monotone and additive, in every zone', () => {
    fc.assert(
      fc.property(calendars, instants, instants, minutes, minutes, (calendar, a, b, x, y) => {
        const [early, late] = a <= b ? [a, b] : [b, a];
        const add = (from: Date, amount: number) => calendar.add(from, hoursOf(amount)).getTime();
        expect(add(early, x)).toBeLessThanOrEqual(add(late, x));
        expect(add(early, x)).toBeLessThanOrEqual(add(early, x + y));
        expect(add(new Date(add(early, x)), y)).toBe(add(early, x + y));
        expect(add(early, x)).toBeGreaterThanOrEqual(early.getTime() + x * 60_000);
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it('in days is monotone and additive too', () => {
    const days = fc.integer({ min: 0, max: 15 });
    fc.assert(
      fc.property(calendars, instants, instants, days, days, (calendar, a, b, x, y) => {
        const [early, late] = a <= b ? [a, b] : [b, a];
        const add = (from: Date, amount: number) =>
          calendar.add(from, { amount, unit: 'working-days' }).getTime();
        if (x > 0) expect(add(early, x)).toBeLessThanOrEqual(add(late, x));
        expect(add(new Date(add(early, x)), y)).toBe(add(early, x + y));
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

describe('a calendar', () => {
  it('is refused with hours out of order, a date twice, no work at all or an unknown zone', () => {
    const wrong = (change: Partial<WorkingCalendar>) =>
      workingCalendar.safeParse({ ...usualCalendar, ...change }).success;
    expect(wrong({})).toBe(true);
    const week = (hours: [string, string][]) => ({ ...usualCalendar.week, mon: hours });
    expect(wrong({ week: week([['12:00', '08:00']]) })).toBe(false);
    expect(wrong({ week: week([['22:00', '06:00']]) })).toBe(false);
    expect(
      wrong({
        week: week([
          ['08:00', '12:00'],
          ['11:00', '17:00'],
        ]),
      }),
    ).toBe(false);
    expect(wrong({ week: week([['08:00', '25:00']]) })).toBe(false);
    expect(wrong({ timeZone: 'Mars/Olympus' })).toBe(false);
    const day = { date: '2026-11-26', name: { zh: '一', en: 'one' }, hours: [] };
    expect(wrong({ exceptions: [day, day] })).toBe(false);
  });
});
