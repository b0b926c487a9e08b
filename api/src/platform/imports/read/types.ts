/** A cell that is more than a text, or that has to be flagged. */
export interface RichCell {
  /** As the file has it: a formula with its `=`, a number as written. */
  text: string;
  kind: 'text' | 'number' | 'day' | 'formula' | 'error';
  /** Of a number or day: the calendar day that its serial number stands for, where there is one. */
  day?: string;
  /** The merged range that it lies in, such as `B17:B19`. */
  merged?: string;
}

/** A text, or a cell of another kind; null for an empty one. */
export type RawCell = string | RichCell | null;

/** A row that has at least one cell with content. */
export interface RawRow {
  /** As the spreadsheet counts: the first row is 1. */
  row: number;
  cells: readonly RawCell[];
}

/** What a reader is told. */
export interface ReadOptions {
  /** Which sheet, from 0; the first visible one where left out. */
  sheet?: number | undefined;
  /** Ends after so many rows with content. */
  most?: number | undefined;
}

/** What a table is made of, told before its rows. */
export interface TableInfo {
  format: string;
  /** Names of the sheets; one for a format without sheets. */
  sheets: readonly string[];
  /** The one that is read. */
  sheet: number;
}

/** Why a file cannot be read as a table. */
export type TableFaultCode =
  | 'broken'
  | 'encoding'
  | 'format'
  | 'no-sheet'
  | 'quote'
  | 'too-complex'
  | 'too-many-columns'
  | 'too-many-rows'
  | 'too-slow';

/** A fault of the whole file. `at` is the row or part, for the text. */
export class TableFault extends Error {
  readonly code: TableFaultCode;
  readonly at: string | null;
  constructor(code: TableFaultCode, at: string | null = null) {
    super(at === null ? code : `${code} at ${at}`);
    this.code = code;
    this.at = at;
  }
}

/**
 * A file format. It runs in a thread without access to the rest of the program. A further format is
 * one more of these in `formats.ts`, and its media type in `platform/files/kinds.ts`.
 */
export interface TableFormat {
  id: string;
  /** Whether the bytes are of this format. */
  accepts(bytes: Uint8Array): boolean;
  /**
   * Reads a table in order; waits for each call of `emit`, so that memory stays bounded.
   *
   * @throws TableFault
   */
  read(
    bytes: Buffer,
    options: ReadOptions,
    told: (info: TableInfo) => void,
    emit: (row: RawRow) => Promise<boolean>,
  ): Promise<void>;
}

/** Limits of a table. */
export const TABLE_LIMITS = {
  bytes: 50 * 1024 * 1024,
  /** Rows with content, the heading included. */
  rows: 100_001,
  /** The number of the last row that a spreadsheet can have. */
  lastRow: 1_048_576,
  columns: 200,
  /** Characters that are kept of a cell: enough to say that it is too long. */
  cell: 2_000,
  /** Characters of all shared strings of a workbook. */
  strings: 64 * 1024 * 1024,
  /** Unpacked bytes of one part of a workbook. */
  part: 400 * 1024 * 1024,
  merges: 20_000,
  /** Size of all rows by {@link rowSize}: a text that cells share counts for each of them. */
  size: 128 * 1024 * 1024,
  /** Sheets of a workbook, and characters that are kept of the name of one. */
  sheets: 500,
  sheetName: 100,
  /** Milliseconds of reading a whole file, without the time that its rows are worked on. */
  ms: 180_000,
} as const;

/** Characters of a row, and one for each cell. */
export const rowSize = (cells: readonly RawCell[]): number =>
  cells.reduce<number>((sum, one) => {
    if (one === null || typeof one === 'string') return sum + 1 + (one?.length ?? 0);
    return sum + 1 + one.text.length + (one.merged?.length ?? 0);
  }, 0);

/** `B` of 1; columns count from 0. */
export function columnName(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest > 0 ? columnName(rest - 1) : '') + String.fromCharCode(65 + (index % 26));
}

/** 1 of `B`. */
export const columnIndex = (name: string): number =>
  [...name].reduce((sum, one) => sum * 26 + one.charCodeAt(0) - 64, 0) - 1;
