import type { CalibrationPair, Point } from '@anshi/contracts';
import { fitHomography, type Homography, jacobian, project } from '@anshi/contracts/homography';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CalibrationRefused, FloorLocator, standingAt } from './floor-locator.ts';

/** A camera 5 m up, tilted down a hall: the horizon is at y = 100 of 720. */
const CAMERA: Homography = [1, 0, -640, 0, 0, 900, 0, 0.111, -11.1];
const onFloor = (p: Point) => project(CAMERA, p)!;
const CORNERS: Point[] = [
  [200, 700],
  [1100, 690],
  [500, 260],
  [800, 270],
];
const pairsOf = (points: Point[]): CalibrationPair[] =>
  points.map((picture) => ({ picture, floor: onFloor(picture) }));

describe('homography', () => {
  it('is recovered from four or more of its points', () => {
    const pictureX = fc.double({ min: 0, max: 1280, noNaN: true });
    const pictureY = fc.double({ min: 160, max: 720, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(pictureX, pictureY), { maxLength: 6 }),
        pictureX,
        pictureY,
        (more, x, y) => {
          const points = [...CORNERS, ...more];
          const h = fitHomography(points, points.map(onFloor))!;
          const [u, v] = project(h, [x, y])!;
          const [eu, ev] = onFloor([x, y]);
          expect(u).toBeCloseTo(eu, 4);
          expect(v).toBeCloseTo(ev, 4);
        },
      ),
    );
  });

  it('is undefined where the points do not determine it', () => {
    const line: Point[] = [0, 1, 2, 3].map((i) => [i * 100, 200 + i * 50]);
    expect(fitHomography(line, line.map(onFloor))).toBeUndefined();
    expect(fitHomography(CORNERS.slice(0, 3), CORNERS.slice(0, 3).map(onFloor))).toBeUndefined();
    const same: Point[] = [
      [5, 5],
      [5, 5],
      [5, 5],
      [5, 5],
    ];
    expect(fitHomography(same, CORNERS)).toBeUndefined();
  });

  it('has derivatives that match finite differences', () => {
    const [ux, uy, vx, vy] = jacobian(CAMERA, [700, 400])!;
    const e = 1e-4;
    const [u, v] = onFloor([700, 400]);
    const right = onFloor([700 + e, 400]);
    const down = onFloor([700, 400 + e]);
    expect(ux).toBeCloseTo((right[0] - u) / e, 5);
    expect(vx).toBeCloseTo((right[1] - v) / e, 5);
    expect(uy).toBeCloseTo((down[0] - u) / e, 5);
    expect(vy).toBeCloseTo((down[1] - v) / e, 5);
  });
});

describe('FloorLocator', () => {
  it('gives metres, with an error that grows with the distance', () => {
    const locator = new FloorLocator(pairsOf(CORNERS));
    const near = locator.locate([640, 650], [4, 4])!;
    const far = locator.locate([640, 250], [4, 4])!;
    expect(near.at[0]).toBeCloseTo(onFloor([640, 650])[0], 3);
    expect(near.at[1]).toBeCloseTo(onFloor([640, 650])[1], 3);
    expect(far.deviation).toBeGreaterThan(2 * near.deviation);
    expect(locator.locate([640, 650], [8, 8])!.deviation).toBeCloseTo(2 * near.deviation, 6);
  });

  it('places a person behind the foot that the camera sees nearest', () => {
    const locator = new FloorLocator(pairsOf(CORNERS));
    for (const foot of [
      [640, 650],
      [300, 400],
      [1100, 300],
    ] as Point[]) {
      const edge = locator.locate(foot, [4, 4])!;
      const person = standingAt(locator, foot, [4, 4])!;
      const [x, y] = [person.at[0] - edge.at[0], person.at[1] - edge.at[1]];
      expect(Math.hypot(x, y)).toBeCloseTo(0.12);
      // Away from the camera: further up in the picture.
      const beyond = locator.locate([foot[0], foot[1] - 20], [4, 4])!;
      const away = [beyond.at[0] - edge.at[0], beyond.at[1] - edge.at[1]] as const;
      expect(x * away[0] + y * away[1]).toBeGreaterThan(0.11 * Math.hypot(...away));
      expect(person.deviation).toBe(edge.deviation);
    }
    expect(standingAt(locator, [640, 60], [3, 3])).toBeNull();
  });

  it('is null above the horizon', () => {
    const locator = new FloorLocator(pairsOf(CORNERS));
    expect(locator.locate([640, 60], [3, 3])).toBeNull();
    expect(locator.locate([640, 100.0001], [3, 3])).toBeNull();
  });

  it('refuses pairs that do not fit one plane, with the error', () => {
    const pairs = pairsOf([...CORNERS, [640, 400], [300, 500]]);
    const wrong = pairs.map(
      (pair, i): CalibrationPair =>
        i === 4 ? { ...pair, floor: [pair.floor[0] + 6, pair.floor[1]] } : pair,
    );
    expect(() => new FloorLocator(pairs)).not.toThrow();
    try {
      new FloorLocator(wrong);
      throw new Error('accepted');
    } catch (error) {
      expect(error).toBeInstanceOf(CalibrationRefused);
      expect((error as Error).message).toMatch(/the largest error is \d+\.\d+ m \(\d+\.\d px\)/);
      expect((error as CalibrationRefused).error!.metres.worst).toBeGreaterThan(1);
    }
  });

  it('refuses a distant cluster of points, where a pixel is metres', () => {
    const heap: Point[] = [
      [640, 112],
      [650, 112],
      [640, 114],
      [652, 115],
    ];
    expect(() => new FloorLocator(pairsOf(heap))).toThrow('one pixel there is');
  });

  it('refuses points on one line', () => {
    const line: Point[] = [
      [100, 300],
      [200, 350],
      [300, 400],
      [400, 450],
    ];
    expect(() => new FloorLocator(pairsOf(line))).toThrow('do not determine the floor');
  });
});
