/** What the labels say of a person and an item. */
export type Labelled = 'worn' | 'missing';

/**
 * The rule's verdict on a labelled person in one picture; `notFound`: the person was not detected.
 */
export type Said = Labelled | 'unknown' | 'notFound';

/** Label and verdict of one person. */
export interface LabelledVerdict {
  readonly labelled: Labelled;
  readonly said: Said;
}

/** Number of verdicts by the labelled state `worn` or `missing`. */
export type VerdictCounts = Readonly<Record<Labelled, Readonly<Record<Said, number>>>>;

/** The shares that are made of the counts; null where the denominator is 0. */
export interface VerdictShares<Value = number | null> {
  /** Share of correct ones among the verdicts `worn` and `missing`. */
  readonly rightOfKnown: Value;
  /** Share of `unknown` among detected people. */
  readonly unknown: Value;
  /** Share of people who were not detected. */
  readonly notFound: Value;
  /** Recall of `missing`: what an inspector asks first. */
  readonly missingRecall: Value;
  /** Precision of `missing`. */
  readonly missingPrecision: Value;
  /** Recall of `worn`. */
  readonly wornRecall: Value;
  /** Precision of `worn`. */
  readonly wornPrecision: Value;
}

/** The counts and their shares. */
export interface VerdictTable extends VerdictShares {
  /** Rows: labels. Columns: verdicts. */
  readonly labelled: VerdictCounts;
  /** People with a labelled state. */
  readonly people: number;
}

/** Numerator and denominator of a share. */
export interface Ratio {
  readonly part: number;
  readonly whole: number;
}

/** Counts verdicts by label. */
export function countVerdicts(pairs: Iterable<LabelledVerdict>): VerdictCounts {
  const empty = () => ({ worn: 0, missing: 0, unknown: 0, notFound: 0 });
  const counts = { worn: empty(), missing: empty() };
  for (const { labelled, said } of pairs) counts[labelled][said]++;
  return counts;
}

/** Numerators and denominators of all shares. */
export function verdictRatios({ worn, missing }: VerdictCounts): VerdictShares<Ratio> {
  const column = (said: Said) => worn[said] + missing[said];
  const known = column('worn') + column('missing');
  const seen = known + column('unknown');
  const rowOf = (row: Readonly<Record<Said, number>>) =>
    row.worn + row.missing + row.unknown + row.notFound;
  return {
    rightOfKnown: { part: worn.worn + missing.missing, whole: known },
    unknown: { part: column('unknown'), whole: seen },
    notFound: { part: column('notFound'), whole: seen + column('notFound') },
    missingRecall: { part: missing.missing, whole: rowOf(missing) },
    missingPrecision: { part: missing.missing, whole: column('missing') },
    wornRecall: { part: worn.worn, whole: rowOf(worn) },
    wornPrecision: { part: worn.worn, whole: column('worn') },
  };
}

/** The same shares with other values. */
export function mapShares<From, To>(
  shares: VerdictShares<From>,
  to: (value: From, name: keyof VerdictShares) => To,
): VerdictShares<To> {
  const names = Object.keys(shares) as (keyof VerdictShares)[];
  return Object.fromEntries(
    names.map((name) => [name, to(shares[name], name)]),
  ) as unknown as VerdictShares<To>;
}

/** @param pairs label and verdict of each person. */
export function verdictTable(pairs: Iterable<LabelledVerdict>): VerdictTable {
  const labelled = countVerdicts(pairs);
  const ratios = verdictRatios(labelled);
  return {
    labelled,
    people: ratios.notFound.whole,
    ...mapShares(ratios, ({ part, whole }) => (whole === 0 ? null : part / whole)),
  };
}
