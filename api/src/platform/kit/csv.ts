import { harmless } from './spreadsheet.ts';

/** A spreadsheet reads a CSV file that begins with it as UTF-8. */
export const CSV_BOM = '\uFEFF';

/** One line of a CSV file (RFC 4180). What a spreadsheet would take for a formula is text. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\r\n`;

function cell(text: string): string {
  const safe = harmless(text);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
