import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CalibrationPair } from '../cameras/schema.ts';
import type { Point } from '../primitives.ts';
import { type FittedCalibration, fitCalibration } from './calibration-fit.ts';
import { project } from './homography.ts';

const FLOOR: Point[] = [
  [16, 6],
  [24, 6],
  [27, 15],
  [13, 14],
  [20, 9],
  [18, 12],
  [23, 11],
];

/** A pinhole camera above a floor, which looks north and down: pixels of a picture of 1280 x 720. */
function camera({ focal, above, down }: { focal: number; above: number; down: number }) {
  const [sin, cos] = [Math.sin(down), Math.cos(down)];
  return ([east, north]: Point): Point => {
    const [x, y, z] = [east - 20, north, -above];
    const depth = y * cos - z * sin;
    return [640 + (focal * x) / depth, 360 + (focal * (-y * sin - z * cos)) / depth];
  };
}
const cameras = fc.record({
  focal: fc.double({ min: 600, max: 3000, noNaN: true }),
  above: fc.double({ min: 2.5, max: 9, noNaN: true }),
  down: fc.double({ min: 0.15, max: 1, noNaN: true }),
});
const pairsOf = (see: (point: Point) => Point, floor = FLOOR): CalibrationPair[] =>
  floor.map((point) => ({ picture: see(point), floor: point }));
const fitted = (pairs: CalibrationPair[]): FittedCalibration => {
  const fit = fitCalibration(pairs);
  if (fit.state !== 'fitted') throw new Error(`not fitted: ${JSON.stringify(fit)}`);
  return fit;
};
const USUAL = camera({ focal: 1000, above: 5, down: 0.5 });

describe('fitCalibration', () => {
  it('is exact for points of one camera, whatever its lens, height and tilt', () => {
    fc.assert(
      fc.property(cameras, (of) => {
        const see = camera(of);
        const fit = fitted(pairsOf(see));
        expect(fit.rms).toBeLessThan(1e-6);
        expect(fit.errors).toHaveLength(FLOOR.length);
        expect([fit.grade, fit.mirrored, fit.suspect]).toEqual(['good', false, null]);
        const [east, north] = project(fit.toFloor, see([21, 10]))!;
        expect(Math.hypot(east - 21, north - 10)).toBeLessThan(1e-4);
      }),
    );
  });

  it('names the pair whose floor point is wrong, for any of them and any direction', () => {
    fc.assert(
      fc.property(
        fc.nat(FLOOR.length - 1),
        fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
        fc.double({ min: 2, max: 3, noNaN: true }),
        (wrong, angle, by) => {
          const pairs = pairsOf(USUAL).map((pair, n): CalibrationPair => {
            if (n !== wrong) return pair;
            const [x, y] = pair.floor;
            return { ...pair, floor: [x + by * Math.cos(angle), y + by * Math.sin(angle)] };
          });
          const fit = fitCalibration(pairs);
          // So far off that a pair gets beyond the horizon, or two fall together, is told otherwise.
          fc.pre(fit.state === 'fitted' && fit.rms > 0.25);
          expect((fit as FittedCalibration).suspect?.pair).toBe(wrong);
          expect((fit as FittedCalibration).suspect?.rms).toBeLessThan(1e-6);
        },
      ),
    );
  });

  it('does not call four pairs good, for they fit whatever they say', () => {
    const fit = fitted(pairsOf(USUAL, FLOOR.slice(0, 4)));
    expect([fit.grade, fit.worst]).toEqual(['exact', null]);
  });

  it('marks the worst of five and names none, since any four of them agree', () => {
    const pairs = pairsOf(USUAL, FLOOR.slice(0, 5));
    pairs[4] = { ...pairs[4]!, floor: [20, 12] };
    const fit = fitted(pairs);
    expect(fit.worst).toBe(fit.errors.indexOf(Math.max(...fit.errors)));
    expect(['fair', 'poor']).toContain(fit.grade);
    expect(fit.suspect).toBeNull();
  });

  it('says how many are missing', () => {
    expect(fitCalibration([])).toEqual({ state: 'few', missing: 4 });
    expect(fitCalibration(pairsOf(USUAL, FLOOR.slice(0, 3)))).toEqual({ state: 'few', missing: 1 });
  });

  it('says on which side points lie on one line, or are the same', () => {
    const line: Point[] = [
      [10, 5],
      [12, 5],
      [14, 5],
      [18, 5],
      [16, 9],
    ];
    expect(fitCalibration(pairsOf(USUAL, line))).toEqual({ state: 'collinear', side: 'picture' });
    const spread = pairsOf(USUAL, FLOOR.slice(0, 5));
    const onLine = spread.map((pair, n) => ({ ...pair, floor: line[n]! }));
    expect(fitCalibration(onLine)).toEqual({ state: 'collinear', side: 'floor' });
    const twice = spread.map((pair, n) => (n === 3 ? { ...pair, floor: spread[1]!.floor } : pair));
    expect(fitCalibration(twice)).toEqual({ state: 'same', side: 'floor', pairs: [1, 3] });
  });

  it('refuses four pairs of which two are swapped: some would be beyond the horizon', () => {
    const pairs = pairsOf(USUAL, FLOOR.slice(0, 4));
    const swapped = pairs.map((pair, n) =>
      n < 2 ? { ...pair, floor: pairs[1 - n]!.floor } : pair,
    );
    const fit = fitCalibration(swapped);
    expect(fit.state).toBe('horizon');
    expect(fit.state === 'horizon' && fit.pairs.length).toBeGreaterThan(0);
  });

  it('says that left and right are swapped', () => {
    const pairs = pairsOf(USUAL).map(({ picture, floor: [x, y] }): CalibrationPair => {
      return { picture, floor: [40 - x, y] };
    });
    const fit = fitted(pairs);
    expect([fit.mirrored, fit.grade]).toEqual([true, 'good']);
  });
});
