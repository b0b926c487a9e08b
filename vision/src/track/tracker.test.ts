import type { Box } from '@anshi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Tracker } from './tracker.ts';

const settings = { prefix: 'T', trust: 0.4, begin: 0.5, lostSeconds: 2.5 };
const walker = (x: number, score = 0.8, height = 100) => ({
  score,
  box: [x, 300 - height, x + 0.35 * height, 300] as Box,
});

describe('Tracker', () => {
  it('keeps the id of a walking person at five irregular frames per second', () => {
    const tracker = new Tracker(settings);
    const names = new Set<string>();
    let at = 0;
    for (let i = 0; i < 40; i++) {
      at += i % 3 === 0 ? 320 : 150;
      for (const { track } of tracker.update(at, [walker(at * 0.08)])) names.add(track);
    }
    expect([...names]).toEqual(['T-1']);
  });

  it('follows a person through a period of low scores', () => {
    const tracker = new Tracker(settings);
    let last: string[] = [];
    for (let i = 0; i < 20; i++) {
      const score = i > 5 && i < 12 ? 0.15 : 0.8;
      last = tracker.update(i * 200, [walker(i * 12, score)]).map(({ track }) => track);
      expect(last).toEqual(['T-1']);
    }
  });

  it('does not start a track from low-score boxes alone', () => {
    const tracker = new Tracker(settings);
    for (let i = 0; i < 10; i++) expect(tracker.update(i * 200, [walker(50, 0.3)])).toEqual([]);
  });

  it('continues an established lost track with a low-score pose', () => {
    const little = { ...walker(60, 0.2), resumes: true as const };
    const seen = (well: number, then: (typeof little)[]) => {
      const tracker = new Tracker(settings);
      for (let i = 0; i < well; i++) tracker.update(i * 200, [walker(50 + i)]);
      tracker.update(well * 200, []);
      tracker.update((well + 1) * 200, []);
      return tracker.update((well + 2) * 200, then).map(({ track }) => track);
    };
    expect(seen(10, [little])).toEqual(['T-1']);
    // A low-score box does not: it is mostly a false detection. Nor is a very young track
    // continued.
    expect(seen(10, [walker(60, 0.2) as typeof little])).toEqual([]);
    expect(seen(2, [little])).toEqual([]);
    expect(seen(0, [little])).toEqual([]);
  });

  it('does not keep a track for ever by low-score poses', () => {
    const tracker = new Tracker(settings);
    for (let i = 0; i < 10; i++) tracker.update(i * 200, [walker(50)]);
    const little = { ...walker(50, 0.2), resumes: true as const };
    let last = 0;
    for (let at = 2000; at < 20_000; at += 200) {
      if (tracker.update(at, [little]).length > 0) last = at;
    }
    expect(last).toBeGreaterThan(9000);
    expect(last).toBeLessThan(11_000);
  });

  it('does not keep a track for ever by an object that was mistaken for the person', () => {
    const tracker = new Tracker(settings);
    for (let i = 0; i < 10; i++) tracker.update(i * 200, [walker(50)]);
    tracker.update(2000, []);
    // A low-score pose beside a false low-score box, which is detected from then on.
    const thing = walker(68, 0.2);
    let last = 0;
    for (let at = 2200; at < 20_000; at += 200) {
      const little = at < 3000 ? [{ ...thing, resumes: true as const }] : [];
      if (tracker.update(at, [thing, ...little]).length > 0) last = at;
    }
    expect(last).toBeGreaterThan(3000);
    expect(last).toBeLessThan(11_000);
  });

  it('keeps by low-score boxes a person in place whom a low-score pose showed once', () => {
    const tracker = new Tracker(settings);
    for (let i = 0; i < 10; i++) tracker.update(i * 200, [walker(50)]);
    tracker.update(2000, [{ ...walker(51, 0.2), resumes: true as const }]);
    for (let at = 2200; at < 30_000; at += 200) {
      expect(tracker.update(at, [walker(51, 0.2)]).map(({ track }) => track)).toEqual(['T-1']);
    }
  });

  it('continues the fallen person’s track, not the new one that their first box started', () => {
    const tracker = new Tracker(settings);
    const fallen = (score: number) => ({ score, box: [60, 230, 210, 300] as Box });
    for (let i = 0; i < 10; i++) tracker.update(i * 200, [walker(60, 0.8, 180)]);
    expect(tracker.update(2000, [fallen(0.55)]).map(({ track }) => track)).toEqual(['T-2']);
    const then = tracker.update(2200, [fallen(0.2), { ...fallen(0.2), resumes: true as const }]);
    expect(then.map(({ track }) => track)).toEqual(['T-1']);
    expect(tracker.size).toBe(1);
  });

  it('does not continue a lost track with another visible person’s detection', () => {
    const [left, right] = [walker(50), walker(80)];
    const seen = (found: ReturnType<typeof walker>, pose: ReturnType<typeof walker>) => {
      const tracker = new Tracker(settings);
      for (let i = 0; i < 10; i++) tracker.update(i * 200, [left, right]);
      return tracker
        .update(2000, [found, { ...pose, resumes: true as const }])
        .map(({ track }) => track);
    };
    for (const score of [0.2, 0.8]) {
      expect(seen(walker(50, score), walker(52, 0.2))).toEqual(['T-1']);
      // At the lost person's place, it is theirs.
      expect(seen(walker(50, score), walker(110, 0.2))).toEqual(['T-1', 'T-2']);
    }
  });

  it('re-identifies a person behind a pillar, and drops the track after the lost time', () => {
    const tracker = new Tracker(settings);
    const show = (at: number) => tracker.update(at, [walker(100 + at * 0.05)])[0]?.track;
    for (let at = 0; at <= 2000; at += 200) show(at);
    for (let at = 2200; at <= 3400; at += 200) expect(tracker.update(at, [])).toEqual([]);
    expect(show(3600)).toBe('T-1');
    for (let at = 3800; at <= 7000; at += 200) tracker.update(at, []);
    expect(tracker.size).toBe(0);
    expect(show(7200)).toBe('T-2');
  });

  it('keeps two people apart who pass each other', () => {
    const tracker = new Tracker(settings);
    let names: string[] = [];
    for (let i = 0; i < 30; i++) {
      const [a, b] = [walker(i * 14), { ...walker(400 - i * 14), score: 0.7 }];
      b.box = [b.box[0], b.box[1] + 12, b.box[2], b.box[3] + 12];
      names = tracker.update(i * 200, [a, b]).map(({ track, box }) => `${track}:${box[0] > 200}`);
    }
    expect(names.sort()).toEqual(['T-1:true', 'T-2:false']);
  });

  it('follows a clock that was set back: no track is lost, lost ones still expire', () => {
    const tracker = new Tracker(settings);
    for (let at = 1e6; at < 1e6 + 1000; at += 200) tracker.update(at, [walker(50)]);
    for (let at = 0; at < 1000; at += 200) {
      expect(tracker.update(at, [walker(50)]).map(({ track }) => track)).toEqual(['T-1']);
    }
    for (let at = 1000; at < 5000; at += 200) tracker.update(at, []);
    expect(tracker.size).toBe(0);
  });

  it('never throws and keeps no more tracks than boxes, for any times and boxes', () => {
    const box = fc
      .tuple(
        fc.integer({ min: -50, max: 900 }),
        fc.integer({ min: 0, max: 500 }),
        fc.integer({ min: 0, max: 200 }),
      )
      .map(([x, y, size]): Box => [x, y, x + size / 3, y + size]);
    const frame = fc.record({
      step: fc.integer({ min: -5000, max: 5000 }),
      people: fc.array(fc.record({ box, score: fc.double({ min: 0, max: 1, noNaN: true }) }), {
        maxLength: 6,
      }),
    });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 30 }), (frames) => {
        const tracker = new Tracker(settings);
        let at = 0;
        for (const { step, people } of frames) {
          at += step;
          const seen = tracker.update(at, people);
          expect(seen.length).toBeLessThanOrEqual(people.length);
          expect(new Set(seen.map(({ track }) => track)).size).toBe(seen.length);
          for (const { box: filtered } of seen) {
            expect(filtered.every(Number.isFinite)).toBe(true);
            expect(filtered[2]).toBeGreaterThan(filtered[0]);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
