import { type Agreement, FEWEST_PAIRS, kappaOf, medianOf } from './kappa.ts';
import type { AgreementGroup } from './schema.ts';

/** An incident with two verdicts. */
export interface Pair {
  rule: string;
  site: string;
  firstStatus: string;
  secondStatus: string;
  /** Person ids of the two reviewers; the account id where an account has no person. */
  first: string;
  second: string;
  /** Time from the lease to the second verdict, s; null without a lease. */
  seconds: number | null;
}

const verdicts = ['confirmed', 'dismissed'] as const;

/** Agreement of the first and second verdicts, by a 2 x 2 table of confirmed and dismissed. */
const agreementOf = (pairs: readonly Pair[]): Agreement =>
  kappaOf(
    verdicts.map((first) =>
      verdicts.map(
        (second) =>
          pairs.filter((one) => one.firstStatus === first && one.secondStatus === second).length,
      ),
    ),
  );

const figuresOf = (pairs: readonly Pair[]): NonNullable<AgreementGroup['figures']> => {
  const { pairs: n, raw, kappa, interval } = agreementOf(pairs);
  return { pairs: n, raw, kappa, interval: interval && { low: interval[0], high: interval[1] } };
};

const secondsOf = (pairs: readonly Pair[]) => pairs.flatMap(({ seconds }) => seconds ?? []);

/**
 * Whether the pairs have fewer than `least` distinct first or second reviewers. With a single reviewer on either side, the
 * group's figures would be the figures of that person.
 */
function areFew(pairs: readonly Pair[], least: number): boolean {
  const firsts = new Set(pairs.map(({ first }) => first));
  const seconds = new Set(pairs.map(({ second }) => second));
  return Math.min(firsts.size, seconds.size) < least;
}

/** The figures of a group; null figures and the reason where it has too few pairs or reviewers. */
export function groupOf(key: string, pairs: readonly Pair[], least: number): AgreementGroup {
  const none = { key, figures: null, medianSeconds: null };
  if (areFew(pairs, least)) return { ...none, state: 'too-few-reviewers' };
  if (pairs.length < FEWEST_PAIRS) return { ...none, state: 'too-few-pairs' };
  const timed = pairs.filter(({ seconds }) => seconds !== null);
  const isTimed = new Set(timed.map(({ second }) => second)).size >= least;
  return {
    key,
    state: 'shown',
    figures: figuresOf(pairs),
    medianSeconds: isTimed ? medianOf(secondsOf(timed)) : null,
  };
}

/** Groups pairs by a key. */
function divide(pairs: readonly Pair[], keyOf: (pair: Pair) => string): Map<string, Pair[]> {
  const members = new Map<string, Pair[]>();
  for (const pair of pairs) {
    const own = members.get(keyOf(pair));
    if (own) own.push(pair);
    else members.set(keyOf(pair), [pair]);
  }
  return members;
}

/**
 * Agreement by rule and by site. If any group has too few reviewers, both breakdowns are suppressed: the figures of that
 * group could be computed as the difference between the total and the other groups (complementary suppression).
 *
 * @param least minimum number of distinct first and of distinct second reviewers; see `platform/privacy/group-size.ts`.
 */
export function groupsOf(
  pairs: readonly Pair[],
  least: number,
): { isDivided: boolean; rules: AgreementGroup[]; sites: AgreementGroup[] } {
  const rules = divide(pairs, ({ rule }) => rule);
  const sites = divide(pairs, ({ site }) => site);
  const isDivided = ![...rules.values(), ...sites.values()].some((own) => areFew(own, least));
  const show = (groups: Map<string, Pair[]>) =>
    [...groups]
      .map(([key, own]) => groupOf(key, own, least))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  return isDivided
    ? { isDivided, rules: show(rules), sites: show(sites) }
    : { isDivided, rules: [], sites: [] };
}

/**
 * A person's own figures, shown to that person only: agreement over the pairs with that person as first or second
 * reviewer, and the median time of that person's second verdicts. The agreement needs `least` distinct other reviewers:
 * with one other reviewer it would disclose the figures of that reviewer.
 */
export function ownOf(pairs: readonly Pair[], person: string, least: number): AgreementGroup {
  const own = pairs.filter(({ first, second }) => first === person || second === person);
  const given = own.filter(({ second }) => second === person);
  const others = new Set(own.map(({ first, second }) => (first === person ? second : first)));
  const state = stateOfOwn(own.length, others.size, least);
  return {
    key: '',
    state,
    figures: state === 'shown' ? figuresOf(own) : null,
    medianSeconds: medianOf(secondsOf(given)),
  };
}

/** A small count of pairs would disclose which of the person's first verdicts were drawn. */
function stateOfOwn(pairs: number, others: number, least: number): AgreementGroup['state'] {
  if (pairs < FEWEST_PAIRS) return 'too-few-pairs';
  return others < least ? 'too-few-reviewers' : 'shown';
}
