import type { Unit } from '../db/unit-of-work.ts';
import type { User } from '../kit/routes.ts';
import type { CheckedRow, Issue, RowChecker } from './check-rows.ts';
import type { Existing, ExistingWay, Fault, ImportKind, RowScan, WorkRow } from './types.ts';

/** A row with what the database says of it. */
export interface ExaminedRow extends CheckedRow {
  /** Its record exists and stays as it is. */
  isSkipped: boolean;
  /** The record that it changes; null for a new one. */
  target: Existing | null;
}

/** What the check found that a row would do: it does the same in the run, or nothing. */
export interface Expected {
  target: string | null;
  targetVersion: number | null;
}

/**
 * Looks rows up in the database. Those whose record exists are refused, left out, or change it, as the
 * import says; empty cells change nothing then.
 *
 * @param expected in the run: what the check found.
 */
export async function examine(
  unit: Unit,
  { user, kind, existing }: { user: User; kind: ImportKind; existing: ExistingWay },
  checker: RowChecker,
  rows: readonly CheckedRow[],
  scans: ReadonlyMap<number, RowScan>,
  expected: ReadonlyMap<number, Expected> | null = null,
): Promise<ExaminedRow[]> {
  const { work } = kind;
  const workRow = ({ row, values }: CheckedRow): WorkRow => ({
    row,
    values,
    scan: scans.get(row) ?? null,
  });
  const known = await findRecords(unit, { user, kind }, checker, rows, workRow);
  const placed = rows.map((one) =>
    place(checker, one, known.get(one.row), {
      existing,
      keyColumn: kind.key?.[0] ?? null,
      expected: expected?.get(one.row) ?? null,
    }),
  );
  const open = placed.filter(({ isGood, isSkipped }) => isGood && !isSkipped);
  if (open.length === 0) return placed;
  const faults = await work.check(
    unit,
    user,
    open.map((one) => ({ ...workRow(one), record: one.target })),
  );
  return checker
    .withFaults(placed, faults)
    .map((one, at) => ({ ...(placed[at] as ExaminedRow), ...one }));
}

/** The records of the rows that could be one. */
async function findRecords(
  unit: Unit,
  { user, kind }: { user: User; kind: ImportKind },
  checker: RowChecker,
  rows: readonly CheckedRow[],
  workRow: (one: CheckedRow) => WorkRow,
): Promise<ReadonlyMap<number, Existing>> {
  const wanted = rows.filter((one) => one.isGood || checker.isIncomplete(one));
  if (!kind.work.updates || wanted.length === 0) return new Map();
  const found = await kind.work.updates.find(unit, user, wanted.map(workRow));
  return new Map(found.map((one) => [one.row, one]));
}

/** What becomes of a row by the record that it names. */
function place(
  checker: RowChecker,
  one: CheckedRow,
  known: Existing | undefined,
  given: { existing: ExistingWay; keyColumn: string | null; expected: Expected | null },
): ExaminedRow {
  const { existing, keyColumn, expected } = given;
  const bad = (of: CheckedRow, fault: Fault): ExaminedRow => {
    const [more] = checker.withFaults([of], [{ ...fault, row: of.row, column: keyColumn }]);
    return { ...(more as CheckedRow), isSkipped: false, target: null };
  };
  if (!known) {
    const asNew = { ...checker.asNew(one), isSkipped: false, target: null };
    return expected?.target ? bad(one, { code: 'gone-meanwhile' }) : asNew;
  }
  if (existing === 'refuse' || expected?.target === null) return bad(one, { code: 'taken' });
  if (existing === 'skip') return skipped(checker, one, known, 'exists');
  const change = checker.asChange(one);
  if (known.fault) return bad(change, known.fault);
  if (expected && (expected.target !== known.id || expected.targetVersion !== known.version)) {
    return bad(change, { code: 'changed-meanwhile' });
  }
  if (known.changes.length === 0) return skipped(checker, one, known, 'same');
  return { ...change, isSkipped: false, target: known };
}

function skipped(
  checker: RowChecker,
  one: CheckedRow,
  known: Existing,
  code: 'exists' | 'same',
): ExaminedRow {
  const issue: Issue = { code, cell: null, column: null, value: null };
  const { issues } = checker.asChange(one);
  return { ...one, issues: [...issues, issue], isGood: true, isSkipped: true, target: known };
}
