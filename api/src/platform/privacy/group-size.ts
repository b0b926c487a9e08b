/** A group of people in a statistic, and how many they are. */
export interface Group {
  key: string;
  count: number;
}

export interface Suppressed<G extends Group> {
  groups: (Omit<G, 'count'> & { count: number | null })[];
  /** Null where all together are too few. */
  total: number | null;
  /** How many groups are hidden. */
  hidden: number;
}

/**
 * Hides groups of fewer people than `least`, so that a statistic tells nothing of a single person.
 * A group that is hidden alone would follow from the total and the others: then the smallest that is
 * left is hidden, too, until the hidden ones are at least two with `least` people together. Where
 * that cannot be, the total is hidden as well. Empty groups are shown.
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
