import { expect, it } from 'vitest';
import type { RulePrecision } from '$lib/features/models/models-api.ts';
import { figuresOf } from './rule-precision.ts';

const row = (confirmed: number, reasons: Record<string, number>) =>
  ({
    minJudged: 20,
    confirmed,
    reasons,
    dismissed: Object.values(reasons).reduce((sum, one) => sum + one, 0),
  }) satisfies RulePrecision;

it('counts what a camera saw rightly, and suggests a change where it did not', () => {
  expect(figuresOf(row(18, { other: 2, duplicate: 9 }))).toEqual({
    right: 18,
    wrong: 2,
    suggestion: null,
  });
  expect(figuresOf(row(5, { 'not-a-person': 10, 'item-worn': 5 })).suggestion).toBe('mask');
  expect(figuresOf(row(5, { 'item-worn': 12, 'not-a-person': 3 })).suggestion).toBe('test');
  // The camera is right, and the work was permitted.
  expect(figuresOf(row(5, { 'allowed-work': 15 }))).toEqual({
    right: 20,
    wrong: 0,
    suggestion: 'rest',
  });
  // Of so few nothing is said.
  expect(figuresOf(row(1, { other: 5 })).suggestion).toBeNull();
});
