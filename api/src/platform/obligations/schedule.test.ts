import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import {
  beginOf,
  begunSteps,
  dayIn,
  intervalText,
  nextAfter,
  nextLook,
  plusInterval,
  readInterval,
  stepTimes,
} from './schedule.ts';

const month = { n: 1, unit: 'months' } as const;
const year = { n: 1, unit: 'years' } as const;
const series = (from: string, every: Parameters<typeof nextAfter>[1], count: number) => {
  const days: string[] = [];
  for (let day = from; days.length < count; days.push(day)) day = nextAfter(from, every, day);
  return days;
};

describe('the days of a schedule', () => {
  it('end with the month where it is shorter, and do not drift', () => {
    expect(series('2026-01-31', month, 4)).toEqual([
      '2026-02-28',
      '2026-03-31',
      '2026-04-30',
      '2026-05-31',
    ]);
    expect(plusInterval('2028-01-31', month)).toBe('2028-02-29');
  });

  it('of a leap day fall on 28 February, and on 29 February again in the next leap year', () => {
    expect(series('2024-02-29', year, 4)).toEqual([
      '2025-02-28',
      '2026-02-28',
      '2027-02-28',
      '2028-02-29',
    ]);
    expect(nextAfter('2024-02-29', { n: 6, unit: 'years' }, '2024-02-29')).toBe('2030-02-28');
  });

  it('follow each other, each counted from the anchor', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2000-01-01'), max: new Date('2060-01-01'), noInvalidDate: true }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom('days', 'weeks', 'months', 'years'),
        fc.integer({ min: -400, max: 4_000 }),
        (anchor, n, unit, offset) => {
          const from = anchor.toISOString().slice(0, 10);
          const day = DateTime.fromISO(from, { zone: 'utc' }).plus({ days: offset }).toISODate()!;
          const next = nextAfter(from, { n, unit }, day);
          expect(next > day).toBe(true);
          let k = 1;
          while (plusInterval(from, { n, unit }, k) <= day) k++;
          expect(next).toBe(plusInterval(from, { n, unit }, k));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('are refused an interval that never ends', () => {
    expect(() => nextAfter('2026-01-01', { n: 0, unit: 'days' }, '2026-01-01')).toThrow(RangeError);
  });

  it('have intervals that are read as they were written', () => {
    expect(readInterval(intervalText({ n: 3, unit: 'months' }))).toEqual({ n: 3, unit: 'months' });
    expect(readInterval(null)).toBeNull();
  });
});

describe('the steps of a case', () => {
  const at = (text: string) => new Date(text);

  it('begin with the day where it lies, also where the clock changes', () => {
    expect(beginOf('2026-03-29', 'Europe/Berlin')).toEqual(at('2026-03-28T23:00:00Z'));
    expect(beginOf('2026-03-30', 'Europe/Berlin')).toEqual(at('2026-03-29T22:00:00Z'));
    expect(beginOf('2026-11-01', 'America/New_York')).toEqual(at('2026-11-01T04:00:00Z'));
    expect(beginOf('2026-11-02', 'America/New_York')).toEqual(at('2026-11-02T05:00:00Z'));
    // Midnight does not exist there on this day.
    expect(beginOf('2018-11-04', 'America/Sao_Paulo')).toEqual(at('2018-11-04T03:00:00Z'));
    expect(dayIn(at('2026-06-30T16:30:00Z'), 'Asia/Shanghai')).toBe('2026-07-01');
  });

  it('are upcoming, due, overdue after the days of grace, and escalated', () => {
    const times = stepTimes(
      { opensOn: '2026-05-02', dueOn: '2026-07-01' },
      { grace: 3, escalate: 7 },
      'Asia/Shanghai',
    );
    expect(times).toEqual({
      opensAt: at('2026-05-01T16:00:00Z'),
      dueAt: at('2026-06-30T16:00:00Z'),
      overdueAt: at('2026-07-04T16:00:00Z'),
      escalatesAt: at('2026-07-11T16:00:00Z'),
    });
    expect(begunSteps(times, at('2026-06-30T16:00:00Z'))).toBe(2);
    expect(nextLook(times, 2)).toEqual(times.overdueAt);
    expect(nextLook(times, 4)).toBeNull();
  });

  it('wait while the day is not known', () => {
    const times = stepTimes({ opensOn: null, dueOn: null }, {}, 'UTC');
    expect([nextLook(times, 0), begunSteps(times, at('2100-01-01T00:00:00Z'))]).toEqual([null, 0]);
  });
});
