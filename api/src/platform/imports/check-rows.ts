import { createHmac, randomBytes } from 'node:crypto';
import { isWarning } from './issue-words.ts';
import { columnIndex, type RawRow } from './read/types.ts';
import type { Fault, ImportColumn, ImportForm, RowFault, Values } from './types.ts';
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

/** Whether a value is sensitive in its column. */
export const isSecret = ({ secret }: Pick<ImportColumn, 'secret'>, value: string): boolean =>
  typeof secret === 'function' ? secret(value) : secret === true;

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
  const secretKey = randomBytes(32);
  const seen = new Map<string, string>();
  const owners = new Map<string, { owner: string; at: string }>();
  const digest = (column: string, value: string): string =>
    createHmac('sha256', secretKey)
      .update(`${column}|${value.toUpperCase()}`)
      .digest('base64url')
      .slice(0, 22);

  const key: readonly string[] = form.key ?? [];
  const placeOf = (id: string) => places.find(({ column }) => column.id === id);
  function double(id: string, row: number, values: Values, other: string): Issue {
    const place = placeOf(id);
    const text = values[id] ?? null;
    const value = text && place && isSecret(place.column, text) ? maskText(text) : text;
    const cell = place ? `${place.name}${row}` : null;
    return { code: 'double-in-file', params: { other }, cell, column: id, value };
  }
  /** Two rows of a file are not the same record, and what is one person's is no other's. */
  function doubles(row: number, values: Values): Issue[] {
    const found: Issue[] = [];
    const text = (id: string) => values[id] ?? '';
    // A key of one column is said to be unique by the column itself.
    if (key.length > 1 && text(key[0] ?? '') !== '') {
      const at = `${placeOf(key[0] ?? '')?.name ?? ''}${row}`;
      const other = firstSeen(digest(key.join('|'), key.map(text).join('|')), at);
      if (other !== null) found.push(double(key[0] ?? '', row, values, other));
    }
    for (const { column, by } of form.owned ?? []) {
      if (text(column) === '' || text(by) === '' || found.length > 0) continue;
      const mark = digest(`${column} of`, text(column));
      const owner = digest(by, text(by));
      const first = owners.get(mark);
      const at = `${placeOf(column)?.name ?? ''}${row}`;
      if (first === undefined) owners.set(mark, { owner, at });
      else if (first.owner !== owner) {
        found.push({ ...double(column, row, values, first.at), code: 'of-another' });
      }
    }
    return found;
  }
  const mayBeEmpty = ({ code, column }: Issue) =>
    code === 'required' && column !== null && !key.includes(column);
  function firstSeen(mark: string, cell: string): string | null {
    const other = seen.get(mark);
    if (other === undefined) seen.set(mark, cell);
    return other ?? null;
  }

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
          const other = firstSeen(digest(column.id, read.value), cell);
          if (other !== null) faults.push({ code: 'double-in-file', params: { other } });
        }
        values[column.id] = read.value;
        const shown = wellFormed(read.text.replace(/\p{Cc}+/gu, ' ').slice(0, SHOWN));
        const value = shown === '' ? null : isSecret(column, shown) ? maskText(shown) : shown;
        issues.push(...faults.map((one) => ({ ...one, cell, column: column.id, value })));
      }
      issues.push(...doubles(row, values));
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

    /** Whether nothing is wrong with a row but empty cells, which a record that exists may have filled. */
    isIncomplete: ({ issues, isGood }: CheckedRow): boolean =>
      !isGood && issues.every((one) => isWarning(form, one.code) || mayBeEmpty(one)),

    /** A row that changes a record: its empty cells change nothing. */
    asChange: (one: CheckedRow): CheckedRow => {
      const issues = one.issues.filter((issue) => !mayBeEmpty(issue));
      return { ...one, issues, isGood: issues.every(({ code }) => isWarning(form, code)) };
    },

    /** A row that makes a record: it needs what no column of the file has, too. */
    asNew: (one: CheckedRow): CheckedRow =>
      missing.length === 0
        ? one
        : {
            ...one,
            isGood: false,
            issues: [
              ...one.issues,
              ...missing.map(({ id }) => ({
                code: 'required',
                cell: null,
                column: id,
                value: null,
              })),
            ],
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
          const value = text && place && isSecret(place.column, text) ? maskText(text) : text;
          return { ...fault, cell: place ? `${place.name}${row}` : null, column, value };
        });
        const isGood = one.isGood && issues.every(({ code }) => isWarning(form, code));
        return { ...one, issues: [...one.issues, ...issues], isGood };
      }),
  };
}
