import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { StallWatch } from './stall-watch.ts';

describe('stream without data', () => {
  let silent: number;
  let watch: StallWatch;
  beforeEach(() => {
    vi.useFakeTimers();
    silent = 0;
    watch = new StallWatch(20_000, () => silent++);
  });
  afterEach(() => {
    watch.stop();
    vi.useRealTimers();
  });

  test('is a stall after the limit, counted from the last picture', () => {
    watch.picture();
    vi.advanceTimersByTime(21_000);
    watch.picture();
    vi.advanceTimersByTime(22_000);
    expect(silent).toBe(0);
    vi.advanceTimersByTime(1_000);
    expect(silent).toBe(1);
    // Repeated until stopped: the first signal may not have reached a process that was just
    // starting.
    vi.advanceTimersByTime(1_000);
    expect(silent).toBe(2);
    watch.stop();
    vi.advanceTimersByTime(60_000);
    expect(silent).toBe(2);
  });

  test('has a longer, but finite, limit before the first picture', () => {
    vi.advanceTimersByTime(45_000);
    expect(silent).toBe(0);
    vi.advanceTimersByTime(1_000);
    expect(silent).toBe(1);
  });

  test('has a limit before the first picture that is never shorter than a stall', () => {
    const patient = new StallWatch(120_000, () => silent++);
    watch.stop();
    vi.advanceTimersByTime(122_000);
    expect(silent).toBe(0);
    patient.stop();
  });
});

test('does not count time in which this process itself was blocked', async () => {
  let silent = 0;
  const watch = new StallWatch(100, () => silent++);
  watch.picture();
  const until = performance.now() + 3_000;
  while (performance.now() < until);
  // Timers run before the data that arrived while the process was blocked.
  await new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));
  expect(silent).toBe(0);
  watch.stop();
});
