import { describe, expect, it } from 'vitest';
import { changesOf, pointsOf } from './chart.ts';
import type { PrecisionRow } from './models-api.ts';
import { camerasOf, stateOf } from './states.ts';

const decision = (what: 'activated' | 'retired') => ({ decision: what }) as never;
const runs = [
  { worker: 'w-1', cameras: ['gate', 'hall'], online: true },
  { worker: 'w-2', cameras: ['gate'], online: false },
];
const row = (week: string, judged: number, version = '1.0.0', value = 0.9): PrecisionRow =>
  ({
    week,
    judged,
    model: 'ppe',
    version,
    detection: { value, low: value - 0.1, high: value + 0.05 },
  }) as PrecisionRow;

describe('the state of a version', () => {
  it('shows first whether it judges cameras, then whether it was activated', () => {
    expect(stateOf({ running: runs, decision: decision('activated') })).toBe('running');
    expect(stateOf({ running: runs, decision: null })).toBe('unapproved');
    expect(stateOf({ running: runs, decision: decision('retired') })).toBe('retired-running');
    expect(stateOf({ running: [], decision: decision('activated') })).toBe('approved');
    expect(stateOf({ running: [], decision: decision('retired') })).toBe('retired');
    // Loaded, but not used by a camera.
    const spare = [{ worker: 'w-1', cameras: [], online: true }];
    expect(stateOf({ running: spare, decision: null })).toBe('idle');
    expect(camerasOf({ running: runs })).toEqual(['gate', 'hall']);
  });
});

describe('the chart', () => {
  it('has a point for each week with enough verdicts, oldest first, and the changes of version', () => {
    const few = { ...row('2026-10-12', 3), detection: null };
    const points = pointsOf([
      row('2026-10-19', 40, '1.1.0'),
      row('2026-10-05', 30),
      few,
      row('2026-10-19', 25),
    ]);
    expect(points.map(({ week, judged, version }) => [week, judged, version])).toEqual([
      ['2026-10-05', 30, 'ppe 1.0.0'],
      ['2026-10-19', 40, 'ppe 1.1.0'],
    ]);
    expect(changesOf(points)).toEqual([1]);
  });
});
