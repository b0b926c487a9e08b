import { expect, test } from 'vitest';
import { RestartPacer } from './backoff.ts';

test('waits 1, 2, 4 … and never more than 30 s', () => {
  const pacer = new RestartPacer();
  const waits = Array.from({ length: 8 }, () => pacer.next('unreachable', 0, true) / 1000);
  expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
});

test('resets after a healthy minute, not after a shorter one', () => {
  const pacer = new RestartPacer();
  pacer.next('stalled', 0, true);
  pacer.next('stalled', 0, true);
  expect(pacer.next('stalled', 59_000, true)).toBe(4000);
  expect(pacer.next('stalled', 60_000, true)).toBe(1000);
  expect(pacer.next('stalled', 0, true)).toBe(2000);
});

test('a camera that restarts is opened soon again, also the fifth time within a minute', () => {
  const pacer = new RestartPacer();
  // It was away when the worker began.
  for (let n = 0; n < 4; n++) pacer.next('unreachable', 0, true);
  const waits = Array.from({ length: 5 }, () => pacer.next('ended', 5_000, true));
  expect(waits).toEqual([1000, 1000, 1000, 1000, 1000]);
  // One that ends at once is not there.
  expect(pacer.next('ended', 4_999, true)).toBe(2000);
  expect(pacer.next('ended', 0, true)).toBe(4000);
});

test('a stream that was closed here, as its timestamps jump, is opened less and less often', () => {
  const pacer = new RestartPacer();
  const waits = Array.from({ length: 4 }, () => pacer.next('ended', 30_000, false));
  expect(waits).toEqual([1000, 2000, 4000, 8000]);
});

test('a wrong password is not retried quickly', () => {
  expect(new RestartPacer().next('unauthorized', 0, true)).toBe(30_000);
});
