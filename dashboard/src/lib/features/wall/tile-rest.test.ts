import { expect, it } from 'vitest';
import { TileRest } from './tile-rest.ts';

it('is live until the analysis says that nobody is there, and again with the first person', () => {
  const rest = new TileRest();
  expect(rest.rests(0)).toBe(false);
  rest.observed(0, 1_000);
  expect(rest.rests(1_000)).toBe(true);
  rest.observed(1, 2_000);
  rest.observed(0, 3_000);
  expect(rest.rests(3_000)).toBe(false);
  rest.observed(0, 11_900);
  expect(rest.rests(11_900)).toBe(false);
  rest.observed(0, 12_000);
  expect(rest.rests(12_000)).toBe(true);
});

it('is live for a while where something moved, and where the analysis fell silent', () => {
  const rest = new TileRest();
  rest.observed(0, 1_000);
  rest.moved(2_000);
  rest.observed(0, 11_000);
  expect(rest.rests(11_000)).toBe(false);
  rest.observed(0, 12_500);
  expect(rest.rests(12_500)).toBe(true);
  expect(rest.rests(17_500)).toBe(false);
});
