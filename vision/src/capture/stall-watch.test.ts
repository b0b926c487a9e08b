import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { StallWatch } from './stall-watch.ts';

describe('silence of a stream', () => {
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

  test('is a stall after its time, counted from the last picture', () => {
    watch.picture();
    vi.advanceTimersByTime(21_000);
    watch.picture();
    vi.advanceTimersByTime(22_000);
    expect(silent).toBe(0);
    vi.advanceTimersByTime(1_000);
    expect(silent).toBe(1);
    // Until it is stopped: the first word may not have reached a process that was just starting.
    vi.advanceTimersByTime(1_000);
    expect(silent).toBe(2);
    watch.stop();
    vi.advanceTimersByTime(60_000);
    expect(silent).toBe(2);
  });

  test('may last longer before the first picture, but not for ever', () => {
    vi.advanceTimersByTime(45_000);
    expect(silent).toBe(0);
    vi.advanceTimersByTime(1_000);
    expect(silent).toBe(1);
  });

  test('before the first picture is never cut shorter than a stall', () => {
    const patient = new StallWatch(120_000, () => silent++);
    watch.stop();
    vi.advanceTimersByTime(122_000);
    expect(silent).toBe(0);
    patient.stop();
  });
});

test('the time in which this process itself was held up is not silence of the stream', async () => {
  let silent = 0;
  const watch = new StallWatch(100, () => silent++);
  watch.picture();
  const until = performance.now() + 3_000;
  while (performance.now() < until);
  // Timers come before what was read meanwhile.
  await new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));
  expect(silent).toBe(0);
  watch.stop();
});
