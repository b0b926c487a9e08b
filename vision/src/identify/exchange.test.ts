import type { Box } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { expectationOf, mayBeExchanged } from './exchange.ts';
import type { Sighting } from './input.ts';

const at = (x: number, width = 16): Sighting => ({
  track: 't',
  floor: [x / 30, 5],
  covariance: [0.1, 0, 0.1],
  box: [x, 300, x + width, 350] satisfies Box,
});
/** Walks `step` pixels in each frame of 200 ms, seen last at 0 ms at `x`. */
const walk = (x: number, step: number) =>
  expectationOf(
    [3, 2, 1, 0].map((n) => ({ at: -200 * n, sighting: at(x - n * step) })),
    200,
  );
const later = (x: number, step: number, ms: number) =>
  expectationOf(
    [3, 2, 1, 0].map((n) => ({ at: -200 * n, sighting: at(x - n * step) })),
    ms,
  );

describe('an exchange of two people', () => {
  it('is not possible while both are seen where they are expected, a width apart', () => {
    expect(mayBeExchanged(walk(100, 4), at(104), walk(120, 4), at(124))).toBe(false);
    expect(mayBeExchanged(walk(100, 4), at(104), walk(108, 4), at(112))).toBe(true);
  });

  it('is possible at a crossing where one is not seen: by where that one walked to, not by where it was last', () => {
    // 60 pixels behind, and 60 pixels a second faster: it is at the other one after a second.
    const other = later(158, 0, 200);
    expect(mayBeExchanged(later(98, 12, 200), undefined, other, at(158))).toBe(false);
    expect(mayBeExchanged(later(98, 12, 1000), undefined, other, at(158))).toBe(true);
    // One that stands there stays there.
    expect(mayBeExchanged(later(58, 0, 1000), undefined, other, at(158))).toBe(false);
  });

  it('is possible with a new track beside, and takes nothing from a person who is not seen', () => {
    expect(mayBeExchanged(walk(100, 4), at(104), undefined, at(108))).toBe(true);
    expect(mayBeExchanged(walk(100, 4), at(104), undefined, at(140))).toBe(false);
    expect(mayBeExchanged(walk(100, 4), undefined, undefined, at(104))).toBe(false);
  });

  it('is told by metres of the floor where there are no boxes', () => {
    const bare = (x: number): Sighting => ({
      track: 't',
      floor: [x, 5],
      covariance: [0.1, 0, 0.1],
    });
    const still = (x: number) => expectationOf([{ at: 0, sighting: bare(x) }], 200);
    expect(mayBeExchanged(still(1), bare(1), still(1.2), bare(1.2))).toBe(true);
    expect(mayBeExchanged(still(1), bare(1), still(2), bare(2))).toBe(false);
  });
});
