import { expect, it } from 'vitest';
import type { OutboxEntry, OutboxState } from '$lib/outbox/entry.ts';
import { isPress, type Press, standingOf } from './press.ts';

const NOW = Date.parse('2026-11-28T08:00:00Z');
const entry = (
  direction: 'in' | 'out',
  ago: number,
  state: OutboxState = 'waiting',
  sentAgo: number | null = null,
): OutboxEntry<Press> => ({
  id: `${direction}-${ago}`,
  user: 'u',
  report: { kind: 'clock', direction, pressedAt: new Date(NOW - ago).toISOString(), place: null },
  files: [],
  state,
  createdAt: NOW - ago,
  attempts: 0,
  nextTryAt: 0,
  problem: null,
  sentAt: sentAgo === null ? null : NOW - sentAgo,
  receipt: null,
});

it('tells a press from a report', () => {
  expect(isPress(entry('in', 0).report)).toBe(true);
  expect(isPress({ description: 'loose' })).toBe(false);
  expect(isPress(null)).toBe(false);
});

it('a press that waits counts before what the API said, and rests for a minute', () => {
  expect(standingOf({ present: false }, NOW, [])).toEqual({
    present: false,
    last: null,
    restsUntil: 0,
  });
  const pressed = standingOf({ present: false }, NOW, [entry('in', 20_000)]);
  expect(pressed).toMatchObject({ present: true, restsUntil: NOW + 40_000 });
  expect(standingOf(null, null, [entry('out', 1_000), entry('in', 90_000)]).present).toBe(false);
});

it('the API knows of what was sent before it answered, and a refused press counts for nothing', () => {
  expect(standingOf({ present: false }, NOW, [entry('in', 90_000, 'sent', 80_000)]).present).toBe(
    false,
  );
  expect(
    standingOf({ present: false }, NOW - 85_000, [entry('in', 90_000, 'sent', 80_000)]).present,
  ).toBe(true);
  expect(standingOf({ present: false }, NOW, [entry('in', 1_000, 'refused')])).toMatchObject({
    present: false,
    last: null,
  });
});
