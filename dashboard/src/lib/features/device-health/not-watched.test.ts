import { describe, expect, it } from 'vitest';
import { shareOf } from './not-watched.ts';

describe('a time that was not watched, on an axis', () => {
  it.each([
    ['within it', { from: 120, to: 150 }, { from: 0.2, to: 0.5 }],
    ['that began before', { from: 0, to: 150 }, { from: 0, to: 0.5 }],
    ['that lasts', { from: 180, to: Number.POSITIVE_INFINITY }, { from: 0.8, to: 1 }],
    ['around all of it', { from: 0, to: 900 }, { from: 0, to: 1 }],
    ['before it', { from: 0, to: 100 }, null],
    ['after it', { from: 200, to: 300 }, null],
  ])('%s', (_, span, share) => {
    expect(shareOf(span, 100, 200)).toEqual(share);
  });
});
