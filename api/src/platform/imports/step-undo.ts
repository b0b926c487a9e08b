import { isDatabaseUnavailable } from '../db/database-errors.ts';
import type { Unit } from '../db/unit-of-work.ts';
import { Problem } from '../http/errors.ts';
import { openBefore } from './before.ts';
import { nextToUndo, type RowOutcome, type StoredRow, writeOutcomes } from './repository.ts';
import type { StepParts } from './runner.ts';
import type { LeftReason } from './types.ts';

/** Rows of one transaction. */
const CHUNK = 25;

/** Takes back what nobody changed since, the last row first; says of the others why they stay. */
export async function undoImport(parts: StepParts): Promise<void> {
  const { units, row, progress } = parts;
  const { id } = row;
  let processed = 0;
  for (;;) {
    const { user } = parts;
    const some = await units
      .run(user, async (unit) => {
        const found = await nextToUndo(unit.tx, id, CHUNK);
        const outcomes: RowOutcome[] = [];
        for (const one of found) outcomes.push(outcomeOf(one, await takeBack(unit, parts, one)));
        if (outcomes.length > 0) await writeOutcomes(unit.tx, id, outcomes);
        return found.length;
      })
      .catch(async (error: unknown) => {
        if (isDatabaseUnavailable(error)) throw error;
        return undoOne(parts);
      });
    if (some === 0) break;
    processed += some;
    await progress(processed);
  }
  await units.run(parts.user, async ({ tx }) => {
    const count = (state: string) => tx.dataImportRow.count({ where: { importId: id, state } });
    const [undone, kept] = [await count('undone'), await count('kept')];
    await tx.dataImport.updateMany({
      where: { id, state: 'undoing' },
      data: { state: 'undone', undone, kept, undoneAt: new Date(), version: { increment: 1 } },
    });
  });
}

/** Removes what a row made, or gives a record that it changed its old values again. */
async function takeBack(
  unit: Unit,
  { user, kind, row: { id }, sealed }: StepParts,
  { row, record, recordVersion, target, beforeSealed }: StoredRow,
): Promise<LeftReason | null> {
  const made = { id: record ?? '', version: recordVersion ?? 0 };
  if (target === null) return kind.work.undo(unit, user, made);
  // The old values went with a person who asked for it.
  if (beforeSealed === null || !kind.work.updates) return 'gone';
  const place = { tenant: user.tenant, import: id, row };
  const before = await openBefore(sealed, unit.tx, place, beforeSealed);
  return kind.work.updates.restore(unit, user, made, before);
}

/** One row by itself: where the database refuses it, other records refer to it. */
async function undoOne(parts: StepParts): Promise<number> {
  const { units, user, row, log } = parts;
  let last: StoredRow | undefined;
  try {
    return await units.run(user, async (unit) => {
      [last] = await nextToUndo(unit.tx, row.id, 1);
      if (!last) return 0;
      await writeOutcomes(unit.tx, row.id, [outcomeOf(last, await takeBack(unit, parts, last))]);
      return 1;
    });
  } catch (error) {
    if (isDatabaseUnavailable(error) || !last) throw error;
    log.warn({ err: error, import: row.id, row: last.row }, 'a row is not taken back');
    const isRefused = error instanceof Problem && error.status < 500;
    const outcome = outcomeOf(last, isRefused ? 'refused' : 'in-use');
    await units.run(user, ({ tx }) => writeOutcomes(tx, row.id, [outcome]));
    return 1;
  }
}

const outcomeOf = ({ row }: StoredRow, left: LeftReason | null): RowOutcome =>
  left === null
    ? { row, state: 'undone' }
    : {
        row,
        state: 'kept',
        issues: [{ code: `left-${left}`, cell: null, column: null, value: null }],
      };
