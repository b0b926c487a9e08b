import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { suppressSmall } from './group-size.ts';

const groupsOf = (...counts: number[]) => counts.map((count, i) => ({ key: `g${i}`, count }));
const countsOf = (counts: number[], least = 5) => {
  const { groups, total } = suppressSmall(groupsOf(...counts), least);
  return [groups.map(({ count }) => count), total];
};

describe('[SEC-07] statistics hide small groups', () => {
  it.each([
    [[10, 20], [10, 20], 30],
    // A single hidden group could be computed from the total.
    [[3, 10, 20], [null, null, 20], 33],
    [[3, 4, 20], [null, null, 20], 27],
    [[1, 2, 9, 30], [null, null, null, 30], 42],
    [[3, 0, 0], [null, 0, 0], null],
    [[3], [null], null],
    [[3, 9], [null, null], 12],
    [[0, 8], [0, 8], 8],
    [[], [], 0],
  ])('of %j it shows %j and the total %j', (counts, shown, total) => {
    expect(countsOf(counts)).toEqual([shown, total]);
  });

  it('allows no inference about a person, for any groups', () => {
    const groups = fc.array(fc.nat(40), { maxLength: 12 });
    fc.assert(
      fc.property(groups, fc.integer({ min: 2, max: 12 }), (counts, least) => {
        const { groups: shown, total, hidden } = suppressSmall(groupsOf(...counts), least);
        for (const { count } of shown) {
          if (count !== null && count !== 0) expect(count).toBeGreaterThanOrEqual(least);
        }
        if (hidden === 0 || total === null) return;
        const known = shown.reduce((sum, { count }) => sum + (count ?? 0), 0);
        // At least two unknowns, whose sum is a permitted group.
        expect(hidden).toBeGreaterThanOrEqual(2);
        expect(total - known).toBeGreaterThanOrEqual(least);
      }),
    );
  });
});
