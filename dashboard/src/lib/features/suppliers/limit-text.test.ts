import { expect, it } from 'vitest';
import { limitText } from './limit-text.ts';

it('reads as a limit on one side or on both', () => {
  expect(limitText({ lower: 800, upper: null }, 'MPa')).toBe('≥ 800 MPa');
  expect(limitText({ lower: null, upper: 0.3 }, '%')).toBe('≤ 0.3 %');
  expect(limitText({ lower: 6, upper: 8 }, '')).toBe('6 – 8');
});
