import type { Permission } from '../access/permissions.ts';
import type { Unit } from '../db/unit-of-work.ts';
import type { User } from '../kit/routes.ts';
import type { Bilingual } from '../manifest.ts';

/** What is wrong with a cell: a code of `issue-words.ts` or of the kind. */
export interface Fault {
  code: string;
  /** Values for its text. Nothing personal: they are stored and shown. */
  params?: Readonly<Record<string, string>>;
}

/** A column that an import can have. */
export interface ImportColumn {
  id: string;
  name: Bilingual;
  /** Other words by which the column is found. */
  words: readonly string[];
  /**
   * `code`: numbers and marks, in which full-width digits and spaces are put right; `day`: a calendar
   * day; `text`: as it is written.
   */
  kind: 'text' | 'code' | 'day';
  required?: true;
  /** Two rows of a file may not have the same value. */
  unique?: true;
  /** A sensitive value: it is masked wherever it is shown, and is not stored. */
  secret?: true;
  /** Characters. */
  max: number;
  /** What its value must be; gets the value that was put right. @returns the fault, or null. */
  check?(value: string): Fault | null;
  /** Of the template. */
  example: Bilingual;
}

/** The values of a row by column; null where the cell is empty. Days are `2026-11-28`. */
export type Values = Readonly<Record<string, string | null>>;

/**
 * A kind of import as data: a module with `imports: true` in its manifest exports a list of these as
 * `importForms` from its `imports.ts`.
 */
export interface ImportForm {
  id: string;
  name: Bilingual;
  /** The permission that the same work needs by hand. */
  permission: Permission;
  columns: readonly ImportColumn[];
  /** The columns that tell which row it is, in lists; none of them secret. */
  label: readonly string[];
  /** Faults that only this kind knows. */
  issues?: Readonly<Record<string, IssueWords>>;
}

/** What a fault means, and what to do. `{other}` is a value of its params. */
export interface IssueWords {
  what: Bilingual;
  cure: Bilingual;
  /** The row is taken all the same. */
  warning?: true;
}

/** A fault of a row, found in the database. */
export interface RowFault extends Fault {
  row: number;
  /** Null where it is of the whole row. */
  column: string | null;
}

/** What is left of an undo: why a record stays. */
export type LeftReason = 'changed' | 'gone' | 'in-use' | 'out-of-reach';

/** The work of a kind, by the services of its module, so that their rules hold as if entered by hand. */
export interface ImportWork {
  /** Looks rows up in the database; changes nothing. They have no other fault. */
  check(
    unit: Unit,
    user: User,
    rows: readonly { row: number; values: Values }[],
  ): Promise<readonly RowFault[]>;
  /** Saves one row. @throws Problem where it is refused; nothing of its unit is kept then. */
  save(unit: Unit, user: User, values: Values): Promise<{ id: string; version: number }>;
  /** Takes a record back that is still as it was saved. @returns why it stays, or null. */
  undo(unit: Unit, user: User, record: { id: string; version: number }): Promise<LeftReason | null>;
}

/** A kind that can be imported. */
export interface ImportKind extends ImportForm {
  work: ImportWork;
}

/** The kinds; a module adds its own in its `open.ts`. */
export interface ImportKinds {
  add(form: ImportForm, work: ImportWork): void;
  get(id: string): ImportKind | undefined;
  all(): readonly ImportKind[];
}

export function createImportKinds(): ImportKinds {
  const kinds = new Map<string, ImportKind>();
  return {
    add(form, work) {
      if (kinds.has(form.id)) throw new Error(`two modules import "${form.id}"`);
      kinds.set(form.id, { ...form, work });
    },
    get: (id) => kinds.get(id),
    all: () => [...kinds.values()],
  };
}
