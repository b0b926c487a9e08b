import { describe, expect, it } from 'vitest';
import { groupOf, groupsOf, ownOf, type Pair } from './groups.ts';

const LEAST = 3;
const people = ['a', 'b', 'c', 'd'];

/** Pairs of a site; each reviewer is first and second equally often, and every fifth pair differs. */
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
});

describe('groups', () => {
  const many = [...pairsOf('one', 40), ...pairsOf('two', 60)];

  it('are shown by rule and by site where each is of enough reviewers, also one of few pairs', () => {
    const { isDivided, rules, sites } = groupsOf([...many, ...pairsOf('new', 8)], LEAST);
    expect(isDivided).toBe(true);
    expect(rules).toMatchObject([{ key: 'running', state: 'shown', figures: { pairs: 108 } }]);
    expect(sites.map(({ key, state }) => [key, state])).toEqual([
      ['new', 'too-few-pairs'],
      ['one', 'shown'],
      ['two', 'shown'],
    ]);
  });

  it('are not shown at all where one of them is of too few: it could be computed from the others', () => {
    const few = pairsOf('few', 30, ['a', 'b']);
    expect(groupsOf([...many, ...few], LEAST)).toEqual({ isDivided: false, rules: [], sites: [] });
    // A rule with too few reviewers suppresses the sites as well.
    const rare = few.map((pair) => ({ ...pair, site: 'one', rule: 'phone-use' }));
    expect(groupsOf([...many, ...rare], LEAST)).toEqual({ isDivided: false, rules: [], sites: [] });
    expect(groupsOf([], LEAST).isDivided).toBe(true);
  });
});

describe('the own figures', () => {
  it('are of the person alone: pairs in either part, times of the own verdicts', () => {
    const circle = pairsOf('one', 60);
    // In a circle of four, a is paired with b and d; this adds c.
    const own = ownOf([...circle, { ...(circle[0] as Pair), second: 'c', seconds: null }], 'a', 3);
    expect(own.figures?.pairs).toBe(31);
    expect(own.medianSeconds).toBe(31);
  });

  it('do not count few pairs: it would say which verdicts were drawn', () => {
    expect(ownOf(pairsOf('one', 12), 'a', 1)).toMatchObject({
      state: 'too-few-pairs',
      figures: null,
    });
  });

  it('are not compared with fewer others than the least size: it would be the agreement of those', () => {
    const two = pairsOf('one', 60, ['a', 'b']);
    expect(ownOf(two, 'a', 2)).toMatchObject({
      state: 'too-few-reviewers',
      figures: null,
      medianSeconds: 30,
    });
    expect(ownOf(two, 'a', 1).state).toBe('shown');
  });
});
