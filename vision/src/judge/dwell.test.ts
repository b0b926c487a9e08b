import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dwell, emptyDwell, LONGEST_BRIDGE_MS, leaveOut } from './dwell.ts';
import type { Sighting } from './evidence.ts';

const times = { confirm: 10_000, clear: 4_000, grace: 2_000 };

/** Sightings with their times; the events that they gave, with theirs. */
function feed(...sightings: [at: number, sighting: Sighting][]): string[] {
  const memory = emptyDwell();
  return sightings.flatMap(([at, sighting]) => {
    const event = dwell(memory, sighting, at, times);
    if (event?.kind === 'confirmed') {
      memory.open = { violation: '', rule: 'loitering', ruleId: '', track: null, heldAt: at };
      return [`confirmed at ${at} from ${event.startedAt}`];
    }
    if (event) memory.open = null;
    return event ? [`ended at ${at}`] : [];
  });
}
/** One sighting each 200 ms. */
const while_ = (from: number, to: number, sighting: Sighting) =>
  Array.from({ length: (to - from) / 200 }, (_, i): [number, Sighting] => [
    from + 200 * i,
    sighting,
  ]);

describe('how long something lasts', () => {
  it('is confirmed by the sighting at exactly the time, and not by the one before', () => {
    expect(feed([0, 'holds'], [9_999, 'holds'])).toEqual([]);
    expect(feed([0, 'holds'], [5_000, 'holds'], [10_000, 'holds'])).toEqual([
      'confirmed at 10000 from 0',
    ]);
  });

  it('goes on over an interruption shorter than the grace, and starts again after one as long', () => {
    const interrupted = (ms: number) =>
      feed(
        ...while_(0, 6_000, 'holds'),
        ...while_(6_000, 6_000 + ms, 'gone'),
        ...while_(6_000 + ms, 20_000, 'holds'),
      );
    // The interval before a sighting is what the sighting says.
    expect(interrupted(1_800)).toEqual(['confirmed at 11800 from 0']);
    expect(interrupted(2_000)).toEqual(['confirmed at 18000 from 8000']);
  });

  it('counts a time in which it is not known as what follows it says, up to ten seconds', () => {
    expect(feed([0, 'holds'], [200, 'unknown'], [8_000, 'unknown'], [10_000, 'holds'])).toEqual([
      'confirmed at 10000 from 0',
    ]);
    expect(feed([0, 'holds'], [60_000, 'holds'])).toEqual(['confirmed at 60000 from 0']);
    expect(feed([0, 'holds'], [60_000, 'gone'])).toEqual([]);
    expect(LONGEST_BRIDGE_MS).toBe(10_000);
  });

  it('leaves out a time in which the camera saw nothing', () => {
    const memory = emptyDwell();
    dwell(memory, 'holds', 0, times);
    dwell(memory, 'holds', 5_000, times);
    leaveOut(memory, 9_000);
    expect(dwell(memory, 'holds', 9_000, times)).toBeUndefined();
    expect(dwell(memory, 'holds', 13_999, times)).toBeUndefined();
    expect(dwell(memory, 'holds', 14_000, times)).toMatchObject({ kind: 'confirmed' });
  });

  it('ends when it is over for the clear time, and not when it comes back before', () => {
    const over = (ms: number) =>
      feed(
        ...while_(0, 12_000, 'holds'),
        ...while_(12_000, 12_000 + ms, 'gone'),
        ...while_(12_000 + ms, 30_000, 'holds'),
      );
    expect(over(3_800)).toEqual(['confirmed at 10000 from 0']);
    expect(over(4_000)).toEqual([
      'confirmed at 10000 from 0',
      'ended at 15800',
      'confirmed at 26000 from 16000',
    ]);
  });

  it('is not confirmed where it holds for less than seven tenths of the time', () => {
    const flicker = Array.from({ length: 600 }, (_, i): [number, Sighting] => [
      200 * i,
      i % 2 === 0 ? 'holds' : 'gone',
    ]);
    expect(feed(...flicker)).toEqual([]);
  });

  it('never confirms before the time has passed, whatever is seen', () => {
    const sighting = fc.constantFrom<Sighting>('holds', 'gone', 'unknown');
    const step = fc.tuple(fc.integer({ min: 1, max: 3_000 }), sighting);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        let at = 0;
        const events = feed(
          ...steps.map(([ms, one]): [number, Sighting] => {
            at += ms;
            return [at, one];
          }),
        );
        for (const event of events) {
          const [, confirmed, from] = /^confirmed at (\d+) from (\d+)$/.exec(event) ?? [];
          if (confirmed) expect(Number(confirmed) - Number(from)).toBeGreaterThanOrEqual(10_000);
        }
      }),
    );
  });
});
