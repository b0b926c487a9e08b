import { expect, it } from 'vitest';
import { stepsOf } from './setup-steps.ts';

const statesOf = (sites: number, plans: number, cameras: number) =>
  stepsOf({ sites, plans, cameras }).map(({ id, state }) => `${id} ${state}`);

it('a plant is set up in the order site, floor plan, camera', () => {
  expect(statesOf(0, 0, 0)).toEqual(['site next', 'plan later', 'camera later']);
  expect(statesOf(1, 0, 0)).toEqual(['site done', 'plan next', 'camera later']);
  expect(statesOf(1, 2, 0)).toEqual(['site done', 'plan done', 'camera next']);
  // Cameras without a floor plan: the plan is what is missing.
  expect(statesOf(1, 0, 3)).toEqual(['site done', 'plan next', 'camera done']);
});
