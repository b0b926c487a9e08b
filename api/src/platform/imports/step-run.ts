import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../db/database.ts';
import { isDatabaseUnavailable, isRefusedByDatabase } from '../db/database-errors.ts';
import type { Unit } from '../db/unit-of-work.ts';
import { Problem } from '../http/errors.ts';
import type { CheckedRow, Issue, RowChecker } from './check-rows.ts';
import { isWarning } from './issue-words.ts';
import { type RowOutcome, stillGood, writeOutcomes } from './repository.ts';
import type { StepParts } from './runner.ts';
import { checkedRows } from './step-check.ts';

/** Rows of one transaction. If one of them is refused, each gets its own. */
const CHUNK = 25;
/** So long may all rows of an import take that are saved in one transaction, ms. */
const ALL_WITHIN_MS = 15 * 60_000;

/** Saves the good rows. */
export async function runImport(parts: StepParts): Promise<void> {
  if (parts.row.mode === 'all-or-nothing') await saveAll(parts);
  else await saveGood(parts);
}

/**
 * Saves chunk by chunk. What became of a row is written in the transaction that saves it, so that each
 * is saved once however often the work is killed and taken up again.
 */
async function saveGood(parts: StepParts): Promise<void> {
  const { units, row, progress } = parts;
  let processed = 0;
  for await (const { checked, checker } of checkedRows(parts)) {
    for (let at = 0; at < checked.length; at += CHUNK) {
      await saveChunk(parts, checked.slice(at, at + CHUNK), checker);
    }
    processed += checked.length;
    await progress(processed);
  }
  await units.run(parts.user, async ({ tx }) => {
    await tx.dataImport.updateMany({
      where: { id: row.id, state: 'running' },
      data: { state: 'done', finishedAt: new Date(), version: { increment: 1 } },
    });
  });
}

async function saveChunk(
  parts: StepParts,
  rows: readonly CheckedRow[],
  checker: RowChecker,
): Promise<void> {
  const { units, user, row, kind, log } = parts;
  try {
    await units.run(user, async (unit) => {
      const open = await stillGood(
        unit.tx,
        row.id,
        rows.map((one) => one.row),
      );
      const wanted = rows.filter((one) => open.has(one.row));
      if (wanted.length === 0) return;
      // Other records may have come since the check.
      const again = checker.withFaults(wanted, await kind.work.check(unit, user, wanted));
      const outcomes: RowOutcome[] = [];
      for (const one of again) outcomes.push(await outcomeOf(unit, parts, one));
      await write(unit, row.id, outcomes);
    });
  } catch (error) {
    if (isDatabaseUnavailable(error)) throw error;
    if (rows.length > 1) {
      for (const one of rows) await saveChunk(parts, [one], checker);
      return;
    }
    const isRefused = error instanceof Problem && error.status < 500;
    if (!isRefused)
      log.error({ err: error, import: row.id, row: rows[0]?.row }, 'a row was not saved');
    await units.run(user, (unit) =>
      write(unit, row.id, [{ row: rows[0]!.row, state: 'failed', issues: [refusal(error)] }]),
    );
  }
}

async function outcomeOf(
  unit: Unit,
  { user, kind }: StepParts,
  one: CheckedRow,
): Promise<RowOutcome> {
  if (!one.isGood) {
    const issues = one.issues.filter(({ code }) => !isWarning(kind, code));
    return { row: one.row, state: 'failed', issues };
  }
  const { id, version } = await kind.work.save(unit, user, one.values);
  return { row: one.row, state: 'done', record: id, recordVersion: version };
}

async function write({ tx }: Unit, id: string, outcomes: readonly RowOutcome[]): Promise<void> {
  await writeOutcomes(tx, id, outcomes);
  const count = (state: string) => outcomes.filter((one) => one.state === state).length;
  await sqlIn(tx)(Prisma.sql`
    UPDATE data_import SET done = done + ${count('done')}, failed = failed + ${count('failed')}
    WHERE id = ${id}`);
}

/** The refusal of the module's own service, as a fault of the row. */
function refusal(error: unknown): Issue {
  const detail = error instanceof Problem ? `${error.title} (${error.code})` : 'internal error';
  return { code: 'refused', params: { detail }, cell: null, column: null, value: null };
}

class RowRefused extends Error {
  readonly row: number;
  readonly issues: readonly Issue[];
  constructor(row: number, issues: readonly Issue[]) {
    super(`row ${row} is refused`);
    this.row = row;
    this.issues = issues;
  }
}

/** Saves all rows in one transaction, or none. A process that is killed leaves nothing of it. */
async function saveAll(parts: StepParts): Promise<void> {
  const { units, row, kind, progress } = parts;
  const { id } = row;
  try {
    await units.run(
      parts.user,
      async (unit) => {
        const outcomes: RowOutcome[] = [];
        for await (const { checked, checker } of checkedRows(parts)) {
          for (const one of checker.withFaults(
            checked,
            await kind.work.check(unit, parts.user, checked),
          )) {
            if (!one.isGood) throw new RowRefused(one.row, one.issues);
            const outcome = await outcomeOf(unit, parts, one).catch((error: unknown) => {
              if ((error instanceof Problem && error.status < 500) || isRefusedByDatabase(error))
                throw new RowRefused(one.row, [refusal(error)]);
              throw error;
            });
            outcomes.push(outcome);
          }
          await progress(outcomes.length);
        }
        const open = await stillGood(
          unit.tx,
          id,
          outcomes.map((one) => one.row),
        );
        // Another process saved them meanwhile: this one keeps nothing.
        if (open.size < outcomes.length)
          throw new Error('the rows of the import are saved already');
        await write(unit, id, outcomes);
        await unit.tx.dataImport.updateMany({
          where: { id, state: 'running' },
          data: { state: 'done', finishedAt: new Date(), version: { increment: 1 } },
        });
      },
      { longestMs: ALL_WITHIN_MS },
    );
  } catch (error) {
    if (!(error instanceof RowRefused)) throw error;
    await units.run(parts.user, async ({ tx }) => {
      await writeOutcomes(tx, id, [{ row: error.row, state: 'bad', issues: error.issues }]);
      await tx.dataImport.updateMany({
        where: { id, state: 'running' },
        data: {
          state: 'checked',
          problem: { code: 'all-refused', params: {} },
          good: { decrement: 1 },
          bad: { increment: 1 },
          processed: 0,
          version: { increment: 1 },
        },
      });
    });
  }
}
