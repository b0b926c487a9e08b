import { DateTime } from 'luxon';
import writeXlsxFile, { type Cell, type Row } from 'write-excel-file/node';

export type Language = 'zh' | 'en';
export type Bilingual = Record<Language, string>;

/** One column: its heading, and its cell of a row. */
export interface Column<Item> {
  name: Bilingual;
  width?: number;
  format?: string;
  value(item: Item): string | number | Date | null;
}

/** A table of a workbook; its last row may be totals. */
export interface Sheet<Item> {
  name: Bilingual;
  columns: readonly Column<Item>[];
  rows: readonly Item[];
  total?: Item;
  /** A note below the rows, such as that there are more. */
  note?: string;
}

/**
 * Text that no program evaluates as a formula, also after saving as CSV and reopening: a leading
 * formula character is prefixed by an apostrophe. Characters invalid in XML are removed.
 */
export function harmless(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be in XML.
  const clean = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
  return /^\s*[=+\-@\t\r|]/.test(clean) ? `'${clean}` : clean;
}

/** Writes tables with a frozen heading, real numbers and real dates in the time of the plant. */
export async function writeSheets(
  sheets: Sheet<unknown>[],
  language: Language,
  timeZone: string,
): Promise<Buffer> {
  const atPlant = (date: Date) =>
    DateTime.fromJSDate(date, { zone: timeZone })
      .setZone('utc', { keepLocalTime: true })
      .toJSDate();
  const cell = (value: string | number | Date | null, format?: string): Cell => {
    if (value === null) return null;
    if (value instanceof Date) {
      return { value: atPlant(value), type: Date, format: format ?? 'yyyy-mm-dd hh:mm' };
    }
    if (typeof value === 'number') return { value, type: Number, ...(format ? { format } : {}) };
    return { value: harmless(value), type: String };
  };
  const head = { fontWeight: 'bold', backgroundColor: '#E8EDF2' } as const;
  return writeXlsxFile(
    sheets.map((sheet) => {
      const row = (item: unknown): Row =>
        sheet.columns.map((column) => cell(column.value(item), column.format));
      const bold = (cells: Row): Row =>
        cells.map((one) =>
          one && typeof one === 'object' && 'value' in one
            ? { ...one, fontWeight: 'bold' as const }
            : one,
        );
      return {
        sheet: sheet.name[language],
        columns: sheet.columns.map(({ width }) => ({ width: width ?? 14 })),
        stickyRowsCount: 1,
        data: [
          sheet.columns.map(({ name }) => ({ value: name[language], type: String, ...head })),
          ...sheet.rows.map(row),
          ...(sheet.total === undefined ? [] : [bold(row(sheet.total))]),
          ...(sheet.note === undefined ? [] : [[cell(sheet.note)]]),
        ],
      };
    }),
  ).toBuffer();
}
