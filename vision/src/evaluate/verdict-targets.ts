import type { Share } from './bootstrap.ts';
import { groupBy } from './group-by.ts';
import type { VerdictKind } from './labelled-people.ts';
import { inRange } from './verdict-heights.ts';
import type { FiguresOf, JudgedSet } from './verdict-report.ts';

/** What a set must reach, in shares. */
export interface VerdictLimits {
  /** Least share of right verdicts among those decided, by item. */
  readonly right: Readonly<Record<VerdictKind, number>>;
  /** Greatest share of `unknown` among the people found, by item. */
  readonly unknown: Readonly<Record<VerdictKind, number>>;
  /** Least share of bare-headed people above {@link TALL_ENOUGH} of whom the rule says so. */
  readonly missingHelmet: number;
}

/** People lower than this, picture pixels, are not asked for by `missingHelmet`. */
export const TALL_ENOUGH = 50;

/** One target in one set. */
export interface TargetResult extends Share {
  readonly target: 'rightOfKnown' | 'unknown' | 'missingRecall';
  readonly item: VerdictKind;
  readonly set: string;
  /** The value must be at least, or at most, the limit. */
  readonly bound: 'least' | 'most';
  readonly limit: number;
  /** By the value; false where nothing could be counted. The interval says how sure it is. */
  readonly holds: boolean;
  /** How far it holds: 1 where it just does, less where it misses. */
  readonly ratio: number;
}

/** Compares each set with the limits, for each item that it labels. */
export function checkTargets(
  sets: readonly JudgedSet[],
  figuresOf: FiguresOf,
  limits: VerdictLimits,
): TargetResult[] {
  return sets.flatMap(({ name: set, verdicts }) =>
    [...groupBy(verdicts, ({ kind }) => kind)].flatMap(([item, those]) => {
      const all = figuresOf(those);
      const results = [
        atLeast({ target: 'rightOfKnown', item, set }, all.rightOfKnown, limits.right[item]),
        atMost({ target: 'unknown', item, set }, all.unknown, limits.unknown[item]),
      ];
      if (item === 'helmet') {
        const tall = figuresOf(inRange(those, { from: TALL_ENOUGH, to: null }));
        const about = { target: 'missingRecall', item, set } as const;
        results.push(atLeast(about, tall.missingRecall, limits.missingHelmet));
      }
      return results;
    }),
  );
}

type About = Pick<TargetResult, 'target' | 'item' | 'set'>;

function atLeast(about: About, share: Share, limit: number): TargetResult {
  const value = share.value ?? 0;
  const ratio = limit === 0 ? 1 : value / limit;
  return {
    ...about,
    bound: 'least',
    limit,
    ...share,
    holds: share.value !== null && value >= limit,
    ratio,
  };
}

function atMost(about: About, share: Share, limit: number): TargetResult {
  if (share.value === null)
    return { ...about, bound: 'most', limit, ...share, holds: false, ratio: 0 };
  const ratio = share.value <= limit ? 1 : limit / share.value;
  return { ...about, bound: 'most', limit, ...share, holds: share.value <= limit, ratio };
}
