/** Fewer pairs say too little: no kappa is shown. */
export const FEWEST_PAIRS = 20;
/** The 97.5 % quantile of the normal distribution. */
const Z = 1.959964;

/** How far the verdicts of pairs agree. */
export interface Agreement {
  pairs: number;
  /** The share of pairs with the same verdict; null without pairs. */
  raw: number | null;
  /** Null where it is not defined: both reviewers gave the same verdict every time. */
  kappa: number | null;
  /** Standard error of kappa, for its interval. */
  error: number | null;
  /** The 95 % interval, within -1 and 1; null where the error is 0, which says nothing of how sure kappa is. */
  interval: readonly [low: number, high: number] | null;
}

/**
 * Cohen's kappa: the agreement beyond what two reviewers would reach by chance, with the shares of their verdicts.
 *
 * kappa = (po - pe) / (1 - pe), with po the share of pairs that agree and pe the share expected by chance: J. Cohen, A
 * coefficient of agreement for nominal scales, Educational and Psychological Measurement 20 (1960) 37-46. Its standard
 * error is the one for large samples of J. L. Fleiss, J. Cohen and B. S. Everitt, Large sample standard errors of kappa
 * and weighted kappa, Psychological Bulletin 72 (1969) 323-327, for a kappa that is not taken as zero.
 *
 * @param counts of pairs, square: a row for each verdict of the first reviewer, a column for each of the second.
 */
export function kappaOf(counts: readonly (readonly number[])[]): Agreement {
  const pairs = sum(counts.map(sum));
  if (pairs === 0) return { pairs, raw: null, kappa: null, error: null, interval: null };
  const share = (i: number, j: number) => (counts[i]?.[j] ?? 0) / pairs;
  const all = counts.map((_, i) => i);
  const ofFirst = all.map((i) => sum(all.map((j) => share(i, j))));
  const ofSecond = all.map((j) => sum(all.map((i) => share(i, j))));
  const first = (i: number) => ofFirst[i] ?? 0;
  const second = (i: number) => ofSecond[i] ?? 0;
  const raw = sum(all.map((i) => counts[i]?.[i] ?? 0)) / pairs;
  const byChance = sum(all.map((i) => first(i) * second(i)));
  const left = 1 - byChance;
  // Rounding leaves a little of zero.
  if (left < 1e-9) return { pairs, raw, kappa: null, error: null, interval: null };
  const kappa = (raw - byChance) / left;
  const agreeing = sum(
    all.map((i) => share(i, i) * (1 - (first(i) + second(i)) * (1 - kappa)) ** 2),
  );
  const differing =
    (1 - kappa) ** 2 *
    sum(
      all.flatMap((i) => all.map((j) => (i === j ? 0 : share(i, j) * (second(i) + first(j)) ** 2))),
    );
  const variance = agreeing + differing - (kappa - byChance * (1 - kappa)) ** 2;
  const error = Math.sqrt(Math.max(0, variance) / pairs) / left;
  const isDegenerate =
    raw === 1 || [...ofFirst, ...ofSecond].some((one) => one > 1 - 1e-9) || error < 1e-7;
  if (isDegenerate) return { pairs, raw, kappa, error: 0, interval: null };
  const interval = [Math.max(-1, kappa - Z * error), Math.min(1, kappa + Z * error)] as const;
  return { pairs, raw, kappa, error, interval };
}

/** The middle value, of an even number the mean of the two; null of none. */
export function medianOf(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const at = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 ? at : at - 1], sorted[at]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
