import { expect, test } from 'vitest';
import { RestartPacer } from './backoff.ts';

test('waits 1, 2, 4 … and never more than 30 s', () => {
  const pacer = new RestartPacer();
  const waits = Array.from({ length: 8 }, () => pacer.next('unreachable', 0) / 1000);
  expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
});

test('resets after a healthy minute, not after a shorter one', () => {
  const pacer = new RestartPacer();
  pacer.next('ended', 0);
  pacer.next('ended', 0);
  expect(pacer.next('ended', 59_000)).toBe(4000);
  expect(pacer.next('ended', 60_000)).toBe(1000);
  expect(pacer.next('ended', 0)).toBe(2000);
});

test('a wrong password is not retried quickly', () => {
  expect(new RestartPacer().next('unauthorized', 0)).toBe(30_000);
});
