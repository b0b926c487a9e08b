import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readImportForms } from './modules/imports.ts';
import { type CheckedRow, rowChecker } from './platform/imports/check-rows.ts';
import { findHeading, HEAD_ROWS } from './platform/imports/headings.ts';
import { explainFault, tableWords } from './platform/imports/issue-words.ts';
import { openTable, readHead } from './platform/imports/read/read-table.ts';
import { TableFault } from './platform/imports/read/types.ts';
import type { ImportForm } from './platform/imports/types.ts';

const usage = (
  kinds: string,
) => `Checks a spreadsheet as an import would, without a database, and prints what it found as JSON.

  npm run -s import:check -- FILE [--kind people] [--sheet 0] [--heading ROW] [--known FILE]

  --kind     ${kinds}; the one whose columns fit best where left out
  --sheet    from 0; the first visible one where left out
  --heading  row of the headings, from 1
  --known    JSON with values that exist by column, such as {"department": ["冲压车间"]}: others are
             unknown; and those that are taken: {"taken": {"employeeNo": ["E001"]}}

The exit code is 0 where every row is good, 1 where some is not, 2 where the file cannot be read.`;

interface Known {
  taken?: Record<string, string[]>;
  [column: string]: string[] | Record<string, string[]> | undefined;
}

/** Codes of unknown and taken values; those of departments and people stand in the database. */
function lookUp(checked: readonly CheckedRow[], { taken = {}, ...known }: Known) {
  return checked.flatMap(({ row, values }) =>
    Object.entries(values).flatMap(([column, value]) => {
      const list = known[column];
      if (value === null) return [];
      if (Array.isArray(list) && !list.includes(value))
        return [{ row, column, code: column === 'employeeNo' ? 'person' : column }];
      return taken[column]?.includes(value) ? [{ row, column, code: 'taken' }] : [];
    }),
  );
}

async function main(): Promise<void> {
  const forms = await readImportForms();
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      kind: { type: 'string' },
      sheet: { type: 'string' },
      heading: { type: 'string' },
      known: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const [file] = positionals;
  if (values.help || !file) return console.log(usage(forms.map(({ id }) => id).join(', ')));
  const bytes = async () => new Uint8Array(await readFile(file));
  const sheet = values.sheet === undefined ? undefined : Number(values.sheet);
  const known: Known = values.known ? JSON.parse(await readFile(values.known, 'utf8')) : {};
  const head = await readHead(await bytes(), {
    sheet,
    most: Math.max(HEAD_ROWS, Number(values.heading ?? 0)),
  });
  const wanted = values.kind === undefined ? forms : forms.filter(({ id }) => id === values.kind);
  const best = wanted
    .map((form) => ({
      form,
      heading: findHeading(form, rowsFrom(head.rows, values.heading), new Map()),
    }))
    .sort((a, b) => fit(b) - fit(a))[0];
  if (!best?.heading) throw new TableFault('no-sheet');
  const { form, heading } = best;
  const checker = rowChecker(form, heading.mapping);
  const rows: object[] = [];
  let [total, good] = [0, 0];
  const table = await openTable(await bytes(), { sheet });
  for await (const some of table.rows()) {
    const data = some.filter((one) => one.row > heading.row && checker.hasContent(one));
    const checked = data.map((one) => checker.check(one));
    const whole = checker.withFaults(
      checked,
      lookUp(
        checked.filter(({ isGood }) => isGood),
        known,
      ),
    );
    total += whole.length;
    good += whole.filter(({ isGood }) => isGood).length;
    for (const { row, issues, isGood } of whole)
      if (issues.length > 0)
        rows.push({
          row,
          good: isGood,
          issues: issues.map((one) => ({ ...one, ...explainFault(one, form.issues ?? {}) })),
        });
  }
  const missing = checker.missing.map(({ id }) => id);
  const { info } = head;
  console.log(
    JSON.stringify(
      {
        file,
        kind: form.id,
        ...info,
        headingRow: heading.row,
        mapping: heading.mapping,
        missing,
        total,
        good,
        bad: total - good,
        rows,
      },
      null,
      2,
    ),
  );
  process.exitCode = good === total && missing.length === 0 ? 0 : 1;
}

const rowsFrom = <Row extends { row: number }>(
  rows: readonly Row[],
  heading: string | undefined,
) => (heading === undefined ? rows : rows.filter(({ row }) => row === Number(heading)));
/** How many of its columns are there, the required ones first. */
function fit({
  form,
  heading,
}: {
  form: ImportForm;
  heading: ReturnType<typeof findHeading>;
}): number {
  const there = new Set(Object.values(heading?.mapping ?? {}));
  const missing = form.columns.filter(({ id, required }) => required && !there.has(id)).length;
  return there.size - 10 * missing;
}

main().catch((error: unknown) => {
  if (!(error instanceof TableFault)) throw error;
  const { what, cure } = explainFault(
    { code: error.code, params: { at: error.at ?? '—' } },
    tableWords,
  );
  console.log(JSON.stringify({ fault: { code: error.code, at: error.at, what, cure } }, null, 2));
  process.exitCode = 2;
});
