import type { CalibrationPair, Point } from '@anshi/contracts';
import { expect, it } from 'vitest';
import { nearestFirst } from './nearest.ts';

const around = ([x, y]: Point): CalibrationPair[] =>
  [
    [x - 1, y - 1],
    [x + 1, y - 1],
    [x + 1, y + 1],
    [x - 1, y + 1],
  ].map((floor) => ({ picture: [0, 0], floor: floor as unknown as Point }));
const cameras = [
  { id: 'plain', floorPlan: 'hall' },
  { id: 'far', floorPlan: 'hall', calibration: around([30, 30]) },
  { id: 'upstairs', floorPlan: 'gallery', calibration: around([5, 5]) },
  { id: 'near', floorPlan: 'hall', calibration: around([5, 6]) },
];
const order = (place: Point | null, plan: string | undefined) =>
  nearestFirst(cameras, place, plan).map(({ id }) => id);

it('cameras that look at the floor nearest to the place come first', () => {
  expect(order([5, 5], 'hall')).toEqual(['near', 'far', 'plain', 'upstairs']);
  expect(order([29, 29], 'hall')).toEqual(['far', 'near', 'plain', 'upstairs']);
});

it('without a place, or without a floor plan, they keep their order', () => {
  const asIs = ['plain', 'far', 'upstairs', 'near'];
  expect(order(null, 'hall')).toEqual(asIs);
  expect(order([5, 5], undefined)).toEqual(asIs);
});
