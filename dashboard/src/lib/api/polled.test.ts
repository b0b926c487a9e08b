import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Polled } from './polled.svelte.ts';

let hidden = false;
let ask: ReturnType<typeof vi.fn<() => Promise<string>>>;
let polled: Polled<string>;
let stop: () => void;

function look(away: boolean): void {
  hidden = away;
  document.dispatchEvent(new Event('visibilitychange'));
}

beforeEach(() => {
  vi.useFakeTimers();
  hidden = false;
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden);
  ask = vi.fn(async () => 'one');
  polled = new Polled(ask, 3_000);
  stop = polled.follow();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('polls at once, then periodically until it is stopped', async () => {
  await vi.advanceTimersByTimeAsync(6_000);
  expect(ask).toHaveBeenCalledTimes(3);
  expect(polled.value).toBe('one');
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ask).toHaveBeenCalledTimes(3);
});

it('pauses while the page is hidden, and polls at once when it is visible again', async () => {
  await vi.advanceTimersByTimeAsync(100);
  look(true);
  await vi.advanceTimersByTimeAsync(60_000);
  const asked = ask.mock.calls.length;
  expect(asked).toBeLessThanOrEqual(2);
  look(false);
  expect(ask).toHaveBeenCalledTimes(asked + 1);
});

it('keeps the last value after a failure, and marks it as outdated when failures persist', async () => {
  await vi.advanceTimersByTimeAsync(100);
  ask.mockRejectedValue(new Error('away'));
  await vi.advanceTimersByTimeAsync(3_000);
  expect(polled.value).toBe('one');
  expect(polled.error).toBeInstanceOf(Error);
  expect(polled.outdated(Date.now())).toBe(false);
  await vi.advanceTimersByTimeAsync(9_000);
  expect(polled.outdated(Date.now())).toBe(true);
  ask.mockResolvedValue('two');
  await vi.advanceTimersByTimeAsync(3_000);
  expect([polled.value, polled.error, polled.outdated(Date.now())]).toEqual(['two', null, false]);
});
