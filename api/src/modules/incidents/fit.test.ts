import { describe, expect, it } from 'vitest';
import { standing, walking } from '../../testing/findings.ts';
import { cleanPath, evidenceOfOne } from './fit.ts';

describe('a path as it is compared', () => {
  const path = walking(0, 5, [0, 0], [1.2, 0]);

  it('is in order of time, each moment once', () => {
    const shuffled = [...path.slice(10), ...path.slice(0, 10), ...path.slice(3, 6)];
    expect(cleanPath(shuffled, 5_000)).toEqual(path);
  });

  it('goes on for 5 s after the record, and no longer', () => {
    const later = walking(5.2, 12, [6.24, 0], [1.2, 0]);
    const cleaned = cleanPath([...path, ...later], 5_000);
    expect([cleaned[0]?.at, cleaned.at(-1)?.at]).toEqual([0, 10_200]);
  });

  it('is of the seconds around the record: other times are no evidence of then', () => {
    const hours = path.map((one) => ({ ...one, at: one.at - 3_600_000 }));
    expect(cleanPath([...hours, ...path], 5_000)).toEqual(path);
    const elsewhere = standing(20, 25, [3, 3]);
    expect(cleanPath(elsewhere, 5_000)).toEqual([]);
  });

  it('is no longer than one of a worker, and keeps its ends', () => {
    const dense = walking(0, 5, [0, 0], [1, 0], { rate: 40 });
    const thin = cleanPath(dense, 5_000);
    expect(thin.length).toBeLessThanOrEqual(61);
    expect([thin[0], thin.at(-1)]).toEqual([dense[0], dense.at(-1)]);
  });
});

describe('the evidence for one person', () => {
  it('says how much being alone adds', () => {
    const west = (nearest?: number | null) =>
      walking(0, 5, [0, 0], [1, 0], { deviation: 0.1, nearest });
    const alone = evidenceOfOne(west(null), west(null))!;
    const unknown = evidenceOfOne(west(), west())!;
    expect(Math.exp(alone - unknown)).toBeCloseTo(20);
  });
});
