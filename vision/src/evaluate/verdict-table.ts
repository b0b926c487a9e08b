/**
 * The rule's verdict on a labelled person in one picture; `notFound`: the person was not detected.
 */
export type Said = 'worn' | 'missing' | 'unknown' | 'notFound';

/** Number of verdicts by the labelled state `worn` or `missing`. */
export type VerdictCounts = Readonly<Record<'worn' | 'missing', Readonly<Record<Said, number>>>>;

/** The counts and their shares; null where the denominator is 0. */
export interface VerdictTable {
  /** Rows: labels. Columns: verdicts. */
  readonly labelled: VerdictCounts;
  /** People with a labelled state. */
  readonly people: number;
  /** Share of correct ones among the verdicts `worn` and `missing`. */
  readonly rightOfKnown: number | null;
  /** Share of `unknown` among detected people. */
  readonly unknown: number | null;
  /** Share of people who were not detected. */
  readonly notFound: number | null;
  /** Recall of `missing`: what an inspector asks first. */
  readonly missingRecall: number | null;
  /** Precision of `missing`. */
  readonly missingPrecision: number | null;
}

/** @param pairs label and verdict of each person. */
export function verdictTable(
  pairs: Iterable<{ readonly labelled: 'worn' | 'missing'; readonly said: Said }>,
): VerdictTable {
  const empty = () => ({ worn: 0, missing: 0, unknown: 0, notFound: 0 });
  const counts = { worn: empty(), missing: empty() };
  for (const { labelled, said } of pairs) counts[labelled][said]++;
  const { worn, missing } = counts;
  const column = (said: Said) => worn[said] + missing[said];
  const known = column('worn') + column('missing');
  const seen = known + column('unknown');
  const people = seen + column('notFound');
  const lacking = missing.worn + missing.missing + missing.unknown + missing.notFound;
  return {
    labelled: counts,
    people,
    rightOfKnown: share(worn.worn + missing.missing, known),
    unknown: share(column('unknown'), seen),
    notFound: share(column('notFound'), people),
    missingRecall: share(missing.missing, lacking),
    missingPrecision: share(missing.missing, column('missing')),
  };
}

const share = (part: number, whole: number) => (whole === 0 ? null : part / whole);
