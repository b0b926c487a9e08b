import { expect, it } from 'vitest';
import { moved } from './moving.ts';

it('an antenna stays within its plan, to the centimetre', () => {
  expect(moved([28, 16], [2.71, 2.004])).toEqual([2.71, 2]);
  expect(moved([28, 16], [-1, 17])).toEqual([0, 16]);
  expect(moved([28, 16], [28.004, -0.004])).toEqual([28, 0]);
});
