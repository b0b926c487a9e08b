import { describe, expect, it } from 'vitest';
import { movedTimes } from './time-shift.ts';

const HOUR = 3_600_000;

describe('times of the answers of the API', () => {
  it('are moved by the same amount, days by whole days', () => {
    const by = { ms: -30 * HOUR, dayMs: -24 * HOUR };
    const answer =
      '{"at":"2026-12-03T06:30:00.250Z","until":"2026-12-31","local":"2026-12-03T14:30:00+08:00"}';
    expect(movedTimes(answer, by)).toBe(
      '{"at":"2026-12-02T00:30:00.250Z","until":"2026-12-30","local":"2026-12-02T00:30:00.000Z"}',
    );
    expect(movedTimes('2026-12-02', { ms: 30 * HOUR, dayMs: 24 * HOUR })).toBe('2026-12-03');
  });

  it('are those alone: numbers, names and what is no day stay', () => {
    const text = '{"no":"H-20261203-001","file":"2026-12-031","n":20261203,"day":"2026-13-45"}';
    expect(movedTimes(text, { ms: HOUR, dayMs: 24 * HOUR })).toBe(text);
  });
});
