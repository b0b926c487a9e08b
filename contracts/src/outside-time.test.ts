import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AHEAD_MS,
  LONGEST_WAIT_AHEAD_MS,
  type OutsideKind,
  readOutsideTime,
  type TimeLimit,
  timeLimits,
} from './outside-time.ts';

const NOW = Date.parse('2026-11-27T08:00:00.000Z');
const kinds = Object.keys(timeLimits) as OutsideKind[];
const after = (ms: number) => new Date(NOW + ms).toISOString();
const IN_2099 = '2099-01-01T00:00:00.000Z';

describe('a time from outside', () => {
  it.each(kinds)('of the kind %s is taken as it is while it is plausible', (kind) => {
    const taken = { result: 'taken', late: false, clamped: false };
    expect(readOutsideTime(kind, after(-1_000), NOW)).toEqual({ ...taken, at: NOW - 1_000 });
    // Within what clocks differ by; it is never after our own clock all the same.
    expect(readOutsideTime(kind, after(AHEAD_MS), NOW)).toEqual({ ...taken, at: NOW });
    expect(readOutsideTime(kind, NOW - 1_000, NOW)).toMatchObject(taken);
  });

  it.each([
    ['machine-state', 'refused'],
    ['observation', 'refused'],
    ['location', 'taken'],
    ['camera-health', 'taken'],
    ['worker-status', 'taken'],
    ['violation-event', 'waits'],
    ['models-loaded', 'waits'],
  ] as const)('of the kind %s that is ahead is %s', (kind, result) => {
    const read = readOutsideTime(kind, after(AHEAD_MS + 1), NOW);
    expect(read.result).toBe(result);
    if (read.result === 'taken') expect(read).toMatchObject({ at: NOW, clamped: true });
    else expect(read.why).toBe('ahead');
  });

  it('of an event does not wait for years', () => {
    expect(readOutsideTime('violation-event', NOW + LONGEST_WAIT_AHEAD_MS, NOW).result).toBe(
      'waits',
    );
    expect(readOutsideTime('violation-event', IN_2099, NOW)).toEqual({
      result: 'refused',
      why: 'ahead',
    });
  });

  it('that is late says so, and is refused beyond the limit of its kind', () => {
    for (const kind of kinds) {
      const { lateMs, oldestMs }: TimeLimit = timeLimits[kind];
      if (lateMs !== null) {
        expect(readOutsideTime(kind, NOW - lateMs, NOW)).toMatchObject({ late: false });
        expect(readOutsideTime(kind, NOW - lateMs - 1, NOW)).toMatchObject({ late: true });
      }
      const old = readOutsideTime(kind, NOW - (oldestMs ?? 10 ** 12) - 1, NOW);
      expect(old).toMatchObject(
        oldestMs === null ? { result: 'taken' } : { result: 'refused', why: 'too-old' },
      );
    }
  });

  it('that is none is refused', () => {
    for (const at of ['', 'yesterday', Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(readOutsideTime('location', at, NOW)).toEqual({ result: 'refused', why: 'no-time' });
    }
  });

  it('never puts anything after our own clock', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.integer(), fc.integer(), (kind, at, now) => {
        const read = readOutsideTime(kind, at, now);
        if (read.result === 'taken') expect(read.at).toBeLessThanOrEqual(now);
      }),
    );
  });
});
