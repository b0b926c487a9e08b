import { Problem } from '../http/errors.ts';
import { type FieldError, fieldError } from '../http/field-errors.ts';
import { rowChecker } from './check-rows.ts';
import { HEAD_ROWS } from './headings.ts';
import { explainFault, tableWords } from './issue-words.ts';
import { columnIndex, TableFault } from './read/types.ts';
import type { ExistingWay, ImportKind } from './types.ts';

/** Characters of a heading in a refusal: a file without headings has values in their place. */
const MOST_OF_HEADING = 20;

/** @throws Problem with what is wrong with the file, in words. */
export function refuseUnreadable(error: unknown): never {
  if (!(error instanceof TableFault)) throw error;
  const { what, cure } = explainFault(
    { code: error.code, params: { at: error.at ?? '—' } },
    tableWords,
  );
  throw new Problem('import.unreadable', `${what.en}. ${cure.en}`, {
    fault: { code: error.code, what, cure },
  });
}

/**
 * @param given.headings of the columns of the file.
 * @param noRow a row of headings that is empty, or none of the first.
 * @param existing what is done with rows whose record exists.
 * @throws Problem `import.mapping` with each fault.
 */
export function refuseMapping(
  kind: ImportKind,
  { mapping, headings }: { mapping: Readonly<Record<string, string>>; headings: readonly string[] },
  noRow: number | null,
  existing: ExistingWay,
): void {
  const errors: FieldError[] = [];
  const refuse = (field: string, zh: string, en: string) => errors.push(fieldError(field, zh, en));
  const used = Object.entries(mapping);
  const heading = (name: string) => headings[columnIndex(name)]?.trim().slice(0, MOST_OF_HEADING);
  const zh = (name: string) => `${name} 列${heading(name) ? `（${heading(name)}）` : ''}`;
  const en = (name: string) => `${name}${heading(name) ? ` (${heading(name)})` : ''}`;
  for (const [name, id] of used) {
    const column = kind.columns.find((one) => one.id === id);
    const first = used.find(
      ([other, same]) => same === id && columnIndex(other) < columnIndex(name),
    )?.[0];
    if (!column) refuse(`mapping.${name}`, `没有列 ${id}`, `there is no column ${id}`);
    else if (first !== undefined) {
      refuse(
        `mapping.${name}`,
        `${zh(first)}和${zh(name)}都分配给了${column.name.zh}，只保留一列`,
        `${column.name.en} is assigned twice: to the columns ${en(first)} and ${en(name)}; keep one of them`,
      );
    }
  }
  // Rows that change a record need no more than what tells which.
  const isNeeded = (id: string) => existing !== 'update' || kind.key?.includes(id);
  for (const { id } of rowChecker(kind, mapping).missing.filter((one) => isNeeded(one.id))) {
    refuse(`mapping.${id}`, `${id} 为必填但未分配`, `${id} is required and not assigned`);
  }
  if (noRow !== null) {
    refuse(
      'headingRow',
      `第 ${noRow} 行为空，或不在前 ${HEAD_ROWS} 个有内容的行中`,
      `row ${noRow} is empty, or is not among the first ${HEAD_ROWS} rows with content`,
    );
  }
  if (errors.length > 0) throw new Problem('import.mapping', undefined, { errors });
}
