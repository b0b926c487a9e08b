import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Point } from '../primitives.ts';
import { fitHomography } from './homography.ts';
import { uprightView } from './upright.ts';

const PICTURE = [1280, 720] as const;

/** A pinhole camera above the origin of a floor, looking along +y and down. */
function camera(options: { focal: number; above: number; down: number; mirrored: boolean }) {
  const { focal, above, down, mirrored } = options;
  const [sin, cos] = [Math.sin(down), Math.cos(down)];
  /** @param at metres: x to the right, y away, z up. */
  const see = ([x, y, z]: readonly [number, number, number]): Point => {
    const depth = y * cos - (z - above) * sin;
    const low = -y * sin - (z - above) * cos;
    return [PICTURE[0] / 2 + (focal * x) / depth, PICTURE[1] / 2 + (focal * low) / depth];
  };
  const corners = [
    [-2, 6],
    [2, 6],
    [3, 14],
    [-3, 12],
    [0, 9],
  ] as const;
  const picture = corners.map(([x, y]) => see([x, y, 0]));
  // A plan whose second axis points down, as that of a drawing, or up.
  const floor = corners.map(([x, y]): Point => [x + 20, mirrored ? 30 - y : y]);
  return { see, toFloor: fitHomography(picture, floor)! };
}

describe('uprightView', () => {
  it('gives the height of what stands on the floor, whatever the lens, the tilt and the plan', () => {
    fc.assert(
      fc.property(
        fc.record({
          focal: fc.double({ min: 600, max: 3000, noNaN: true }),
          above: fc.double({ min: 2.5, max: 9, noNaN: true }),
          down: fc.double({ min: 0.1, max: 1, noNaN: true }),
          mirrored: fc.boolean(),
        }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: 7, max: 20, noNaN: true }),
        (options, x, y) => {
          const { see, toFloor } = camera(options);
          const view = uprightView(toFloor, PICTURE)!;
          const [foot, top] = [see([x, y, 0]), see([x, y, 1.7])];
          const height = Math.hypot(top[0] - foot[0], top[1] - foot[1]);
          expect(view.focal / options.focal).toBeCloseTo(1, 2);
          expect(view.heightAt(foot, 1.7)! / height).toBeCloseTo(1, 2);
        },
      ),
    );
  });

  it('assumes a usual lens where the calibration says nothing of it: straight down', () => {
    const corners: Point[] = [
      [0, 0],
      [1280, 0],
      [1280, 720],
      [0, 720],
    ];
    const floor = corners.map(([x, y]): Point => [x / 100, y / 100]);
    const view = uprightView(fitHomography(corners, floor)!, PICTURE)!;
    expect(view.focal).toBe(0.9 * 1280);
    expect(view.heightAt([640, 360], 1.7)).toBeCloseTo(0, 3);
  });

  it('says nothing beyond the horizon', () => {
    const { see, toFloor } = camera({ focal: 1000, above: 4, down: 0.2, mirrored: false });
    const view = uprightView(toFloor, PICTURE)!;
    const horizon = see([0, 1e9, 0]);
    expect(view.heightAt([640, horizon[1] - 20], 1.7)).toBeUndefined();
    expect(view.heightAt([640, horizon[1] + 20], 1.7)).toBeGreaterThan(0);
  });

  it('is nothing where all points are on one line', () => {
    expect(uprightView([1, 2, 3, 2, 4, 6, 0, 0, 1], PICTURE)).toBeUndefined();
  });
});
