import { describe, expect, it } from 'vitest';
import { allowance, MachineLoad, MOST, othersShare, secondsOfTree } from './machine-load.mjs';

const sample = (at: number, busy: number, own: number) => ({ at, busy, own });

describe('what others take of the machine', () => {
  it('is what it did, less what the run did', () => {
    expect(othersShare(sample(0, 100, 10), sample(10_000, 120, 25), 2)).toBeCloseTo(0.25);
    expect(othersShare(sample(0, 100, 10), sample(10_000, 115, 25), 2)).toBe(0);
    // Ticks are read one after the other, and a process that has just ended is in neither sum.
    expect(othersShare(sample(0, 100, 10), sample(10_000, 110, 25), 2)).toBe(0);
    expect(othersShare(sample(0, 100, 10), sample(0, 110, 10), 2)).toBe(0);
  });

  it('lets a file take as much longer as others left it less, up to a limit', () => {
    expect(allowance(0)).toBe(1);
    expect(allowance(0.5)).toBe(2);
    expect(allowance(0.99)).toBe(MOST);
    expect(allowance(1)).toBe(MOST);
  });
});

it('the seconds of a run are those of its process and of all that came from it', () => {
  const processes = [
    { pid: 1, parent: 0, seconds: 100 },
    { pid: 10, parent: 1, seconds: 5 },
    { pid: 11, parent: 10, seconds: 3 },
    { pid: 12, parent: 11, seconds: 2 },
    { pid: 20, parent: 1, seconds: 50 },
  ];
  expect(secondsOfTree(processes, 10)).toBe(10);
  expect(secondsOfTree(processes, 20)).toBe(50);
  expect(secondsOfTree(processes, 99)).toBe(0);
});

it('a machine that is watched gives a factor between none and the most', () => {
  const load = new MachineLoad(process.pid);
  const began = performance.now();
  while (performance.now() - began < 100);
  const factor = load.allowanceSince(began);
  load.stop();
  expect(factor).toBeGreaterThanOrEqual(1);
  expect(factor).toBeLessThanOrEqual(MOST);
});
