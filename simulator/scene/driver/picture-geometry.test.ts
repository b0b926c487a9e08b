import { expect, test } from 'vitest';
import { floorHomography, makeCamera } from '../picture/camera.ts';
import { scenarios } from '../scenarios/index.ts';
import { clipToPicture, crossing, isInside, toPicture } from './picture-geometry.ts';

test('the homography maps the camera’s target to the centre of the picture', () => {
  const spec = { position: [4, 3, 5], yawDeg: 90, pitchDeg: 45, fovDeg: 50 } as const;
  const h = floorHomography(makeCamera(spec, 1280, 720), 1280, 720);
  const [u, v] = toPicture(h, [4, 8]);
  expect(u).toBeCloseTo(640, 3);
  expect(v).toBeCloseTo(360, 3);
  expect(toPicture(h, [5, 8])[0]).toBeGreaterThan(640);
  expect(toPicture(h, [4, 9])[1]).toBeLessThan(360);
});

test.each(scenarios)('$name offers at least six calibration points in its picture', (scenario) => {
  const { camera, width, height } = scenario;
  const h = floorHomography(makeCamera(camera, width, height), width, height);
  const seen = scenario.calibration.filter((floor) => {
    const [u, v] = toPicture(h, floor);
    return u >= 0 && u < width && v >= 0 && v < height;
  });
  expect(seen.length).toBeGreaterThanOrEqual(6);
});

test('a polygon is clipped to the picture', () => {
  const cut = clipToPicture(
    [
      [-50, 10],
      [50, 10],
      [50, 60],
      [-50, 60],
    ],
    100,
    50,
  );
  expect(cut).toHaveLength(4);
  for (const corner of [
    [0, 10],
    [50, 10],
    [50, 50],
    [0, 50],
  ]) {
    expect(cut).toContainEqual(corner);
  }
});

test('a line from west to east is crossed right to left on the way north, if at all', () => {
  const line = { from: [2, 5], to: [4, 5] } as const;
  expect(crossing(line, [3, 4.9], [3, 5.1])).toBe('right-to-left');
  expect(crossing(line, [3, 5.1], [3, 4.9])).toBe('left-to-right');
  expect(crossing(line, [5, 4.9], [5, 5.1])).toBeNull();
  expect(crossing(line, [3, 4.8], [3, 4.9])).toBeNull();
});

test('points inside and outside of a polygon', () => {
  const square = [
    [0, 0],
    [2, 0],
    [2, 2],
    [0, 2],
  ] as const;
  expect(isInside(square, [1, 1])).toBe(true);
  expect(isInside(square, [3, 1])).toBe(false);
});
