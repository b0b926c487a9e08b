/** What the rule said of a labelled person in one picture; `notFound`: the person was not seen. */
export type Said = 'worn' | 'missing' | 'unknown' | 'notFound';

/** How often the rule said what, of people of whom the labels say `worn` or `missing`. */
export type VerdictCounts = Readonly<Record<'worn' | 'missing', Readonly<Record<Said, number>>>>;

/** The counts and what is to be learnt from them; shares are null where nothing was counted. */
export interface VerdictTable {
  /** Rows: what the labels say. Columns: what the rule said. */
  readonly labelled: VerdictCounts;
  /** People of whom the labels say either. */
  readonly people: number;
  /** Share of right ones among the verdicts `worn` and `missing`. */
  readonly rightOfKnown: number | null;
  /** Share of `unknown` among the people who were seen. */
  readonly unknown: number | null;
  /** Share of people who were not seen. */
  readonly notFound: number | null;
  /** Of the people without it, how many the rule called so: what an inspector asks first. */
  readonly missingRecall: number | null;
  /** Of those that the rule said wear none, how many the labels say wear none. */
  readonly missingPrecision: number | null;
}

/** @param pairs what the labels and what the rule say of each person. */
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
