import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LinkCount, rankLinks } from './ranking.ts';

const counted = fc
  .record({
    count: fc.integer({ min: 1, max: 500 }),
    major: fc.integer({ min: 0, max: 500 }),
    recurred: fc.integer({ min: 0, max: 500 }),
    overdue: fc.integer({ min: 0, max: 500 }),
    meanHours: fc.option(fc.double({ min: 0, max: 5_000, noNaN: true }), { nil: null }),
  })
  .map(
    (one): LinkCount => ({
      ...one,
      major: Math.min(one.major, one.count),
      recurred: Math.min(one.recurred, one.count),
      overdue: Math.min(one.overdue, one.count),
      area: null,
      type: null,
      department: null,
    }),
  );

describe('[HAZ-10] the ranking', () => {
  it('goes from the highest score to the lowest, each between 0 and 100', () => {
    fc.assert(
      fc.property(fc.array(counted, { maxLength: 40 }), (counts) => {
        const ranked = rankLinks('department', counts);
        expect(ranked.map(({ rank }) => rank)).toEqual(ranked.map((_, i) => i + 1));
        for (const [i, one] of ranked.entries()) {
          expect(one.score).toBeGreaterThanOrEqual(0);
          expect(one.score).toBeLessThanOrEqual(100);
          expect(one.score).toBeLessThanOrEqual(ranked[i - 1]?.score ?? 100);
        }
      }),
    );
  });

  it('never falls by an additional overdue or recurring hazard', () => {
    fc.assert(
      fc.property(counted, fc.array(counted, { maxLength: 10 }), (one, others) => {
        const rest = { ...one, count: one.count + 1 };
        const score = (first: LinkCount) => {
          const marked = { ...first, area: { id: 'a', name: { zh: 'a', en: 'a' } } };
          const ranked = rankLinks('area-type', [marked, ...others]);
          return ranked.find(({ area }) => area?.id === 'a')!.score;
        };
        expect(score({ ...rest, overdue: rest.overdue + 1 })).toBeGreaterThanOrEqual(score(rest));
        expect(score({ ...rest, recurred: rest.recurred + 1 })).toBeGreaterThanOrEqual(score(rest));
      }),
    );
  });
});
