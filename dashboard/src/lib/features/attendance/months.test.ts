import { expect, it } from 'vitest';
import { clockOf, minutesOf, monthBeside } from './months.ts';

it('months go on over the year, and clocks are minutes', () => {
  expect([monthBeside('2026-01', -1), monthBeside('2026-12', 1)]).toEqual(['2025-12', '2027-01']);
  expect([clockOf(240), minutesOf('12:30'), minutesOf(clockOf(1439))]).toEqual([
    '04:00',
    750,
    1439,
  ]);
});
