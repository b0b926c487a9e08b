/** A group of people in a statistic, and its size. */
export interface Group {
  key: string;
  count: number;
}

export interface Suppressed<G extends Group> {
  groups: (Omit<G, 'count'> & { count: number | null })[];
  /** Null where the total is too small. */
  total: number | null;
  /** Number of hidden groups. */
  hidden: number;
}

/**
 * Hides groups of fewer people than `least` (k-anonymity). A single hidden group could be computed
 * from the total and the others: then the smallest remaining group is hidden, too, until at least
 * two are hidden with `least` people together. If that is impossible, the total is hidden as well.
 * Empty groups are shown.
 *
 * @param least at least 2.
 */
export function suppressSmall<G extends Group>(groups: readonly G[], least: number): Suppressed<G> {
  const hidden = new Set(groups.filter(({ count }) => count > 0 && count < least));
  const left = groups.filter((group) => group.count >= least).sort((a, b) => a.count - b.count);
  const sum = () => [...hidden].reduce((total, { count }) => total + count, 0);
  while (hidden.size > 0 && (hidden.size < 2 || sum() < least)) {
    const next = left.shift();
    if (!next) break;
    hidden.add(next);
  }
  const total = groups.reduce((all, { count }) => all + count, 0);
  const covered = hidden.size === 0 || (hidden.size >= 2 && sum() >= least);
  return {
    groups: groups.map((group) => ({ ...group, count: hidden.has(group) ? null : group.count })),
    total: covered && (total === 0 || total >= least) ? total : null,
    hidden: hidden.size,
  };
}
