import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AHEAD_MS } from '../outside-time.ts';
import { commandTiming } from './command.ts';

const NOW = Date.parse('2026-11-27T08:00:00.000Z');
const at = (ms: number) => new Date(NOW + ms).toISOString();

it('a command is due from when it was given until its time is over', () => {
  expect(commandTiming({ at: at(-1000), validUntil: at(1) }, NOW)).toBe('due');
  expect(commandTiming({ at: at(-1000), validUntil: at(0) }, NOW)).toBe('late');
  // Clocks that are kept by NTP differ a little; one that is slow would carry out what is over.
  expect(commandTiming({ at: at(AHEAD_MS), validUntil: at(30_000) }, NOW)).toBe('due');
  expect(commandTiming({ at: at(AHEAD_MS + 1), validUntil: at(30_000) }, NOW)).toBe('ahead');
  expect(commandTiming({ at: at(-90_000_000), validUntil: at(30_000) }, NOW)).toBe('late');
  expect(commandTiming({ at: 'soon', validUntil: at(30_000) }, NOW)).toBe('late');
  expect(commandTiming({ at: at(0), validUntil: 'never' }, NOW)).toBe('late');
});

it('a clock that is wrong by any time begins nothing more than 5 s after its time', () => {
  const valid = fc.integer({ min: 1, max: 300_000 });
  const after = fc.integer({ min: AHEAD_MS + 1, max: 86_400_000 });
  const slow = fc.integer({ min: 0, max: 86_400_000 });
  fc.assert(
    fc.property(valid, after, slow, (validMs, afterMs, slowMs) => {
      const given = { at: at(0), validUntil: at(validMs) };
      // So late it comes, and so far the clock of the device is behind.
      const shown = NOW + validMs + afterMs - slowMs;
      if (shown >= NOW - AHEAD_MS && shown < NOW + validMs) return;
      expect(commandTiming(given, shown)).not.toBe('due');
    }),
  );
});
