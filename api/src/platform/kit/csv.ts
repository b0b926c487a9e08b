import { harmless } from './spreadsheet.ts';

/** A byte order mark, by which spreadsheets recognise UTF-8. */
export const CSV_BOM = '\uFEFF';

/** One line of a CSV file (RFC 4180). Formulas are escaped as text. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\r\n`;

function cell(text: string): string {
  const safe = harmless(text);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
