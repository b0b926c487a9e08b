import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pressTime } from './press-time.ts';

const NOW = Date.parse('2026-11-28T08:00:00Z');
const HOUR = 3_600_000;

it.each<[string, number, number, object | null]>([
  ['at once', -300, -200, { at: NOW - 300, flag: null }],
  ['an hour offline', -HOUR, 0, { at: NOW - HOUR, flag: 'waited' }],
  [
    'an hour offline, by a clock that is two hours slow',
    -3 * HOUR,
    -2 * HOUR,
    { at: NOW - HOUR, flag: 'clock' },
  ],
  ['by a clock that is a day ahead', 24 * HOUR, 24 * HOUR, { at: NOW, flag: 'clock' }],
  ['pressed after it was sent', HOUR, 0, { at: NOW, flag: 'clock' }],
  ['eight days ago', -192 * HOUR, 0, null],
])('%s', (_title, pressed, sent, expected) => {
  const read = pressTime(NOW + pressed, NOW + sent, NOW);
  if (expected === null) expect(read).toBeNull();
  else expect(read).toMatchObject(expected);
});

it('is never after our own clock, and a clock that is off moves it by nothing', () => {
  const ms = fc.integer({ min: -100 * HOUR, max: 100 * HOUR });
  fc.assert(
    fc.property(ms, fc.integer({ min: 0, max: 100 * HOUR }), (off, waited) => {
      const read = pressTime(NOW + off - waited, NOW + off, NOW);
      expect(read?.at).toBeLessThanOrEqual(NOW);
      if (Math.abs(off) > 120_000) expect(read?.at).toBe(NOW - waited);
    }),
  );
});
