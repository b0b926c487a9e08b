import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kappaOf, medianOf } from './kappa.ts';

describe('kappa', () => {
  it('is 0.492 in the example of Cohen (1960): 200 pairs, 70 % agree, 41 % by chance', () => {
    const { pairs, raw, kappa } = kappaOf([
      [88, 14, 18],
      [10, 40, 10],
      [2, 6, 12],
    ]);
    expect(pairs).toBe(200);
    expect(raw).toBeCloseTo(0.7, 10);
    expect(kappa).toBeCloseTo(0.492, 3);
  });

  it('is 0.676 with an error of 0.09 in the example of Fleiss: two raters, 100 patients, three diagnoses', () => {
    const { raw, kappa, error, interval } = kappaOf([
      [75, 1, 4],
      [5, 4, 1],
      [0, 0, 10],
    ]);
    expect(raw).toBeCloseTo(0.89, 10);
    expect(kappa).toBeCloseTo(0.676, 3);
    expect(error).toBeCloseTo(0.088, 3);
    expect(interval?.[0]).toBeCloseTo(0.504, 2);
    expect(interval?.[1]).toBeCloseTo(0.849, 2);
  });

  it('is 0.4 of two verdicts with 20, 5, 10 and 15 pairs', () => {
    expect(
      kappaOf([
        [20, 5],
        [10, 15],
      ]).kappa,
    ).toBeCloseTo(0.4, 10);
  });

  it('is not defined where all verdicts are the same; the raw agreement is', () => {
    expect(
      kappaOf([
        [40, 0],
        [0, 0],
      ]),
    ).toEqual({ pairs: 40, raw: 1, kappa: null, error: null, interval: null });
    expect(kappaOf([[0, 0], [0, 0]]).raw).toBeNull(); // biome-ignore format: one line
  });

  it('is zero where one reviewer always says the same, and one where both always agree: without an interval', () => {
    expect(
      kappaOf([
        [30, 10],
        [0, 0],
      ]),
    ).toMatchObject({ kappa: expect.closeTo(0, 10), error: 0, interval: null });
    expect(
      kappaOf([
        [0, 20],
        [20, 0],
      ]),
    ).toMatchObject({ kappa: -1, error: 0, interval: null });
    expect(
      kappaOf([
        [30, 0],
        [0, 10],
      ]),
    ).toMatchObject({ kappa: 1, error: 0, interval: null });
  });

  it('lies within its interval, which lies between -1 and 1, and does not depend on the order', () => {
    const count = fc.integer({ min: 0, max: 500 });
    fc.assert(
      fc.property(count, count, count, count, (a, b, c, d) => {
        const found = kappaOf([
          [a, b],
          [c, d],
        ]);
        const turned = kappaOf([
          [d, c],
          [b, a],
        ]);
        const { kappa, interval } = found;
        expect(turned.kappa === null).toBe(kappa === null);
        expect(turned.interval === null).toBe(interval === null);
        expect(turned.kappa ?? 0).toBeCloseTo(kappa ?? 0, 9);
        if (kappa === null || interval === null) return;
        expect(interval[0]).toBeLessThanOrEqual(kappa + 1e-9);
        expect(interval[1]).toBeGreaterThanOrEqual(kappa - 1e-9);
        expect(interval[0]).toBeGreaterThanOrEqual(-1);
        expect(interval[1]).toBeLessThanOrEqual(1);
      }),
    );
  });
});

it('the median is the middle value', () => {
  expect(medianOf([])).toBeNull();
  expect(medianOf([9])).toBe(9);
  expect(medianOf([9, 1, 4])).toBe(4);
  expect(medianOf([9, 1, 4, 5])).toBe(4.5);
});
