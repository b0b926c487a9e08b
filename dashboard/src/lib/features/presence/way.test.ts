import { expect, it } from 'vitest';
import { linesOn, pointAt } from './way.ts';

const start = Date.parse('2026-11-28T08:00:00Z');
const point = (second: number, floorPlan = 'hall') => ({
  at: new Date(start + second * 1000).toISOString(),
  floorPlan,
  position: [second, 0] as [number, number],
  radius: 1,
  area: null,
  late: false,
});

it('a way says where the person was, and nothing where the badge was not heard', () => {
  const points = [point(0), point(30), point(60), point(900)];
  const secondAt = (second: number) =>
    pointAt(points, start + second * 1000)?.position?.[0] ?? null;
  expect([-1, 0, 29, 30, 359, 361, 900, 1_300].map(secondAt)).toEqual([
    null,
    0,
    0,
    30,
    60,
    null,
    900,
    null,
  ]);
  expect(pointAt([], start)).toBeNull();
});

it('a way is drawn as lines that end at gaps and at other plans', () => {
  const points = [point(0), point(30), point(60, 'yard'), point(90), point(900), point(930)];
  expect(linesOn(points, 'hall').map((line) => line.map(({ position }) => position[0]))).toEqual([
    [0, 30],
    [90],
    [900, 930],
  ]);
  expect(linesOn(points, 'yard')).toHaveLength(1);
});
