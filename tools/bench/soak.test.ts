import { randomOf } from '@anshi/contracts/testing/random';
import { describe, expect, it } from 'vitest';
import { DATABASE_WARM_UP_SECONDS, memoryOf, memorySlope } from './memory-slope.ts';

/** A life of a process: MiB at the begin, MiB an hour, and noise. */
function life(pid: number, from: number, to: number, level: number, slope: number, noise = 1) {
  const random = randomOf(`life ${pid} ${slope}`);
  return Array.from({ length: (to - from) / 5 }, (_, n) => {
    const seconds = from + n * 5;
    // It fills up at first.
    const young = Math.min(1, (seconds - from) / 100);
    const grown = (slope * (seconds - from)) / 3600;
    return { pid, seconds, mib: level * young + grown + random.normal(noise) };
  });
}

describe('the slope of memory', () => {
  it('is found within its interval, over lives of different levels, without their beginnings', () => {
    const samples = [
      ...life(1, 0, 1200, 200, 40),
      ...life(2, 1210, 2400, 150, 40),
      ...life(3, 2410, 3600, 260, 40),
    ];
    const found = memorySlope(samples)!;
    expect(found.low).toBeLessThan(40);
    expect(found.high).toBeGreaterThan(40);
    expect(found.high - found.low).toBeLessThan(10);
  });

  it('of a process that does not grow has zero in its interval', () => {
    const found = memorySlope(life(1, 0, 3600, 300, 0, 5))!;
    expect(found.low).toBeLessThan(0);
    expect(found.high).toBeGreaterThan(0);
  });

  it('is not told of lives that are too short', () => {
    expect(memorySlope([])).toBeNull();
    expect(memorySlope(life(1, 0, 180, 300, 0))).toBeNull();
  });

  it('leaves out the warm-up that a process needs', () => {
    // 300 MiB more in its first eight minutes, and then no more.
    const filling = life(1, 0, 3600, 300, 0).map((one) => ({
      ...one,
      mib: one.mib + 300 * Math.min(1, one.seconds / 480),
    }));
    expect(memorySlope(filling)!.low).toBeGreaterThan(10);
    expect(memorySlope(filling, DATABASE_WARM_UP_SECONDS)!.low).toBeLessThan(10);
  });

  it.runIf(process.platform === 'linux')('is of processes that there are', () => {
    expect(memoryOf(process.pid)).toBeGreaterThan(20);
    expect(memoryOf(process.pid, true)).toBeGreaterThan(10);
    expect(memoryOf(2 ** 30)).toBeNull();
  });
});
