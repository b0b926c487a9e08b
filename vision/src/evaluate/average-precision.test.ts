import type { Box } from '@anshi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averagePrecision, COCO_IOUS, mean } from './average-precision.ts';
import type { ScoredBox } from './matching.ts';

const square = (x: number, side = 10): Box => [x, 0, x + side, side];
const drawn = (score: number, x: number, side = 10) => ({ score, box: square(x, side) });

describe('averagePrecision', () => {
  it('equals the manually computed area under the curve', () => {
    // Four labelled. Hit, miss, hit, hit, miss: precision 1/1, 2/3, 3/4 at recalls 1/4, 2/4, 3/4;
    // the best at or after each is 1, 3/4, 3/4.
    const found = new Map([
      ['a', [drawn(0.9, 0), drawn(0.8, 500), drawn(0.7, 100)]],
      ['b', [drawn(0.6, 0), drawn(0.5, 700)]],
    ]);
    const truths = new Map([
      ['a', [square(0), square(100), square(200)]],
      ['b', [square(0)]],
    ]);
    expect(averagePrecision(found, truths, 0.5)).toBeCloseTo((1 + 0.75 + 0.75) / 4, 10);
  });

  it('counts a duplicate detection as a miss', () => {
    const truths = new Map([['a', [square(0), square(100)]]]);
    const found = (scores: number[]) =>
      new Map([['a', [...scores.map((score) => drawn(score, 0)), drawn(0.3, 100)]]]);
    expect(averagePrecision(found([0.9]), truths, 0.5)).toBe(1);
    // Hit, miss, hit: 1 and 2/3.
    expect(averagePrecision(found([0.9, 0.8]), truths, 0.5)).toBeCloseTo((1 + 2 / 3) / 2, 10);
  });

  it('applies the given IoU threshold', () => {
    // Shifted by 3 of 10: IoU 7 / 13.
    const found = new Map([['a', [drawn(0.9, 3)]]]);
    const truths = new Map([['a', [square(0)]]]);
    expect(averagePrecision(found, truths, 0.5)).toBe(1);
    expect(averagePrecision(found, truths, 7 / 13 + 1e-9)).toBe(0);
    const overall = mean(COCO_IOUS.map((iou) => averagePrecision(found, truths, iou)));
    expect(overall).toBeCloseTo(0.1, 10);
  });

  it('is null where nothing is labelled, and 0 where nothing is detected', () => {
    expect(averagePrecision(new Map([['a', [drawn(0.9, 0)]]]), new Map([['a', []]]), 0.5)).toBe(
      null,
    );
    expect(averagePrecision(new Map(), new Map([['a', [square(0)]]]), 0.5)).toBe(0);
    expect(mean([null, 0.5, 1])).toBe(0.75);
    expect(mean([null])).toBe(null);
  });

  // Disjoint boxes in a few pictures.
  const pictures = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { maxLength: 6 }), {
    minLength: 1,
    maxLength: 4,
  });
  const anyBox = fc
    .tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 40 }))
    .map(([x, side]) => square(x, side));
  const anyFound = fc.array(
    fc.record({ score: fc.constantFrom(0.1, 0.3, 0.5, 0.5001, 0.9), box: anyBox }),
    { maxLength: 12 },
  );
  const thresholds = fc.constantFrom(0.3, 0.5, 0.75, 0.95);
  const byPicture = <T>(lists: readonly (readonly T[])[]) =>
    new Map(lists.map((list, i) => [`p${i}`, list]));
  const truthsOf = (places: number[][]) =>
    byPicture(places.map((xs) => xs.map((x) => square(30 * x))));

  it('is between 0 and 1 for any detections', () => {
    fc.assert(
      fc.property(
        pictures,
        fc.array(anyFound, { maxLength: 4 }),
        thresholds,
        (places, found, t) => {
          const ap = averagePrecision(byPicture(found), truthsOf(places), t);
          if (places.flat().length === 0) expect(ap).toBe(null);
          else {
            expect(ap).toBeGreaterThanOrEqual(0);
            expect(ap).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });

  it('is 1 for a perfect detector, with any scores', () => {
    fc.assert(
      fc.property(
        pictures,
        fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 24, maxLength: 24 }),
        (places, scores) => {
          fc.pre(places.flat().length > 0);
          let i = 0;
          const found = byPicture(
            places.map((xs) => xs.map((x) => ({ score: scores[i++]!, box: square(30 * x) }))),
          );
          expect(averagePrecision(found, truthsOf(places), 0.95)).toBe(1);
        },
      ),
    );
  });

  it('does not depend on the order of pictures and boxes', () => {
    fc.assert(
      fc.property(
        pictures,
        fc.array(anyFound, { minLength: 4, maxLength: 4 }),
        thresholds,
        (places, found, t) => {
          const truths = truthsOf(places);
          const turned = (map: ReadonlyMap<string, readonly ScoredBox[]>) =>
            new Map([...map].reverse().map(([id, list]) => [id, [...list].reverse()]));
          const straight = byPicture(found);
          expect(averagePrecision(turned(straight), truths, t)).toBe(
            averagePrecision(straight, truths, t),
          );
        },
      ),
    );
  });

  it('never improves by a duplicate detection', () => {
    fc.assert(
      fc.property(
        pictures,
        fc.array(anyFound, { minLength: 1, maxLength: 4 }),
        fc.nat(),
        thresholds,
        (places, found, pick, t) => {
          const all = found.flatMap((list, p) => list.map((box) => ({ p, box })));
          fc.pre(all.length > 0 && places.flat().length > 0);
          const { p, box } = all[pick % all.length]!;
          const twice = found.map((list, i) =>
            i === p ? [...list, { ...box, score: box.score * 0.9 }] : list,
          );
          const truths = truthsOf(places);
          const once = averagePrecision(byPicture(found), truths, t)!;
          expect(averagePrecision(byPicture(twice), truths, t)!).toBeLessThanOrEqual(once + 1e-12);
        },
      ),
    );
  });
});
