import { type CheckedRow, type Mapping, type RowChecker, rowChecker } from './check-rows.ts';
import { openTable } from './read/read-table.ts';
import type { RawRow } from './read/types.ts';
import { insertRows } from './repository.ts';
import type { StepParts } from './runner.ts';

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

/** The dry run: looks at every row, and writes nothing but what it found. */
export async function checkImport(parts: StepParts): Promise<void> {
  const { units, row, kind, progress } = parts;
  const { id } = row;
  // A process that was killed left some; the whole file is gone through again.
  await units.run(parts.user, ({ tx }) => tx.dataImportRow.deleteMany({ where: { importId: id } }));
  const counts = { total: 0, good: 0, bad: 0, warned: 0 };
  for await (const { checked, checker } of checkedRows(parts)) {
    const { user } = parts;
    const found = await units.run(user, async (unit) => {
      const good = checked.filter(({ isGood }) => isGood);
      const faults = good.length > 0 ? await kind.work.check(unit, user, good) : [];
      const all = checker.withFaults(checked, faults);
      await insertRows(unit.tx, user.tenant, id, all);
      return all;
    });
    counts.total += found.length;
    counts.good += found.filter(({ isGood }) => isGood).length;
    counts.bad += found.filter(({ isGood }) => !isGood).length;
    counts.warned += found.filter(({ isGood, issues }) => isGood && issues.length > 0).length;
    await progress(counts.total);
  }
  await units.run(parts.user, ({ tx }) =>
    tx.dataImport.updateMany({
      where: { id, state: 'checking' },
      data: { ...counts, state: 'checked', checkedAt: new Date(), version: { increment: 1 } },
    }),
  );
}
