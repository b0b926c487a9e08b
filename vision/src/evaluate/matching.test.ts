import type { Box } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { matchFound, precisionAndRecall } from './matching.ts';

const box = (left: number, width = 10): Box => [left, 0, left + width, 10];

describe('matchFound', () => {
  it('matches the best score first, to the box of the highest IoU', () => {
    const found = [
      { score: 0.5, box: box(1) },
      { score: 0.9, box: box(4) },
    ];
    // The better box takes the second label, with the higher IoU; the other gets the first.
    expect(matchFound(found, [box(0), box(5)], 0.4)).toEqual([0, 1]);
  });

  it('leaves the weaker of two unmatched, or matches it to a free box', () => {
    const found = [
      { score: 0.9, box: box(0) },
      { score: 0.8, box: box(1) },
    ];
    expect(matchFound(found, [box(0)], 0.5)).toEqual([0, null]);
    expect(matchFound(found, [box(0), box(3)], 0.5)).toEqual([0, 1]);
  });

  it('accepts an IoU equal to the threshold, and never 0', () => {
    // Half of the width: IoU 5 / 15.
    expect(matchFound([{ score: 1, box: box(5) }], [box(0)], 1 / 3)).toEqual([0]);
    expect(matchFound([{ score: 1, box: box(50) }], [box(0)], 0)).toEqual([null]);
  });
});

describe('precisionAndRecall', () => {
  it('are shares of detections and labels', () => {
    expect(precisionAndRecall({ found: 4, right: 3, labelled: 6 })).toEqual({
      precision: 0.75,
      recall: 0.5,
    });
    expect(precisionAndRecall({ found: 0, right: 0, labelled: 0 })).toEqual({
      precision: null,
      recall: null,
    });
  });
});
