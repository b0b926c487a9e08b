import { expect, it } from 'vitest';
import type { WayPoint } from './schema.ts';
import { staysOf, thinned } from './stays.ts';

const start = Date.parse('2026-11-28T08:00:00.000Z');
const time = (second: number) => new Date(start + second * 1000).toISOString();
const point = (second: number, area: string | null): WayPoint => ({
  at: time(second),
  floorPlan: 'hall',
  position: [1, 1],
  radius: 1,
  area,
  late: false,
});

it('stays follow the areas, and end where nothing was heard for five minutes', () => {
  const points = [
    point(0, 'press'),
    point(30, 'press'),
    point(60, null),
    point(90, 'aisle'),
    point(120, 'aisle'),
    point(900, 'aisle'),
  ];
  expect(staysOf(points).map(({ area, from, to }) => [area, from, to])).toEqual([
    ['press', time(0), time(60)],
    [null, time(60), time(90)],
    ['aisle', time(90), time(120)],
    ['aisle', time(900), time(900)],
  ]);
  expect(staysOf([])).toEqual([]);
});

it('a long way is thinned evenly, with every change of area', () => {
  const points = Array.from({ length: 1_000 }, (_, i) => point(i, i === 501 ? 'press' : null));
  const some = thinned(points, 100);
  expect(some.length).toBeLessThanOrEqual(100);
  expect(some.map(({ area }) => area)).toContain('press');
  expect(thinned(points, 2_000)).toHaveLength(1_000);
});

it('a way along the border of two areas is thinned evenly, to its end', () => {
  const points = Array.from({ length: 1_000 }, (_, i) => point(i, i % 3 === 0 ? 'press' : null));
  const some = thinned(points, 100).map(({ at }) => (Date.parse(at) - start) / 1_000);
  expect(some).toHaveLength(100);
  expect([some[0], some.at(-1)]).toEqual([0, 999]);
  const gaps = some.slice(1).map((at, i) => at - (some[i] as number));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(20);
});

it('what is left beside the changes of area is spread over the way', () => {
  const points = Array.from({ length: 1_000 }, (_, i) =>
    point(i, i < 80 && i % 2 === 0 ? 'press' : null),
  );
  const some = thinned(points, 100).map(({ at }) => (Date.parse(at) - start) / 1_000);
  expect(some).toHaveLength(100);
  expect(some.filter((at) => at >= 80).length).toBeGreaterThanOrEqual(15);
  expect(some.at(-1)).toBe(999);
});
