import { describe, expect, it } from 'vitest';
import { daysBetween, intervalWords } from './texts.ts';

describe('the words of what falls due', () => {
  it('count whole days, also over a change of the clock', () => {
    expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2);
    expect(daysBetween('2026-03-01', '2026-02-28')).toBe(-1);
  });

  it('write an interval, and leave one of a later version as it is', () => {
    expect(intervalWords('1 months')).toMatch(/1 (个月|month)$/);
    expect(intervalWords('2 moons')).toBe('2 moons');
  });
});
