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
  /** A sensitive value, always or where it says so: it is masked wherever it is shown, and is not stored. */
  secret?: true | ((value: string) => boolean);
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
  /**
   * The columns that tell which record a row is; no two rows have all of them alike. The work of the
   * kind has `updates`: a row whose record exists can be left out, or change it.
   */
  key?: readonly [string, ...string[]];
  /** Columns whose value belongs to one `by`, such as the number of a certificate to one person. */
  owned?: readonly { column: string; by: string }[];
  /** Rows can have a scan, from an archive that comes with the table. */
  scans?: {
    /** The column with the name of the scan's file. */
    file: string;
    /** The column whose value the file is named after, where the other is empty. */
    number: string;
  };
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
export type LeftReason = 'changed' | 'gone' | 'in-use' | 'out-of-reach' | 'refused';

/** What is done with a row whose record exists. */
export const existingWays = ['refuse', 'skip', 'update'] as const;
export type ExistingWay = (typeof existingWays)[number];

/** A scan of a row. */
export interface RowScan {
  /** The name of its file, with what may be an identity number masked. */
  name: string;
  /** Of its bytes. */
  sha256: string;
  /** The upload of the run; null in the check, which keeps nothing. */
  file: string | null;
  /** The virus scanner did not answer: it is scanned later, and opens then. */
  isPending: boolean;
}

/** A row as the work of a kind gets it. */
export interface WorkRow {
  row: number;
  values: Values;
  scan: RowScan | null;
}

/** What a row changes in a record; sensitive values are masked. */
export interface Change {
  column: string;
  from: string | null;
  to: string;
}

/** The record of a row that exists already. */
export interface Existing {
  row: number;
  id: string;
  version: number;
  /** Of the columns that have a value; an empty cell changes nothing. */
  changes: readonly Change[];
  /** Why it cannot be changed; null where it can. */
  fault: Fault | null;
}

/** A record that was saved. */
export interface Saved {
  id: string;
  version: number;
  /** The person whom the record is of, where it is no person. */
  person?: string;
}

/** What is saved with the values of a row. */
export interface Given {
  values: Values;
  /** Uploads that were checked. */
  files: readonly string[];
}

/** The work of a kind, by the services of its module, so that their rules hold as if entered by hand. */
export interface ImportWork {
  /**
   * Looks rows up in the database; changes nothing. They have no other fault.
   *
   * @param rows `record` is what the row changes; null for a new record.
   */
  check(
    unit: Unit,
    user: User,
    rows: readonly (WorkRow & { record: Pick<Existing, 'id'> | null })[],
  ): Promise<readonly RowFault[]>;
  /** Saves one row. @throws Problem where it is refused; nothing of its unit is kept then. */
  save(unit: Unit, user: User, given: Given): Promise<Saved>;
  /** Takes a record back that is still as it was saved. @returns why it stays, or null. */
  undo(unit: Unit, user: User, record: { id: string; version: number }): Promise<LeftReason | null>;
  /** Of a form with a `key`. */
  updates?: ImportUpdates;
  /** What the company has, by column: the names that its cells may have, for the template. */
  words?(unit: Unit, user: User): Promise<Readonly<Record<string, readonly Bilingual[]>>>;
}

/** Changing records that exist. */
export interface ImportUpdates {
  /** The records of the rows, by the key of the form. */
  find(unit: Unit, user: User, rows: readonly WorkRow[]): Promise<readonly Existing[]>;
  /**
   * Changes a record of this version. @throws Problem where it is refused.
   *
   * @returns the record, and what it was before as `restore` needs it; it is kept sealed.
   */
  save(
    unit: Unit,
    user: User,
    record: { id: string; version: number },
    given: Given,
  ): Promise<Saved & { before: object }>;
  /** Gives a record of this version its old values again. @returns why it stays, or null. */
  restore(
    unit: Unit,
    user: User,
    record: { id: string; version: number },
    before: object,
  ): Promise<LeftReason | null>;
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
