import { expect, it } from 'vitest';
import { stateOf } from './watch.ts';

const small = (freeBytes: number) => ({ freeBytes, totalBytes: 1000 });

it('a small disk is judged by its share, a large one by bytes', () => {
  expect(stateOf(small(500), 'ok')).toBe('ok');
  expect(stateOf(small(99), 'ok')).toBe('low');
  expect(stateOf(small(49), 'ok')).toBe('full');
  const large = (freeBytes: number) => stateOf({ freeBytes, totalBytes: 4e12 }, 'ok');
  expect([large(11e9), large(9e9), large(200e6)]).toEqual(['ok', 'low', 'full']);
});

it('a state ends with a little more than it began with', () => {
  expect(stateOf(small(55), 'low')).toBe('low');
  expect(stateOf(small(55), 'full')).toBe('full');
  expect(stateOf(small(65), 'full')).toBe('low');
  expect(stateOf(small(110), 'low')).toBe('low');
  expect(stateOf(small(125), 'low')).toBe('ok');
});
