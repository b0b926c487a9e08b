import { type Merge, mergeFinder, readMerges } from './merges.ts';
import { serialDay } from './serial-day.ts';
import {
  columnIndex,
  type RawCell,
  type RawRow,
  type RichCell,
  TABLE_LIMITS,
  TableFault,
  type TableFormat,
} from './types.ts';
import { type Book, readBook } from './xlsx-book.ts';
import { openParts, parsePart, type XmlHandler } from './xlsx-parts.ts';

/** Workbooks of Excel and its kin (ECMA-376). Formulas are read as text, and never computed. */
export const xlsxFormat: TableFormat = {
  id: 'xlsx',
  accepts: (bytes) => bytes[0] === 0x50 && bytes[1] === 0x4b,
  async read(bytes, options, told, emit) {
    const parts = await openParts(bytes);
    try {
      const book = await readBook(parts);
      const visible = book.sheets.findIndex(({ isHidden }) => !isHidden);
      const at = options.sheet ?? Math.max(0, visible);
      const sheet = book.sheets[at];
      if (!sheet) throw new TableFault('no-sheet');
      told({ format: 'xlsx', sheets: book.sheets.map(({ name }) => name), sheet: at });
      const merges = await readMerges(parts, sheet.path);
      const ready: RawRow[] = [];
      let found = 0;
      let ended = false;
      const most = options.most ?? Number.POSITIVE_INFINITY;
      const handler = sheetHandler(book, merges, (row) => {
        if (++found > TABLE_LIMITS.rows) throw new TableFault('too-many-rows');
        if (found <= most) ready.push(row);
      });
      await parsePart(parts, sheet.path, handler, async () => {
        for (const row of ready.splice(0)) {
          ended ||= !(await emit(row));
          if (ended) return false;
        }
        return found < most;
      });
    } finally {
      parts.close();
    }
  },
};

/** Makes rows of the elements of a sheet. */
function sheetHandler(
  book: Book,
  merges: readonly Merge[],
  give: (row: RawRow) => void,
): XmlHandler {
  const mergesAt = mergeFinder(merges);
  let row = 0;
  let column = -1;
  let cells: RawCell[] = [];
  let cell: { type: string; style: number; value: string; formula: string | null } | null = null;
  let into: 'value' | 'formula' | null = null;

  function endCell(): void {
    const made = cell && cellOf(book, cell);
    cell = null;
    if (made === null || made === '') return;
    if (column >= TABLE_LIMITS.columns) throw new TableFault('too-many-columns', `${row}`);
    while (cells.length < column) cells.push(null);
    cells[column] = made;
  }

  function endRow(): void {
    const inside = mergesAt(row);
    if (cells.every((one) => one === null) && inside.length === 0) return;
    for (const { name, left, right } of inside) {
      for (let at = left; at <= Math.min(right, TABLE_LIMITS.columns - 1); at++) {
        const one = cells[at] ?? null;
        while (cells.length < at) cells.push(null);
        cells[at] =
          one === null || typeof one === 'string'
            ? { text: one ?? '', kind: 'text', merged: name }
            : { ...one, merged: name };
      }
    }
    give({ row, cells });
  }

  return {
    open(name, attributes) {
      if (name === 'row') {
        const next = Number(attributes.r ?? row + 1);
        // Rows come in order (ECMA-376 part 1, 18.3.1.73), each once: they are stored by their number.
        if (!Number.isInteger(next) || next <= row || next > TABLE_LIMITS.lastRow) {
          throw new TableFault('broken', `${row + 1}`);
        }
        row = next;
        column = -1;
        cells = [];
      } else if (name === 'c') {
        const letters = /^[A-Z]{1,3}/.exec(attributes.r ?? '')?.[0];
        column = letters ? columnIndex(letters) : column + 1;
        const { t = 'n', s = '0' } = attributes;
        cell = { type: t, style: Number(s), value: '', formula: null };
      } else if (cell && name === 'f') {
        cell.formula = '';
        into = 'formula';
      } else if (cell && (name === 'v' || name === 't')) into = 'value';
      else if (name === 'rPh') into = null;
    },
    text(part) {
      if (!cell || into === null) return;
      if (into === 'formula') cell.formula = (cell.formula + part).slice(0, TABLE_LIMITS.cell);
      else cell.value = (cell.value + part).slice(0, TABLE_LIMITS.cell);
    },
    close(name) {
      into = null;
      if (name === 'c') endCell();
      else if (name === 'row') endRow();
    },
  };
}

function cellOf(
  { strings, styles, since1904 }: Book,
  {
    type,
    style,
    value,
    formula,
  }: { type: string; style: number; value: string; formula: string | null },
): RawCell {
  // Part of a shared or array formula: its text stands at the first cell.
  if (formula !== null) return { text: `=${formula}`, kind: 'formula' };
  if (value === '') return null;
  switch (type) {
    case 's':
      return strings[Number(value)] || null;
    case 'e':
      return { text: value, kind: 'error' };
    case 'b':
      return value === '1' ? 'TRUE' : 'FALSE';
    case 'd':
      return { text: value, kind: 'day', day: value.slice(0, 10) };
    case 'n':
      return numberCell(value, styles[style], since1904);
    default:
      return value.slice(0, TABLE_LIMITS.cell);
  }
}

function numberCell(
  value: string,
  style: { isDay: boolean; zeros: number } | undefined,
  since1904: boolean,
): RichCell {
  const day = serialDay(Number(value), since1904);
  const text = style?.zeros && /^\d+$/.test(value) ? value.padStart(style.zeros, '0') : value;
  return { text, kind: style?.isDay ? 'day' : 'number', ...(day ? { day } : {}) };
}
