import { createHmac, randomBytes } from 'node:crypto';
import { isWarning } from './issue-words.ts';
import { columnIndex, type RawRow } from './read/types.ts';
import type { Fault, ImportForm, RowFault, Values } from './types.ts';
import { maskText, readValue, wellFormed } from './values.ts';

/** By the name of a column of the file, the column of the kind: `{ B: 'employeeNo' }`. */
export type Mapping = Readonly<Record<string, string>>;

/** A fault with its place. `value` is the text of the cell, masked where it is sensitive. */
export interface Issue extends Fault {
  cell: string | null;
  column: string | null;
  value: string | null;
}

export interface CheckedRow {
  row: number;
  values: Values;
  issues: Issue[];
  /** What tells the row, in lists. */
  label: string;
  isGood: boolean;
}

export type RowChecker = ReturnType<typeof rowChecker>;

/** Characters of a cell that are shown with a fault. */
const SHOWN = 80;

/**
 * Checks the rows of a file one after another: each cell, and values that stand twice. Pure but for
 * what it remembers of earlier rows, as digests under a key of its own.
 */
export function rowChecker(form: ImportForm, mapping: Mapping) {
  const places = Object.entries(mapping).flatMap(([name, id]) => {
    const column = form.columns.find((one) => one.id === id);
    return column ? [{ name, at: columnIndex(name), column }] : [];
  });
  const missing = form.columns.filter(
    ({ id, required }) => required && !places.some(({ column }) => column.id === id),
  );
  const key = randomBytes(32);
  const seen = new Map<string, string>();
  const digest = (column: string, value: string): string =>
    createHmac('sha256', key)
      .update(`${column}|${value.toUpperCase()}`)
      .digest('base64url')
      .slice(0, 22);

  return {
    /** Columns that have to be mapped and are not. */
    missing,

    check({ row, cells }: RawRow): CheckedRow {
      const values: Record<string, string | null> = {};
      const issues: Issue[] = [];
      for (const { name, at, column } of places) {
        const cell = `${name}${row}`;
        const read = readValue(column, cells[at] ?? null);
        const faults: Fault[] = [...read.faults];
        if (column.unique && read.value !== null) {
          const mark = digest(column.id, read.value);
          const other = seen.get(mark);
          if (other === undefined) seen.set(mark, cell);
          else faults.push({ code: 'double-in-file', params: { other } });
        }
        values[column.id] = read.value;
        const shown = wellFormed(read.text.replace(/\p{Cc}+/gu, ' ').slice(0, SHOWN));
        const value = shown === '' ? null : column.secret ? maskText(shown) : shown;
        issues.push(...faults.map((one) => ({ ...one, cell, column: column.id, value })));
      }
      const named = form.label.flatMap((id) => values[id] ?? []).join(' · ');
      const label = wellFormed(named.slice(0, 200));
      return {
        row,
        values,
        issues,
        label,
        isGood: issues.every(({ code }) => isWarning(form, code)),
      };
    },

    /** Whether a row has anything in a mapped column: others are notes beside the table. */
    hasContent: ({ cells }: RawRow): boolean =>
      places.some(({ at }) => {
        const cell = cells[at] ?? null;
        return cell !== null && (typeof cell === 'string' ? cell.trim() !== '' : true);
      }),

    /** The rows with what the database says of them. */
    withFaults: (checked: readonly CheckedRow[], faults: readonly RowFault[]): CheckedRow[] =>
      checked.map((one) => {
        const found = faults.filter(({ row }) => row === one.row);
        if (found.length === 0) return one;
        const issues = found.map(({ row, column, ...fault }): Issue => {
          const place = places.find((other) => other.column.id === column);
          const text = column === null ? null : (one.values[column] ?? null);
          const value = text && place?.column.secret ? maskText(text) : text;
          return { ...fault, cell: place ? `${place.name}${row}` : null, column, value };
        });
        const isGood = one.isGood && issues.every(({ code }) => isWarning(form, code));
        return { ...one, issues: [...one.issues, ...issues], isGood };
      }),
  };
}
