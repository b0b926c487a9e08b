import type { Box } from '@anshi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchFound } from './matching.ts';
import { thresholdTable } from './threshold-table.ts';

const square = (x: number): Box => [x, 0, x + 10, 10];
const drawn = (score: number, x: number) => ({ score, box: square(x) });

describe('thresholdTable', () => {
  it('matches manual counts for each threshold', () => {
    const table = thresholdTable(
      [
        { found: [drawn(0.9, 0), drawn(0.4, 500)], truths: [square(0), square(100)] },
        { found: [drawn(0.3, 0)], truths: [square(0)] },
      ],
      0.5,
    );
    const at = (trust: number) => table.find((row) => row.trust === trust);
    expect(at(0.3)).toEqual({ trust: 0.3, precision: 2 / 3, recall: 2 / 3 });
    expect(at(0.4)).toEqual({ trust: 0.4, precision: 1 / 2, recall: 1 / 3 });
    expect(at(0.9)).toEqual({ trust: 0.9, precision: 1, recall: 1 / 3 });
    expect(at(0.95)).toEqual({ trust: 0.95, precision: null, recall: 0 });
  });

  it('equals the scores of the boxes above the threshold alone', () => {
    const boxes = fc.array(
      fc.tuple(fc.constantFrom(0.1, 0.25, 0.5, 0.75), fc.integer({ min: 0, max: 40 })),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(boxes, fc.uniqueArray(fc.integer({ min: 0, max: 4 })), (list, places) => {
        const found = list.map(([score, x]) => drawn(score, x));
        const truths = places.map((x) => square(12 * x));
        const pictures = [
          { found, truths },
          { found: [], truths },
        ];
        for (const { trust, precision, recall } of thresholdTable(pictures, 0.5)) {
          const above = found.filter(({ score }) => score >= trust);
          const right = matchFound(above, truths, 0.5).filter((one) => one !== null).length;
          expect(precision).toBe(above.length === 0 ? null : right / above.length);
          expect(recall).toBe(truths.length === 0 ? null : right / (2 * truths.length));
        }
      }),
    );
  });
});
