import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addPair,
  type Calibration,
  canSave,
  dropWaiting,
  fitOf,
  floorGrid,
  gridStep,
  movePair,
  type Pair,
  placePoint,
  removePair,
  type Side,
  waitingFor,
  wholePairs,
} from './pairs.ts';

const empty: Calibration = { plan: 'hall', pairs: [] };
const PICTURE = [1280, 720];
const PLAN = [40, 40];
/** Metres east and north; the camera looks north. */
const four: Pair[] = [
  { picture: [560, 200], floor: [16, 32] },
  { picture: [720, 200], floor: [24, 32] },
  { picture: [1200, 700], floor: [24, 2] },
  { picture: [80, 700], floor: [16, 2] },
];
const calibrated: Calibration = { plan: 'hall', pairs: four };

describe('pairs', () => {
  it('are made of a click on each side, in either order', () => {
    const half = placePoint(empty, 'floor', [3.1449, 2]);
    expect(half.pairs).toEqual([{ picture: null, floor: [3.14, 2] }]);
    expect(waitingFor(half)).toBe('picture');
    // Another click on the same side moves the point.
    expect(placePoint(half, 'floor', [5, 5]).pairs).toEqual([{ picture: null, floor: [5, 5] }]);
    const whole = placePoint(half, 'picture', [10.4, 20.6]);
    expect(whole.pairs).toEqual([{ picture: [10, 21], floor: [3.14, 2] }]);
    expect(waitingFor(whole)).toBeNull();
    expect(waitingFor(placePoint(whole, 'picture', [1, 1]))).toBe('floor');
  });

  it('never have more than one that waits, whatever is clicked, moved and removed', () => {
    const step = fc.oneof(
      fc.record({ side: fc.constantFrom<Side>('picture', 'floor'), x: fc.nat(40), y: fc.nat(40) }),
      fc.record({ remove: fc.nat(5) }),
      fc.constant('add' as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let now = empty;
        for (const one of steps) {
          if (one === 'add') now = addPair(now, { picture: PICTURE, plan: PLAN });
          else if ('side' in one) now = placePoint(now, one.side, [one.x, one.y]);
          else now = removePair(now, one.remove);
          expect(now.pairs.length - wholePairs(now).length).toBeLessThanOrEqual(1);
          expect(waitingFor(dropWaiting(now))).toBeNull();
        }
      }),
    );
  });

  it('are added by key where the floor is by the fit', () => {
    expect(addPair(empty, { picture: PICTURE, plan: PLAN }).pairs).toEqual([
      { picture: [640, 360], floor: [20, 20] },
    ]);
    const fifth = addPair(calibrated, { picture: PICTURE, plan: PLAN }).pairs[4]!;
    expect(fifth.floor![0]).toBeCloseTo(20, 1);
    expect(fifth.floor![1]).toBeGreaterThan(2);
    expect(fifth.floor![1]).toBeLessThan(32);
  });

  it('can be saved when they give a calibration on a plan, or when there are none', () => {
    const may = (of: Calibration) => canSave(of, fitOf(of));
    expect(may(empty)).toBe(true);
    expect(may(calibrated)).toBe(true);
    expect(may({ ...calibrated, plan: null })).toBe(false);
    expect(may(removePair(calibrated, 0))).toBe(false);
    expect(may(placePoint(calibrated, 'floor', [1, 1]))).toBe(false);
    // Three of four on one line.
    expect(may(movePair(calibrated, 1, 'floor', [16, 10]))).toBe(false);
  });

  it('show the lines of the plan in the picture, and none beyond the horizon', () => {
    const fit = fitOf(calibrated);
    if (fit.state !== 'fitted') throw new Error('not fitted');
    const path = floorGrid(fit.toPicture, { size: [40, 400], picture: PICTURE, step: 10 });
    const numbers = path.match(/-?\d+(\.\d+)?/g)!.map(Number);
    expect(numbers.length).toBeGreaterThan(40);
    expect(Math.max(...numbers)).toBeLessThan(2 * 1280);
    expect(Math.min(...numbers)).toBeGreaterThan(-1280);
    expect([gridStep([28, 16]), gridStep([120, 40]), gridStep([4000, 10])]).toEqual([1, 5, 100]);
  });
});
