import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marginals } from './marginals.ts';

/** Sums over all joint assignments: exact, for few. */
function exact(weights: readonly number[], people: number, badges: number): number[] {
  const worn = new Array<number>(people * badges).fill(0);
  let all = 0;
  const choose = (person: number, taken: number[], weight: number) => {
    if (person === people) {
      all += weight;
      taken.forEach((badge, p) => {
        if (badge >= 0) worn[p * badges + badge]! += weight;
      });
      return;
    }
    choose(person + 1, [...taken, -1], weight);
    for (let b = 0; b < badges; b++) {
      if (!taken.includes(b))
        choose(person + 1, [...taken, b], weight * weights[person * badges + b]!);
    }
  };
  choose(0, [], 1);
  return worn.map((sum) => sum / all);
}

const plain = (badges: number) => new Array<number>(badges).fill(1);

describe('the probabilities of who wears what', () => {
  it('come near to the sum over all joint assignments', () => {
    const weight = fc.double({ min: -4, max: 6, noNaN: true }).map(Math.exp);
    fc.assert(
      fc.property(fc.array(weight, { minLength: 9, maxLength: 9 }), (weights) => {
        const { worn, none } = marginals(Float64Array.from(weights), 3, 3, plain(3));
        const truth = exact(weights, 3, 3);
        for (const [i, p] of truth.entries()) expect(Math.abs(worn[i]! - p)).toBeLessThan(0.2);
        for (let p = 0; p < 3; p++) {
          expect(none[p]! + worn[3 * p]! + worn[3 * p + 1]! + worn[3 * p + 2]!).toBeCloseTo(1, 9);
        }
      }),
    );
  });

  it('split a badge between two whom it fits equally', () => {
    const { worn } = marginals(Float64Array.of(1e6, 1e6), 2, 1, plain(1));
    expect(worn[0]).toBeCloseTo(0.5, 2);
    expect(worn[1]).toBeCloseTo(0.5, 2);
  });

  it('follow from the others: who wears another badge for sure is no rival', () => {
    const weights = Float64Array.of(500, 1e7, 500, 0);
    const { worn } = marginals(weights, 2, 2, plain(2));
    expect(worn[1]).toBeGreaterThan(0.99);
    expect(worn[2]).toBeGreaterThan(0.99);
  });
});
