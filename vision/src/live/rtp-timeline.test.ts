import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RtpTimeline } from './rtp-timeline.ts';

test('counts from the first packet of a run, also across the wrap-around', () => {
  const first = fc.integer({ min: 0, max: 0xffffffff });
  const ms = fc.integer({ min: 1, max: 10_000_000 });
  fc.assert(
    fc.property(fc.array(fc.tuple(first, ms), { minLength: 1, maxLength: 3 }), (runs) => {
      const timeline = new RtpTimeline();
      for (const [begin, pts] of runs) {
        timeline.restart();
        expect(timeline.take(begin)).toBe(false);
        // More packets of the first picture.
        expect(timeline.take(begin)).toBe(false);
        expect(timeline.timestampOf(pts)).toBeNull();
        const second = (begin + pts * 90) >>> 0;
        expect(timeline.take(second)).toBe(true);
        expect(timeline.take((second + 3600) >>> 0)).toBe(false);
        expect(timeline.timestampOf(pts)).toBe(second);
      }
    }),
  );
});
