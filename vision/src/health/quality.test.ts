import { describe, expect, test } from 'vitest';
import { gradeQuality } from './quality.ts';
import { SlidingCount } from './sliding-count.ts';

const good = {
  live: true,
  arrivedFps: 5,
  dueFps: 5,
  reconnectsLastHour: 0,
  stallsLastHour: 0,
  illegibleShare: 0,
};

describe('quality of a camera', () => {
  test.each([
    ['excellent', {}, []],
    ['excellent', { arrivedFps: 4.5, reconnectsLastHour: 1 }, []],
    ['fair', { arrivedFps: 4.4 }, ['few-frames']],
    ['fair', { reconnectsLastHour: 2 }, ['reconnects']],
    ['fair', { stallsLastHour: 1 }, ['stalls']],
    ['fair', { arrivedFps: 4.4, stallsLastHour: 1 }, ['few-frames', 'stalls']],
    ['poor', { arrivedFps: 3.4 }, ['few-frames']],
    ['poor', { reconnectsLastHour: 6, stallsLastHour: 1 }, ['reconnects']],
    ['poor', { stallsLastHour: 3 }, ['stalls']],
    ['excellent', { illegibleShare: 0.29 }, []],
    ['fair', { illegibleShare: 0.3 }, ['low-contrast']],
    ['poor', { illegibleShare: 0.8, reconnectsLastHour: 2 }, ['low-contrast']],
    ['offline', { live: false, stallsLastHour: 3 }, []],
  ])('%s: %j, because of %j', (grade, change, reasons) => {
    expect(gradeQuality({ ...good, ...change })).toEqual({ grade, reasons });
  });
});

test('a sliding count forgets what is older than its window', () => {
  const count = new SlidingCount(10_000);
  for (let t = 0; t < 10_000; t += 100) count.add(t);
  expect(count.total(9_999)).toBe(100);
  expect(count.total(15_000)).toBeGreaterThanOrEqual(48);
  expect(count.total(15_000)).toBeLessThanOrEqual(52);
  expect(count.total(30_000)).toBe(0);
});
