import type { PersonVerdict } from './person-verdicts.ts';
import { type VerdictTable, verdictTable } from './verdict-table.ts';

/** A range of person heights, picture pixels, from (inclusive) to (exclusive); null: no bound. */
export interface HeightRange {
  readonly from: number;
  readonly to: number | null;
}

/** The verdicts on the people of one range. */
export interface HeightVerdicts extends HeightRange {
  readonly table: VerdictTable;
}

/** The ranges of the table of a card, see docs/benches.md. */
export const VERDICT_RANGES: readonly HeightRange[] = [
  { from: 0, to: 25 },
  { from: 25, to: 50 },
  { from: 50, to: 100 },
  { from: 100, to: 200 },
  { from: 200, to: null },
];

/** Small people, and the tall ones that they are compared with. */
export const SMALL: HeightRange = { from: 60, to: 100 };
export const TALL: HeightRange = { from: 150, to: null };

/** How small people fare against tall ones; null where either range has nobody labelled. */
export interface SmallAgainstTall {
  readonly people: { readonly small: number; readonly tall: number };
  /** Share of the labelled people with the right verdict, small ones over tall ones. */
  readonly recallRatio: number | null;
  /** Share of those who wear it of whom the rule says that it is missing. */
  readonly falseMissing: { readonly small: number | null; readonly tall: number | null };
}

/** @returns the verdicts on people whose labelled box is of this height. */
export const inRange = (
  verdicts: readonly PersonVerdict[],
  { from, to }: HeightRange,
): PersonVerdict[] =>
  verdicts.filter(({ person }) => {
    const height = person[3] - person[1];
    return height >= from && (to === null || height < to);
  });

/** The verdicts of one kind by the height of the people, a table for each range. */
export const verdictsByHeight = (
  verdicts: readonly PersonVerdict[],
  ranges: readonly HeightRange[] = VERDICT_RANGES,
): HeightVerdicts[] =>
  ranges.map((range) => ({ ...range, table: verdictTable(inRange(verdicts, range)) }));

/** Compares the verdicts of one kind on small people with those on tall ones. */
export function smallAgainstTall(verdicts: readonly PersonVerdict[]): SmallAgainstTall {
  const small = verdictTable(inRange(verdicts, SMALL));
  const tall = verdictTable(inRange(verdicts, TALL));
  const [low, high] = [rightShare(small), rightShare(tall)];
  return {
    people: { small: small.people, tall: tall.people },
    recallRatio: low === null || high === null || high === 0 ? null : low / high,
    falseMissing: { small: falseMissing(small), tall: falseMissing(tall) },
  };
}

const rightShare = ({ labelled, people }: VerdictTable) =>
  people === 0 ? null : (labelled.worn.worn + labelled.missing.missing) / people;

function falseMissing({ labelled: { worn } }: VerdictTable): number | null {
  const wearing = worn.worn + worn.missing + worn.unknown + worn.notFound;
  return wearing === 0 ? null : worn.missing / wearing;
}
