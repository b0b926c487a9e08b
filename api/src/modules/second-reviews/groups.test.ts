import { describe, expect, it } from 'vitest';
import { groupOf, groupsBy, ownOf, type Pair } from './groups.ts';

const LEAST = 3;
const people = ['a', 'b', 'c', 'd'];

/** Pairs of a site, in which every reviewer is first and second as often; each fifth differs. */
const pairsOf = (site: string, count: number, of: readonly string[] = people): Pair[] =>
  Array.from({ length: count }, (_, n) => ({
    rule: 'running',
    site,
    firstStatus: n % 2 ? 'confirmed' : 'dismissed',
    secondStatus: (n % 2 === 1) !== (n % 5 === 0) ? 'confirmed' : 'dismissed',
    first: of[n % of.length] as string,
    second: of[(n + 1) % of.length] as string,
    seconds: n,
  }));
const statesOf = (pairs: readonly Pair[]) =>
  Object.fromEntries(groupsBy(pairs, ({ site }) => site, LEAST).map((one) => [one.key, one.state]));

describe('the agreement of a group', () => {
  it('has its figures and the median of its times', () => {
    const group = groupOf('', pairsOf('one', 40), LEAST);
    expect(group).toMatchObject({ state: 'shown', medianSeconds: 19.5 });
    expect(group.figures).toMatchObject({ pairs: 40, raw: 0.8 });
    expect(group.figures?.kappa).toBeCloseTo(0.6, 10);
  });

  it('is not shown of fewer than 20 pairs', () => {
    expect(groupOf('', pairsOf('one', 19), LEAST)).toMatchObject({
      state: 'too-few-pairs',
      figures: null,
      medianSeconds: null,
    });
    expect(groupOf('', pairsOf('one', 20), LEAST).state).toBe('shown');
  });

  it('is not shown of fewer reviewers than the least size, on either side', () => {
    expect(groupOf('', pairsOf('one', 40, ['a', 'b']), LEAST).state).toBe('too-few-reviewers');
    const byOne = pairsOf('one', 40).map((pair) => ({ ...pair, second: 'z' }));
    expect(groupOf('', byOne, LEAST).state).toBe('too-few-reviewers');
  });

  it('does not say how fast few were, where only their times were measured', () => {
    const some = pairsOf('one', 40).map((pair) => ({
      ...pair,
      seconds: pair.second === 'a' ? pair.seconds : null,
    }));
    expect(groupOf('', some, LEAST)).toMatchObject({ state: 'shown', medianSeconds: null });
  });

  it('hides another one where a hidden one could be computed from the rest', () => {
    const few = pairsOf('few', 30, ['a', 'b']);
    expect(statesOf([...pairsOf('one', 40), ...pairsOf('two', 60), ...few])).toEqual({
      few: 'too-few-reviewers',
      one: 'too-few-reviewers',
      two: 'shown',
    });
    expect(statesOf([...pairsOf('one', 40), ...pairsOf('two', 60)])).toEqual({
      one: 'shown',
      two: 'shown',
    });
  });
});

describe('the own figures', () => {
  it('are of the person alone: pairs in either part, times of the own verdicts', () => {
    const own = ownOf(pairsOf('one', 60), 'a');
    expect(own.figures?.pairs).toBe(30);
    expect(own.medianSeconds).toBe(31);
  });

  it('do not count few pairs: it would say which verdicts were drawn', () => {
    expect(ownOf(pairsOf('one', 12), 'a')).toMatchObject({ state: 'too-few-pairs', figures: null });
  });
});
