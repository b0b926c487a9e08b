import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClock, loopTime } from './clock.ts';

describe('loopTime', () => {
  it('splits any time into a round and a time within the loop', () => {
    const times = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const durations = fc.double({ min: 0.5, max: 3600, noNaN: true });
    fc.assert(
      fc.property(times, durations, (elapsed, duration) => {
        const { round, time } = loopTime(elapsed, duration);
        expect(Number.isInteger(round)).toBe(true);
        expect(time).toBeGreaterThanOrEqual(0);
        expect(time).toBeLessThan(duration);
        expect(round * duration + time).toBeCloseTo(elapsed, 5);
      }),
    );
  });

  it('gives all clips of one duration the same time', () => {
    expect(loopTime(47.5, 20)).toEqual({ round: 2, time: 7.5 });
    expect(loopTime(40, 20)).toEqual({ round: 2, time: 0 });
  });
});

describe('createClock', () => {
  it('begins with a second of the minute where it is asked to', () => {
    let monotonic = 5_000;
    const wall = () => Date.UTC(2026, 10, 28, 9, 30, 47, 250) + monotonic - 5_000;
    const clock = createClock(() => monotonic, wall, { every: 60, second: 2 });
    expect(clock.elapsed()).toBeCloseTo(45.25);
    monotonic += 2_750;
    expect(loopTime(clock.elapsed(), 20)).toEqual({ round: 2, time: 8 });
    expect(clock.wallAt(40)).toBeCloseTo(Date.UTC(2026, 10, 28, 9, 30, 42));
  });

  it('is not affected by a jump of the wall clock', () => {
    let monotonic = 1000;
    let wall = 1_700_000_000_000;
    const clock = createClock(
      () => monotonic,
      () => wall,
    );
    monotonic += 2500;
    wall += 2500 - 3_600_000;
    expect(clock.elapsed()).toBeCloseTo(2.5);
    expect(clock.wallAt(2.5)).toBeCloseTo(wall);
    expect(clock.wallAt(1)).toBeCloseTo(wall - 1500);
  });
});
