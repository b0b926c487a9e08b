import { expect, it } from 'vitest';
import { termEnd } from './term-end.ts';

it('a term ends the day before the same day, or with a month that has no such day', () => {
  expect(termEnd('2022-03-01', 6, 'years')).toBe('2028-02-29');
  expect(termEnd('2022-03-01', 3, 'years')).toBe('2025-02-28');
  expect(termEnd('2020-02-29', 6, 'years')).toBe('2026-02-28');
  expect(termEnd('2020-02-29', 4, 'years')).toBe('2024-02-28');
  expect(termEnd('2026-01-01', 1, 'years')).toBe('2026-12-31');
  expect(termEnd('2026-01-31', 1, 'months')).toBe('2026-02-28');
  expect(termEnd('2026-03-31', 6, 'months')).toBe('2026-09-30');
  expect(termEnd('2026-01-15', 1, 'months')).toBe('2026-02-14');
  expect(termEnd('2026-01-31', 30, 'days')).toBe('2026-03-01');
});
