import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TimestampWatch } from './timestamp-watch.ts';

describe('the timestamps of a stream', () => {
  test.each([3_600_000, -3_600_000, -12_000, 12_000])('that jump by %i ms are found', (jump) => {
    const watch = new TimestampWatch();
    for (let n = 0; n < 10; n++) expect(watch.jump(n * 200, 50_000 + n * 200)).toBe(0);
    expect(watch.jump(2_000 + jump, 52_000)).toBe(jump);
    // It goes on from there.
    expect(watch.jump(2_200 + jump, 52_200)).toBe(0);
  });

  test('do not jump for pictures that were held back and come at once, or not at all', () => {
    const watch = new TimestampWatch();
    const pictures: [pts: number, arrival: number][] = [
      [0, 0],
      [200, 200],
      // Held back for 8 s, and sent in one burst.
      [400, 8_400],
      [8_000, 8_410],
      [8_200, 8_420],
      // The camera sent nothing for a minute.
      [68_200, 68_500],
      // ffmpeg learns how sound and picture belong together.
      [65_200, 68_700],
    ];
    for (const [pts, arrival] of pictures) expect(watch.jump(pts, arrival)).toBe(0);
  });

  test('of any jitter within a second and of any pauses are none', () => {
    const step = fc.record({
      pause: fc.integer({ min: 0, max: 60_000 }),
      delay: fc.integer({ min: 0, max: 1_000 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const watch = new TimestampWatch();
        let pts = 0;
        for (const { pause, delay } of steps) {
          pts += pause;
          expect(watch.jump(pts, pts + delay)).toBe(0);
        }
      }),
    );
  });
});
