import type { Observation, TrackedPerson } from '@anshi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameSteps } from './frame-steps.ts';

const person = (left: number, more: Partial<TrackedPerson> = {}): TrackedPerson =>
  ({
    track: 'T-1',
    box: [left, 100, left + 40, 200],
    velocity: [100, 0],
    equipment: {},
    pose: null,
    violations: [],
    ...more,
  }) as TrackedPerson;
const seen = (ms: number, people: TrackedPerson[], base = 0): Observation =>
  ({ camera: 'c', rtpTimestamp: (base + ms * 90) >>> 0, people }) as Observation;
const ticks = (ms: number, base = 0): number => (base + ms * 90) >>> 0;
const leftAt = (steps: FrameSteps, ms: number, base = 0) =>
  steps.at(ticks(ms, base))?.people.map(({ box }) => Math.round(box[0]));

describe('the people of a frame', () => {
  it('are those of its own observation, also where its time is a tick off', () => {
    const steps = new FrameSteps();
    for (const ms of [0, 200, 400]) steps.add(seen(ms, [person(ms)]));
    for (const tick of [-1, 0, 1]) {
      const found = steps.at(ticks(200) + tick);
      expect(found?.people[0]?.box[0]).toBeCloseTo(200, 0);
      expect(found?.observation.rtpTimestamp).toBe(ticks(200));
    }
  });

  it('move on a line between two analysed frames, over the wrap-around of the timestamp', () => {
    const uint32 = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(
      fc.property(uint32, fc.integer({ min: 1, max: 199 }), (base, ms) => {
        const steps = new FrameSteps();
        steps.add(seen(0, [person(0)], base));
        steps.add(seen(200, [person(50)], base));
        expect(steps.at(ticks(ms, base))?.people[0]?.box[0]).toBeCloseTo(ms / 4, 1);
      }),
    );
  });

  it('go on by their speed for a moment after the last observation, and then nothing is drawn', () => {
    const steps = new FrameSteps();
    steps.add(seen(0, [person(0)]));
    expect(leftAt(steps, 200)).toEqual([20]);
    expect(leftAt(steps, 300)).toEqual([30]);
    expect(steps.at(ticks(301))).toBeNull();
  });

  it('are unknown before the first observation, and in a gap', () => {
    const steps = new FrameSteps();
    steps.add(seen(1_000, [person(0)]));
    steps.add(seen(2_600, [person(500)]));
    expect(steps.at(ticks(900))).toBeNull();
    // Not half way between: what happened in a second and a half is not known.
    expect(leftAt(steps, 1_200)).toEqual([20]);
    expect(steps.at(ticks(1_600))).toBeNull();
    expect(leftAt(steps, 2_600)).toEqual([500]);
  });

  it('include the one who is in one of two frames only, at the speed that is known', () => {
    const steps = new FrameSteps();
    const other = person(300, { track: 'T-2', velocity: undefined });
    steps.add(seen(0, [person(0), other]));
    steps.add(seen(200, [person(20)]));
    expect(leftAt(steps, 100)).toEqual([10, 300]);
    expect(leftAt(steps, 200)).toEqual([20]);
  });

  it('have their pose moved with them', () => {
    const pose = (x: number) => ({
      score: 0.9,
      keypoints: Array.from({ length: 17 }, () => [x, 150, 0.8] as [number, number, number]),
    });
    const steps = new FrameSteps();
    steps.add(seen(0, [person(0, { pose: pose(10) })]));
    steps.add(seen(200, [person(40, { pose: pose(50) })]));
    expect(steps.at(ticks(100))?.people[0]?.pose?.keypoints[3]?.[0]).toBeCloseTo(30);
    // By speed after the last one.
    expect(steps.at(ticks(300))?.people[0]?.pose?.keypoints[3]?.[0]).toBeCloseTo(60);
  });

  it('of another stream, or of a worker that names no frames, are not those of this one', () => {
    const steps = new FrameSteps();
    steps.add(seen(0, [person(0)]));
    steps.add(seen(100_000, [person(7)]));
    expect(steps.at(ticks(0))).toBeNull();
    expect(leftAt(steps, 100_000)).toEqual([7]);
    const { rtpTimestamp: _, ...unnamed } = seen(0, [person(1)]);
    steps.add(unnamed as Observation);
    expect(steps.knowsFrames).toBe(false);
  });

  it('of late and doubled messages change nothing, and old ones are forgotten', () => {
    const steps = new FrameSteps();
    for (let ms = 0; ms <= 10_000; ms += 200) steps.add(seen(ms, [person(ms)]));
    steps.add(seen(9_000, [person(0)]));
    steps.add(seen(10_000, [person(0)]));
    expect(leftAt(steps, 9_000)).toEqual([9_000]);
    expect(leftAt(steps, 10_000)).toEqual([10_000]);
    expect(steps.at(ticks(1_000))).toBeNull();
  });
});
