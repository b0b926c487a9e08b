import { tmpdir } from 'node:os';
import type { CameraConfig } from '@anshi/contracts';
import { expect, test } from 'vitest';
import { checkDiskBudget, neededBytes, ringSeconds } from './disk-budget.ts';

test('ten cameras with a minute each and the evidence that may wait', () => {
  expect(neededBytes(10, 60)).toBe(10 * 60e6 + 500e6);
});

test('a configuration beyond the budget is refused with figures and remedies', async () => {
  const refusal = await checkDiskBudget(tmpdir(), 1_000_000, 3600);
  expect(refusal).toMatch(
    /has [\d.]+ GB free, but 1000000 cameras with 3600 s .* need 3600000\.5 GB/,
  );
  expect(refusal).toContain('ANSHI_RING_SECONDS');
});

test('the space of the existing ring counts as free', async () => {
  expect(await checkDiskBudget(tmpdir(), 1_000_000, 3600, 1e16)).toBeNull();
});

test('the ring holds the last minute of evidence that lasts for hours, and its margins', () => {
  const lone = (confirmSeconds?: number) =>
    ({ rules: [{ kind: 'lone-work', confirmSeconds }] }) as unknown as CameraConfig;
  expect(ringSeconds([lone(14_400)], 60)).toBe(110);
  expect(ringSeconds([lone()], 60)).toBe(110);
  expect(ringSeconds([lone(20)], 60)).toBe(60);
});
