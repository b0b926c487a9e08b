import { expect, it } from 'vitest';
import { inOrder, traded } from './order.ts';

const cameras = ['a', 'b', 'c', 'd'].map((id) => ({ id }));
const shown = (order: string[]) =>
  inOrder(cameras, order)
    .map(({ id }) => id)
    .join('');

it('keeps the own order, ignores what is gone and puts what is new to the end', () => {
  expect(shown([])).toBe('abcd');
  expect(shown(['d', 'b'])).toBe('dbac');
  expect(shown(['gone', 'c', 'never', 'a'])).toBe('cabd');
});

it('has two cameras trade places, and the order holds all that are there', () => {
  expect(traded(cameras, [], 'a', 'c')).toEqual(['c', 'b', 'a', 'd']);
  expect(traded(cameras, ['d', 'gone', 'b'], 'b', 'a')).toEqual(['d', 'a', 'b', 'c']);
  expect(traded(cameras, [], 'a', 'gone')).toEqual(['a', 'b', 'c', 'd']);
});
