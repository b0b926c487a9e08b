import { isDatabaseUnavailable } from '../db/database-errors.ts';
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
        for (const one of found) {
          const record = { id: one.record ?? '', version: one.recordVersion ?? 0 };
          outcomes.push(outcomeOf(one, await parts.kind.work.undo(unit, user, record)));
        }
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

/** One row by itself: where the database refuses it, other records refer to it. */
async function undoOne({ units, user, row, kind, log }: StepParts): Promise<number> {
  let last: StoredRow | undefined;
  try {
    return await units.run(user, async (unit) => {
      [last] = await nextToUndo(unit.tx, row.id, 1);
      if (!last) return 0;
      const record = { id: last.record ?? '', version: last.recordVersion ?? 0 };
      await writeOutcomes(unit.tx, row.id, [
        outcomeOf(last, await kind.work.undo(unit, user, record)),
      ]);
      return 1;
    });
  } catch (error) {
    if (isDatabaseUnavailable(error) || !last) throw error;
    log.warn({ err: error, import: row.id, row: last.row }, 'a row is not taken back');
    const outcome = outcomeOf(last, 'in-use');
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
