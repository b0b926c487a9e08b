import { describe, expect, it } from 'vitest';
import type { Calendar, StatutoryDay } from './calendar-api.ts';
import { kindOf, monthGrid, readHours, weekdayOf, writeHours } from './days.ts';

const work = [['08:00', '17:00']];
const calendar: Calendar = {
  timeZone: null,
  week: { mon: work, tue: work, wed: work, thu: work, fri: work, sat: [], sun: [] },
  statutory: 'cn',
  exceptions: [
    { date: '2026-10-01', name: { zh: '抢修', en: 'Repairs' }, hours: [['09:00', '12:00']] },
    { date: '2026-11-26', name: { zh: '厂庆', en: 'Jubilee' }, hours: [] },
  ],
};
const law = new Map<string, StatutoryDay>(
  [
    { date: '2026-10-01', name: { zh: '国庆节', en: 'National Day' }, works: false },
    { date: '2026-10-02', name: { zh: '国庆节', en: 'National Day' }, works: false },
    { date: '2026-10-10', name: { zh: '国庆节', en: 'National Day' }, works: true },
  ].map((day) => [day.date, day]),
);

describe('the working calendar', () => {
  it("prefers the company's exceptions to the law, and the law to the week", () => {
    const kind = (date: string, of = calendar) => kindOf(date, of, law).kind;
    expect(kind('2026-10-01')).toBe('exception-works');
    expect(kind('2026-11-26')).toBe('exception-free');
    expect(kind('2026-10-02')).toBe('holiday');
    expect(kind('2026-10-10')).toBe('shifted');
    expect(kind('2026-11-25')).toBe('works');
    expect(kind('2026-11-28')).toBe('free');
    expect(kind('2026-10-02', { ...calendar, statutory: 'none' })).toBe('works');
  });

  it('lays a month out in weeks from Monday', () => {
    expect(weekdayOf('2026-11-01')).toBe('sun');
    const grid = monthGrid(2026, 11);
    expect(grid.slice(0, 7)).toEqual([null, null, null, null, null, null, '2026-11-01']);
    expect(grid).toHaveLength(36);
    expect(monthGrid(2028, 2).at(-1)).toBe('2028-02-29');
  });

  it('parses entered hours, and refuses overlapping or reversed ones', () => {
    expect(readHours('8:00-12:00，13:00–17:00')).toEqual([
      ['08:00', '12:00'],
      ['13:00', '17:00'],
    ]);
    expect(readHours('')).toEqual([]);
    for (const wrong of [
      '8-12',
      '12:00-08:00',
      '08:00-12:00, 11:00-13:00',
      '08:00-25:00',
      '08:61-09:00',
    ]) {
      expect(readHours(wrong), wrong).toBeNull();
    }
    expect(writeHours([['08:00', '12:00']])).toBe('08:00-12:00');
  });
});
