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

/**
 * Pairs divided into groups. What a hidden group has could be computed from the figures of all and of the others: then
 * further groups are hidden, the smallest first, until those hidden together are of enough reviewers.
 *
 * @param least at least so many first and second reviewers; see `platform/privacy/group-size.ts`.
 */
export function groupsBy(
  pairs: readonly Pair[],
  keyOf: (pair: Pair) => string,
  least: number,
): AgreementGroup[] {
  const members = new Map<string, Pair[]>();
  for (const pair of pairs) {
    const key = keyOf(pair);
    members.set(key, [...(members.get(key) ?? []), pair]);
  }
  const of = (key: string) => members.get(key) ?? [];
  const groups = new Map([...members].map(([key, own]) => [key, groupOf(key, own, least)]));
  const hidden = () => [...groups.values()].filter(({ state }) => state !== 'shown');
  const isNeeded = [...groups.values()].some(({ state }) => state === 'too-few-reviewers');
  const rest = [...groups.values()]
    .filter(({ state }) => state === 'shown')
    .sort((a, b) => of(a.key).length - of(b.key).length);
  while (isNeeded) {
    const together = hidden();
    const isCovered = !areFew(
      together.flatMap(({ key }) => of(key)),
      least,
    );
    const next = isCovered && together.length > 1 ? undefined : rest.shift();
    if (!next) break;
    groups.set(next.key, {
      key: next.key,
      state: 'too-few-reviewers',
      figures: null,
      medianSeconds: null,
    });
  }
  return [...groups.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** The figures of one person, for that person alone: as first and second reviewer; the time of the own verdicts. */
export function ownOf(pairs: readonly Pair[], person: string): AgreementGroup {
  const own = pairs.filter(({ first, second }) => first === person || second === person);
  const given = own.filter(({ second }) => second === person);
  // Few pairs would say which of the own verdicts were drawn.
  const isShown = own.length >= FEWEST_PAIRS;
  return {
    key: '',
    state: isShown ? 'shown' : 'too-few-pairs',
    figures: isShown ? figuresOf(own) : null,
    medianSeconds: medianOf(secondsOf(given)),
  };
}
