import { describe, expect, it } from 'vitest';
import type { ShownFrame } from './live/in-page.ts';
import { glassToGlass, type LiveRun, liveMisses, recoveryMs } from './live/live-score.ts';

describe('frames with a clock', () => {
  it('are as late as their time says', () => {
    expect(
      glassToGlass([
        [1_250, 1_000],
        [1_400, 1_150],
      ]),
    ).toEqual([250, 250]);
  });

  it('are back once every viewer is shown one that was taken after the fault', () => {
    // Shown after the fault, and taken before it: what was on its way.
    const late: ShownFrame = [10_100, 9_900];
    const viewers: ShownFrame[][] = [
      [late, [12_000, 11_800]],
      [late, [13_500, 13_200]],
    ];
    expect(recoveryMs(viewers, 10_000)).toBe(3_500);
    expect(recoveryMs([...viewers, [late]], 10_000)).toBeNull();
    expect(recoveryMs([], 10_000)).toBeNull();
  });
});

describe('the targets of live views', () => {
  const run: LiveRun = {
    asked: 'mediasoup',
    engines: ['mediasoup', 'mediasoup'],
    viewers: 2,
    delays: Array.from({ length: 100 }, () => 300),
    firstFrames: [900, 1_000],
    recoveries: [{ what: 'camera restart', ms: 6_000 }],
    clicks: 0,
    dropped: { without: 0.25, with: 0.26 },
  };
  const targets = {
    glassP95Ms: 300,
    firstFrameP95Ms: 1_000,
    recoveryMs: 6_000,
    droppedRise: 0.0101,
  };

  it('are met at their limits, and each of them can be missed', () => {
    expect(liveMisses(run, targets)).toEqual([]);
    const worse: Partial<LiveRun>[] = [
      { engines: ['mediasoup', 'node-datachannel'] },
      { engines: [] },
      { delays: run.delays.map((ms) => ms + 1) },
      { delays: run.delays.slice(0, 19) },
      { firstFrames: [900, null] },
      { firstFrames: [900, 1_001] },
      { clicks: 1 },
      { dropped: { without: 0.25, with: 0.27 } },
      { recoveries: [] },
      { recoveries: [{ what: 'kill', ms: null }] },
      { recoveries: [{ what: 'kill', ms: 6_001 }] },
    ];
    for (const one of worse) {
      expect(liveMisses({ ...run, ...one }, targets), JSON.stringify(one)).toHaveLength(1);
    }
  });
});
