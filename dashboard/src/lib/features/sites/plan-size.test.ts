import { expect, it } from 'vitest';
import { gridPath, hasShape, roundStep, sizeByDistance, sizeByWidth } from './plan-size.ts';

it('the height of a plan follows from its width and its picture', () => {
  expect(sizeByWidth(40, [640, 480])).toEqual([40, 30]);
  expect(sizeByWidth(10, [3, 1])).toEqual([10, 3.33]);
});

it('two points and their distance give the size of the whole picture', () => {
  const points = [
    [100, 100],
    [400, 500],
  ] as const;
  // 500 pixels are 25 m.
  expect(sizeByDistance(points, 25, [1000, 600])).toEqual([50, 30]);
  expect(sizeByDistance(points, 0, [1000, 600])).toBeNull();
  expect(sizeByDistance([points[0], points[0]], 5, [1000, 600])).toBeNull();
  expect(sizeByDistance([points[0]], 5, [1000, 600])).toBeNull();
});

it('a size of another shape than the picture is told before it is saved', () => {
  expect(hasShape([40, 30], [640, 480])).toBe(true);
  expect(hasShape([40, 30.5], [640, 480])).toBe(true);
  expect(hasShape([40, 20], [640, 480])).toBe(false);
});

it('the grid and the scale bar have round metres', () => {
  expect(roundStep([28, 16], 30)).toBe(1);
  expect(roundStep([280, 160], 30)).toBe(10);
  expect(roundStep([3, 2], 30)).toBe(0.1);
  expect(roundStep([900_000, 2], 4)).toBe(20_000);
  expect(gridPath([3, 2], 1)).toBe('M1 0V2M2 0V2M3 0V2M0 1H3M0 0H3');
});
