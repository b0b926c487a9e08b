import { expect, it } from 'vitest';
import { shortId } from './short-id.ts';

it('keeps the distinctive part of a track or badge', () => {
  expect(
    ['WAZ0KDZM-35', 'badge-w3', 'A00000000000000000001234', '1840', 'x-'].map(shortId),
  ).toEqual(['35', 'w3', '1234', '1840', 'x-']);
});
