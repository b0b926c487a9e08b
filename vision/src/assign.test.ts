import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign } from './assign.ts';

/** Brute-force reference: most pairs first, least cost second. */
function best(cost: number[][], limit: number): [pairs: number, cost: number] {
  const columns = cost[0]?.length ?? 0;
  let result: [number, number] = [0, 0];
  const used = new Set<number>();
  const go = (row: number, pairs: number, sum: number) => {
    if (row === cost.length) {
      if (pairs > result[0] || (pairs === result[0] && sum < result[1])) result = [pairs, sum];
      return;
    }
    go(row + 1, pairs, sum);
    for (let c = 0; c < columns; c++) {
      if (used.has(c) || cost[row]![c]! > limit) continue;
      used.add(c);
      go(row + 1, pairs + 1, sum + cost[row]![c]!);
      used.delete(c);
    }
  };
  go(0, 0, 0);
  return result;
}

describe('assign', () => {
  it('finds the cheapest pairing and never uses a forbidden pair', () => {
    const matrix = fc
      .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
      .chain(([rows, columns]) =>
        fc.array(
          fc.array(fc.double({ min: 0, max: 2, noNaN: true }), {
            minLength: columns,
            maxLength: columns,
          }),
          { minLength: rows, maxLength: rows },
        ),
      );
    fc.assert(
      fc.property(matrix, (cost) => {
        const pairs = assign(cost.length, cost[0]!.length, (r, c) => cost[r]![c]!, 1);
        for (const [r, c] of pairs) expect(cost[r]![c]).toBeLessThanOrEqual(1);
        expect(new Set(pairs.map(([, c]) => c)).size).toBe(pairs.length);
        const sum = pairs.reduce((total, [r, c]) => total + cost[r]![c]!, 0);
        const [count, least] = best(cost, 1);
        expect(pairs).toHaveLength(count);
        expect(sum).toBeCloseTo(least, 9);
      }),
    );
  });
});
