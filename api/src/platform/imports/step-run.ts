import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../db/database.ts';
import { isDatabaseUnavailable, isRefusedByDatabase } from '../db/database-errors.ts';
import type { Unit } from '../db/unit-of-work.ts';
import { Problem } from '../http/errors.ts';
import { sealBefore } from './before.ts';
import type { CheckedRow, Issue, RowChecker } from './check-rows.ts';
import { type ExaminedRow, examine } from './examine.ts';
import { isWarning } from './issue-words.ts';
import { type RowOutcome, stillGood, writeOutcomes } from './repository.ts';
import type { StepParts } from './runner.ts';
import type { Scans } from './scans/scans.ts';
import { checkedRows, withScans } from './step-check.ts';
import type { RowScan, Saved } from './types.ts';

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
  const scans = await parts.scans(true);
  for await (const { checked, checker } of checkedRows(parts)) {
    for (let at = 0; at < checked.length; at += CHUNK) {
      await saveChunk(parts, checked.slice(at, at + CHUNK), checker, scans);
    }
    processed += checked.length;
    await progress(processed);
  }
  scans.close();
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
  scans: Scans,
): Promise<void> {
  const { units, user, row, log } = parts;
  const numbers = rows.map((one) => one.row);
  try {
    // Before the transaction: the check of a scan takes long, and has transactions of its own.
    const now = await units.run(user, ({ tx }) => stillGood(tx, row.id, numbers));
    const { rows: scanned, found } = await withScans(
      scans,
      checker,
      rows.filter((one) => now.has(one.row)),
    );
    await units.run(user, async (unit) => {
      const open = await stillGood(unit.tx, row.id, numbers);
      const wanted = scanned.filter((one) => open.has(one.row));
      if (wanted.length === 0) return;
      // Other records may have come, and records may have changed since the check.
      const again = await examine(unit, parts, checker, wanted, found, open);
      const outcomes: RowOutcome[] = [];
      for (const one of again) outcomes.push(await outcomeOf(unit, parts, one, found));
      await write(unit, row.id, outcomes);
    });
  } catch (error) {
    if (isDatabaseUnavailable(error)) throw error;
    if (rows.length > 1) {
      for (const one of rows) await saveChunk(parts, [one], checker, scans);
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
  { user, kind, row: { id }, sealed }: StepParts,
  one: ExaminedRow,
  scans: ReadonlyMap<number, RowScan>,
): Promise<RowOutcome> {
  const { row, values, target } = one;
  if (!one.isGood || one.isSkipped) {
    const issues = one.issues.filter(({ code }) => !isWarning(kind, code));
    return { row, state: one.isSkipped ? 'skipped' : 'failed', issues };
  }
  const scan = scans.get(row)?.file ?? null;
  const given = { values, files: scan === null ? [] : [scan] };
  if (target === null || !kind.work.updates) {
    const saved = await kind.work.save(unit, user, given);
    return { ...savedRow(row, saved) };
  }
  const { before, ...saved } = await kind.work.updates.save(unit, user, target, given);
  const place = { tenant: user.tenant, import: id, row };
  return { ...savedRow(row, saved), before: await sealBefore(sealed, unit.tx, place, before) };
}

const savedRow = (row: number, { id, version, person }: Saved): RowOutcome => ({
  row,
  state: 'done',
  record: id,
  recordVersion: version,
  person: person ?? null,
});

async function write({ tx }: Unit, id: string, outcomes: readonly RowOutcome[]): Promise<void> {
  await writeOutcomes(tx, id, outcomes);
  const count = (state: string) => outcomes.filter((one) => one.state === state).length;
  await sqlIn(tx)(Prisma.sql`
    UPDATE data_import SET done = done + ${count('done')}, failed = failed + ${count('failed')},
      skipped = skipped + ${count('skipped')}
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
  const { units, row, progress } = parts;
  const { id } = row;
  const scans = await parts.scans(true);
  try {
    await units.run(
      parts.user,
      async (unit) => {
        const outcomes: RowOutcome[] = [];
        for await (const { checked, checker } of checkedRows(parts)) {
          const open = await stillGood(
            unit.tx,
            id,
            checked.map((one) => one.row),
          );
          const wanted = checked.filter((one) => open.has(one.row));
          const { rows: scanned, found } = await withScans(scans, checker, wanted);
          for (const one of await examine(unit, parts, checker, scanned, found, open)) {
            if (!one.isGood) throw new RowRefused(one.row, one.issues);
            const outcome = await outcomeOf(unit, parts, one, found).catch((error: unknown) => {
              if ((error instanceof Problem && error.status < 500) || isRefusedByDatabase(error))
                throw new RowRefused(one.row, [refusal(error)]);
              throw error;
            });
            outcomes.push(outcome);
          }
          await progress(outcomes.length);
        }
        // Another process saved them meanwhile: this one keeps nothing.
        if (outcomes.length < row.good) throw new Error('the rows of the import are saved already');
        await write(unit, id, outcomes);
        await unit.tx.dataImport.updateMany({
          where: { id, state: 'running' },
          data: { state: 'done', finishedAt: new Date(), version: { increment: 1 } },
        });
      },
      { longestMs: ALL_WITHIN_MS },
    );
    scans.close();
  } catch (error) {
    scans.close();
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
