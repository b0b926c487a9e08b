import { type Agreement, FEWEST_PAIRS, kappaOf, medianOf } from './kappa.ts';
import type { AgreementGroup } from './schema.ts';

/** An incident with two verdicts. */
export interface Pair {
  rule: string;
  site: string;
  firstStatus: string;
  secondStatus: string;
  /** The people behind the accounts. */
  first: string;
  second: string;
  /** Of the second verdict; null where it was not measured. */
  seconds: number | null;
}

const verdicts = ['confirmed', 'dismissed'] as const;

/** The agreement of pairs on whether an incident is one. */
export const agreementOf = (pairs: readonly Pair[]): Agreement =>
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
 * Whether figures of pairs can be of single people: those of one first or one second reviewer are the agreement of that
 * person, however many others they are compared with.
 */
function areFew(pairs: readonly Pair[], least: number): boolean {
  const firsts = new Set(pairs.map(({ first }) => first));
  const seconds = new Set(pairs.map(({ second }) => second));
  return Math.min(firsts.size, seconds.size) < least;
}

/** A group with its figures, where it has enough pairs and reviewers. */
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

/** Pairs by their key. */
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
 * Pairs by rule and by site. Where one group of either is of too few reviewers, none is shown: that one could be computed
 * from the figures of all and of the others.
 *
 * @param least at least so many first and second reviewers; see `platform/privacy/group-size.ts`.
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
 * The figures of one person, for that person alone: as first and second reviewer; the time of the own verdicts. Compared
 * with few others, they would be figures of those.
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

/** Few pairs would say which of the own verdicts were drawn. */
function stateOfOwn(pairs: number, others: number, least: number): AgreementGroup['state'] {
  if (pairs < FEWEST_PAIRS) return 'too-few-pairs';
  return others < least ? 'too-few-reviewers' : 'shown';
}
