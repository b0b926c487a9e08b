import type { Box, CalibrationPair, Point } from '@anshi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PersonSize } from './person-size.ts';

const PICTURE = [1280, 720] as const;

/** A pinhole camera above the floor, tilted and panned; metres, degrees. */
function camera({ high = 4, down = 25, aside = 20, focal = 900 } = {}) {
  const [d, a] = [(down * Math.PI) / 180, (aside * Math.PI) / 180];
  const forward = [Math.sin(a) * Math.cos(d), Math.cos(a) * Math.cos(d), -Math.sin(d)];
  const right = [Math.cos(a), -Math.sin(a), 0];
  const below = [
    forward[1]! * right[2]! - forward[2]! * right[1]!,
    forward[2]! * right[0]! - forward[0]! * right[2]!,
    forward[0]! * right[1]! - forward[1]! * right[0]!,
  ];
  const along = (axis: number[], p: number[]) => axis.reduce((sum, v, i) => sum + v * p[i]!, 0);
  return (x: number, y: number, z = 0): Point => {
    const p = [x, y, z - high];
    const depth = along(forward, p);
    return [
      PICTURE[0] / 2 + (focal * along(right, p)) / depth,
      PICTURE[1] / 2 + (focal * along(below, p)) / depth,
    ];
  };
}

const FLOOR: Point[] = [
  [0, 6],
  [4, 7],
  [1, 12],
  [7, 14],
  [3, 9],
];
const calibrate = (see: ReturnType<typeof camera>): CalibrationPair[] =>
  FLOOR.map((floor) => ({ floor, picture: see(...floor) }));

describe('PersonSize', () => {
  it('derives the apparent size of a person from the floor calibration alone', () => {
    fc.assert(
      fc.property(
        fc.record({
          high: fc.double({ min: 2.5, max: 9, noNaN: true }),
          down: fc.double({ min: 12, max: 50, noNaN: true }),
          aside: fc.double({ min: 10, max: 35, noNaN: true }),
          focal: fc.double({ min: 500, max: 2000, noNaN: true }),
        }),
        fc.double({ min: 1, max: 5, noNaN: true }),
        fc.double({ min: 7, max: 13, noNaN: true }),
        (how, x, y) => {
          const see = camera(how);
          const size = PersonSize.from(calibrate(see), PICTURE);
          const [foot, top] = [see(x, y), see(x, y, 1.8)];
          const expected = Math.hypot(foot[0] - top[0], foot[1] - top[1]);
          expect(size!.pixels(foot, 1.8)! / expected).toBeCloseTo(1, 3);
        },
      ),
    );
  });

  it('rejects only boxes that are far larger than a person there', () => {
    const see = camera();
    const size = PersonSize.from(calibrate(see), PICTURE)!;
    const box = (x: number, y: number, tall: number, wide = tall / 3): Box => {
      const [[cx, bottom], [, top]] = [see(x, y), see(x, y, tall)];
      const half = ((bottom - top) * wide) / tall / 2;
      return [cx - half, top, cx + half, bottom];
    };
    expect(size.isImpossible(box(3, 9, 1.8))).toBe(false);
    expect(size.isImpossible(box(3, 12, 1.9, 1.8))).toBe(false);
    // A robot's arm, and a row of racks.
    expect(size.isImpossible(box(3, 12, 4.2))).toBe(true);
    expect(size.isImpossible(box(3, 12, 1.8, 4.5))).toBe(true);
    // On a platform of 1.5 m: the feet map to the floor behind it, and the person appears larger.
    const [[cx, bottom], [, top]] = [see(2, 8, 1.5), see(2, 8, 3.3)];
    expect(size.isImpossible([cx - 30, top, cx + 30, bottom])).toBe(false);
    // Cut off by the lower edge: the feet are elsewhere.
    expect(size.isImpossible([500, 100, 800, 715])).toBe(false);
  });

  it('accepts all where the calibration does not determine the size', () => {
    const straightDown = FLOOR.map(([x, y]) => ({
      floor: [x, y] as Point,
      picture: [100 + 60 * x, 700 - 40 * y] as Point,
    }));
    expect(PersonSize.from(straightDown, PICTURE)).toBeUndefined();
    expect(PersonSize.from([], PICTURE)).toBeUndefined();
  });
});
