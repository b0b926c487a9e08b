import { expect, it } from 'vitest';
import { type LinkRow, linkHealthOf } from './links.ts';

const NOW = Date.parse('2026-11-27T08:00:30Z');
const HOUR_MS = 3_600_000;
const stateOf = (row: Partial<LinkRow>) =>
  linkHealthOf(
    {
      kind: 'camera',
      subject: 'aisle',
      fault: null,
      begunAt: null,
      state: 'ok',
      at: new Date(NOW - 30_000),
      delayMs: 200,
      up: 3_600,
      first: new Date(NOW - 2 * HOUR_MS),
      backAt: null,
      ...row,
    },
    NOW - 24 * HOUR_MS,
    NOW,
  ).state;

it('a connection is as its newest minute says', () => {
  expect(stateOf({})).toBe('ok');
  expect(stateOf({ state: 'poor' })).toBe('poor');
  expect(stateOf({ at: new Date(NOW - HOUR_MS) })).toBe('none');
});

it('a connection is lost while an outage is open, and not because a minute was off for a part', () => {
  expect(stateOf({ fault: 'offline', begunAt: new Date(NOW - 60_000) })).toBe('off');
  expect(stateOf({ fault: 'network', begunAt: new Date(NOW - 60_000) })).toBe('fair');
  expect(stateOf({ state: 'off' })).toBe('none');
});
