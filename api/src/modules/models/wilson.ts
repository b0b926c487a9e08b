/** The 97.5 % quantile of the normal distribution: two-sided 95 %. */
const Z = 1.959964;

/** A share with its 95 % confidence interval. */
export interface Share {
  value: number;
  low: number;
  high: number;
}

/**
 * A share of counted cases with its Wilson score interval at 95 % (E. B. Wilson, "Probable
 * inference, the law of succession, and statistical inference", JASA 22, 1927, 209-212): unlike the
 * normal approximation it is within 0 and 1 and valid for few cases.
 *
 * @param hits of `of`.
 * @returns null where there is none.
 */
export function wilson(hits: number, of: number): Share | null {
  if (of <= 0) return null;
  const value = hits / of;
  const z2 = Z * Z;
  const middle = (value + z2 / (2 * of)) / (1 + z2 / of);
  const half = (Z / (1 + z2 / of)) * Math.sqrt((value * (1 - value)) / of + z2 / (4 * of * of));
  return { value, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
