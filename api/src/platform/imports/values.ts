import { serialDay } from './read/serial-day.ts';
import type { RawCell } from './read/types.ts';
import type { Fault, ImportColumn } from './types.ts';

/** A cell as a value of its column, with what is wrong or was put right. */
export interface ReadValue {
  value: string | null;
  faults: readonly Fault[];
  /** The text of the cell. */
  text: string;
}

/** Excel keeps 15 digits of a number: beyond, the last ones became zeros. */
const MOST_DIGITS = 15;
/** What a spreadsheet would compute, or a link to a program (DDE). */
const FORMULA = /^\s*(=|[+\-@]\s*[\p{L}_.]+\s*[(|!])/u;
const SCIENTIFIC = /^\s*\d(?:[.,]\d+)?E\+?\d{1,3}\s*$/i;

/** Reads a cell as a column needs it. Formulas are never computed: their text is flagged. */
export function readValue(column: ImportColumn, cell: RawCell): ReadValue {
  const rich = typeof cell === 'string' || cell === null ? null : cell;
  // An apostrophe before a formula character is how our exports, and others, make it text.
  const text = ((rich ? rich.text : (cell as string | null)) ?? '').replace(
    /^'(?=\s*[=+\-@|])/,
    '',
  );
  const bad = (code: string, params?: Fault['params']): ReadValue => ({
    value: null,
    faults: [params ? { code, params } : { code }],
    text,
  });
  if (rich?.merged) return bad('merged', { range: rich.merged });
  if (rich?.kind === 'formula' || FORMULA.test(text)) return bad('formula');
  if (rich?.kind === 'error') return bad('error-cell');
  if (text.trim() === '')
    return column.required ? bad('required') : { value: null, faults: [], text };
  if (column.kind === 'day') return readDay(column, text, rich?.day, rich?.kind === 'day', bad);
  if (column.kind === 'code' && isLost(text, rich?.kind === 'number' || rich?.kind === 'day')) {
    return bad('lost-digits');
  }
  const faults: Fault[] = [];
  const clean = column.kind === 'code' ? plainDigits(text).replace(/\s+/g, '') : tidy(text);
  if (column.kind === 'code' && plainDigits(text) !== text) faults.push({ code: 'full-width' });
  if (/\p{Cc}/u.test(clean)) return bad('control');
  if (clean.length > column.max) return bad('too-long', { most: String(column.max) });
  const fault = column.check?.(clean) ?? null;
  return fault ? { value: null, faults: [fault], text } : { value: clean, faults, text };
}

/** Whether a number lost digits: shown in scientific notation, or kept with 15 of more digits. */
function isLost(text: string, isNumber: boolean): boolean {
  if (SCIENTIFIC.test(text)) return true;
  return isNumber && text.replace(/\D/g, '').length > MOST_DIGITS;
}

/** Full-width letters, digits and marks as plain ones; other characters stay. */
export const plainDigits = (text: string): string =>
  text
    .replace(/[\uFF01-\uFF5E]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0xfee0))
    .replaceAll('\u3000', ' ');

/** One line without spaces around it. A break within a cell is a space. */
const tidy = (text: string): string => text.replaceAll('\u3000', ' ').replace(/\s+/g, ' ').trim();

/** Year, month and day with a mark between them, or Chinese, or eight digits. */
const DAYS = [
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?$/,
  /^(\d{4})年(\d{1,2})月(\d{1,2})[日号]?$/,
  /^(\d{4})(\d{2})(\d{2})$/,
];

function readDay(
  column: ImportColumn,
  text: string,
  serial: string | undefined,
  isDayCell: boolean,
  bad: (code: string) => ReadValue,
): ReadValue {
  const plain = plainDigits(text).trim();
  const faults: Fault[] = plain === text.trim() ? [] : [{ code: 'full-width' }];
  const parts = DAYS.map((form) => form.exec(plain)).find((one) => one !== null);
  let day = parts ? dayOf(parts) : isDayCell ? serial : undefined;
  if (parts && day === undefined) return bad('no-such-day');
  if (day === undefined && /^\d{1,7}(\.\d+)?$/.test(plain)) {
    day = serial ?? serialDay(Number(plain));
    if (day === undefined) return bad('no-such-day');
    faults.push({ code: 'serial-day', params: { day } });
  }
  if (day === undefined) return bad(isDayCell ? 'no-such-day' : 'day-form');
  if (day < '1900-01-01' || day > '2199-12-31') return bad('day-range');
  const fault = column.check?.(day) ?? null;
  return fault ? { value: null, faults: [fault], text } : { value: day, faults, text };
}

/** @returns undefined where there is no such day, as of 31 February. */
function dayOf([, year, month, day]: RegExpExecArray): string | undefined {
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const isThat = date.getUTCMonth() + 1 === Number(month) && date.getUTCDate() === Number(day);
  return isThat ? date.toISOString().slice(0, 10) : undefined;
}

/** A text that was cut, without half a character (a lone surrogate), which no database takes. */
export const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '\ufffd');

/** A sensitive text as it may be shown. */
export const maskText = (text: string): string =>
  text.length < 8
    ? '*'.repeat(text.length)
    : wellFormed(`${text.slice(0, 3)}${'*'.repeat(text.length - 7)}${text.slice(-4)}`);
