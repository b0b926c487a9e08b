import { Prisma } from '../../generated/prisma/client.ts';
import { type CheckedRow, type Mapping, type RowChecker, rowChecker } from './check-rows.ts';
import { examine } from './examine.ts';
import { openTable } from './read/read-table.ts';
import type { RawRow } from './read/types.ts';
import { insertRows, isWarned, stateOf } from './repository.ts';
import type { StepParts } from './runner.ts';
import type { Scans } from './scans/scans.ts';

/** The rows of an import in pieces, checked without the database, with the whole file before each. */
export async function* checkedRows(
  parts: Pick<StepParts, 'row' | 'kind' | 'bytes'>,
): AsyncGenerator<{ checked: CheckedRow[]; checker: RowChecker }> {
  const { row, kind } = parts;
  const checker = rowChecker(kind, (row.mapping ?? {}) as Mapping);
  const heading = row.headingRow ?? 0;
  const isData = (one: RawRow) => one.row > heading && checker.hasContent(one);
  const table = await openTable(await parts.bytes(), { sheet: row.sheet ?? undefined });
  for await (const some of table.rows()) {
    const checked = some.filter(isData).map((one) => checker.check(one));
    if (checked.length > 0) yield { checked, checker };
  }
}

/** Rows with what is wrong with their scans; a row that is bad anyway needs none. */
export async function withScans(scans: Scans, checker: RowChecker, checked: readonly CheckedRow[]) {
  const wanted = checked.filter((one) => one.isGood || checker.isIncomplete(one));
  const { found, faults } = await scans.of(wanted);
  return { rows: checker.withFaults(checked, faults), found };
}

/** The dry run: looks at every row, and writes nothing but what it found. */
export async function checkImport(parts: StepParts): Promise<void> {
  const { units, row, progress } = parts;
  const { id } = row;
  // A process that was killed left some; the whole file is gone through again.
  await units.run(parts.user, ({ tx }) => tx.dataImportRow.deleteMany({ where: { importId: id } }));
  const counts = { total: 0, good: 0, bad: 0, warned: 0, updates: 0, skipped: 0 };
  const scans = await parts.scans(false);
  for await (const { checked, checker } of checkedRows(parts)) {
    const { rows, found: scanned } = await withScans(scans, checker, checked);
    const found = await units.run(parts.user, async (unit) => {
      const all = await examine(unit, parts, checker, rows, scanned);
      await insertRows(unit.tx, parts.user.tenant, id, all);
      return all;
    });
    for (const one of found) {
      counts.total++;
      counts[stateOf(one)]++;
      if (isWarned(one)) counts.warned++;
      if (stateOf(one) === 'good' && one.target) counts.updates++;
    }
    await progress(counts.total);
  }
  const found = scans.report();
  const scansFound = found === null ? Prisma.DbNull : { ...found };
  scans.close();
  await units.run(parts.user, ({ tx }) =>
    tx.dataImport.updateMany({
      where: { id, state: 'checking' },
      data: {
        ...counts,
        scansFound,
        state: 'checked',
        checkedAt: new Date(),
        version: { increment: 1 },
      },
    }),
  );
}
