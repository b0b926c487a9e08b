import type { Point } from '@anshi/contracts';
import { project } from '@anshi/contracts/homography';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  areaInPicture,
  compareOutlines,
  type View,
  viewOf,
  zoneOnFloor,
} from './fence-geometry.ts';

/** The camera `hall-west` of the demonstration. */
const view = viewOf(
  [
    { picture: [1145, 460], floor: [14, 4.9] },
    { picture: [457, 493], floor: [9.5, 9.2] },
    { picture: [775, 338], floor: [14.5, 9.2] },
    { picture: [249, 378], floor: [9.5, 13] },
    { picture: [566, 282], floor: [14.5, 13] },
    { picture: [767, 443], floor: [12, 7.7] },
  ],
  [1280, 720],
) as View;
const cell: Point[] = [
  [9.5, 9.2],
  [14.5, 9.2],
  [14.5, 13],
  [9.5, 13],
];
const inPicture: Point[] = [
  [457, 493],
  [775, 338],
  [566, 282],
  [249, 378],
];
const moved = (by: number): Point[] => cell.map(([x, y]) => [x + by, y]);

describe('the outlines of a zone and its area', () => {
  it('are drawn from each other by the calibration', () => {
    const floor = zoneOnFloor(view, inPicture) ?? [];
    floor.forEach(([x, y], i) => {
      expect(Math.hypot(x - cell[i]![0], y - cell[i]![1])).toBeLessThan(0.05);
    });
    areaInPicture(view, cell)?.forEach(([x, y], i) => {
      expect(Math.hypot(x - inPicture[i]![0], y - inPicture[i]![1])).toBeLessThan(3);
    });
  });

  it('there and back again is the same fence, wherever the area is in sight', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 9, max: 13, noNaN: true }),
        fc.double({ min: 7, max: 12, noNaN: true }),
        fc.double({ min: 0.8, max: 4, noNaN: true }),
        (x, y, size) => {
          const area: Point[] = [
            [x, y],
            [x + size, y],
            [x + size, y + size],
            [x, y + size],
          ];
          const zone = areaInPicture(view, area);
          if (zone === null) return;
          const back = zoneOnFloor(view, zone);
          expect(back).not.toBeNull();
          expect(compareOutlines(back!, area, view)!.apart).toBeLessThan(0.3);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('differ by as much as one is moved, at the place where it is so', () => {
    expect(compareOutlines(cell, cell, view)).toEqual({ overlap: 1, apart: 0, apartAt: null });
    const { overlap, apart, apartAt } = compareOutlines(cell, moved(1), view)!;
    expect(apart).toBeGreaterThan(0.85);
    expect(apart).toBeLessThanOrEqual(1);
    expect(overlap).toBeCloseTo(4 / 6, 1);
    expect(apartAt![0] < 10.5 || apartAt![0] > 14.5).toBe(true);
  });

  it('do not differ behind the edge of the picture', () => {
    // An area that goes on far to the left of what the camera sees.
    const long: Point[] = [
      [-60, 9.2],
      [14.5, 9.2],
      [14.5, 13],
      [-60, 13],
    ];
    const seen = areaInPicture(view, long)!;
    for (const [x, y] of seen) {
      expect(x >= 0 && x <= 1280 && y >= 0 && y <= 720).toBe(true);
    }
    expect(compareOutlines(zoneOnFloor(view, seen)!, long, view)!.apart).toBeLessThan(0.4);
  });

  it('are nothing where the camera looks the other way, or a corner is above the horizon', () => {
    const behind: Point[] = cell.map(([x, y]) => [x - 80, y - 80]);
    expect(areaInPicture(view, behind)).toBeNull();
    expect(compareOutlines(behind, behind, view)).toBeNull();
    const horizon = [0, 100, 200].find((y) => project(view.toFloor, [640, y]) === undefined);
    if (horizon !== undefined) {
      expect(
        zoneOnFloor(view, [
          [640, horizon],
          [600, 700],
          [700, 700],
        ]),
      ).toBeNull();
    }
    expect(viewOf(undefined, [1280, 720])).toBeNull();
    expect(viewOf([{ picture: [0, 0], floor: [0, 0] }], [1280, 720])).toBeNull();
  });
});
