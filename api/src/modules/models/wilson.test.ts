import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findDrop } from './drops.ts';
import { wilson } from './wilson.ts';

describe('the Wilson interval', () => {
  it('has the values of the textbooks', () => {
    // Newcombe 1998, table I: 81 of 263 and 15 of 148, without continuity correction.
    const one = wilson(81, 263);
    expect(one?.low).toBeCloseTo(0.2553, 3);
    expect(one?.high).toBeCloseTo(0.3662, 3);
    const two = wilson(15, 148);
    expect(two?.low).toBeCloseTo(0.0624, 3);
    expect(two?.high).toBeCloseTo(0.1605, 3);
    expect(wilson(0, 20)).toMatchObject({ value: 0, low: 0 });
    expect(wilson(0, 20)?.high).toBeCloseTo(0.1611, 3);
    expect(wilson(0, 0)).toBeNull();
  });

  it('contains the share, is within 0 and 1, and narrows with more cases', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, p) => {
          const hits = Math.round(n * p);
          const { value, low, high } = wilson(hits, n)!;
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
          expect(low).toBeLessThanOrEqual(value + 1e-12);
          expect(high).toBeGreaterThanOrEqual(value - 1e-12);
          const more = wilson(hits * 4, n * 4)!;
          expect(more.high - more.low).toBeLessThan(high - low);
        },
      ),
    );
  });
});

describe('a drop of precision', () => {
  const window = (confirmed: number, wrong: number, reasons: Record<string, number> = {}) => ({
    confirmed,
    dismissed: wrong + Object.values(reasons).reduce((sum, n) => sum + n, 0),
    reasons: { 'false-detection': wrong, ...reasons },
  });

  it('requires the whole interval to be below the initial share', () => {
    expect(findDrop(window(90, 10), window(60, 40), 20)).toMatchObject({
      baseline: { value: 0.9, judged: 100 },
      recent: { value: 0.6, judged: 100 },
    });
    // 16 of 20 may be 0.9 by chance.
    expect(findDrop(window(90, 10), window(16, 4), 20)).toBeNull();
    expect(findDrop(window(90, 10), window(95, 5), 20)).toBeNull();
  });

  it('is not caused by few verdicts, permitted work or duplicates', () => {
    expect(findDrop(window(90, 10), window(2, 17), 20)).toBeNull();
    expect(findDrop(window(9, 1), window(10, 90), 20)).toBeNull();
    const permitted = window(45, 5, { 'allowed-work': 45, duplicate: 300 });
    expect(findDrop(window(90, 10), permitted, 20)).toBeNull();
  });
});
