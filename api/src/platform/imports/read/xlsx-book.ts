import { posix } from 'node:path';
import { TABLE_LIMITS, TableFault } from './types.ts';
import { type Parts, parsePart } from './xlsx-parts.ts';

/** Number formats of days by id (ECMA-376 part 1, 18.8.30; 27 to 36 and 50 to 58 are East Asian). */
const isDayFormat = (id: number): boolean =>
  (id >= 14 && id <= 22 && id !== 20 && id !== 21 && id !== 18 && id !== 19) ||
  (id >= 27 && id <= 31) ||
  id === 36 ||
  (id >= 50 && id <= 54) ||
  id === 57 ||
  id === 58;

/** How a style shows a number: as a day, or padded with zeros to a width. */
export interface NumberStyle {
  isDay: boolean;
  zeros: number;
}

export interface Book {
  sheets: readonly { name: string; path: string; isHidden: boolean }[];
  since1904: boolean;
  styles: readonly NumberStyle[];
  strings: readonly string[];
}

/** Reads what the sheets of a workbook refer to. @throws TableFault */
export async function readBook(parts: Parts): Promise<Book> {
  if (!parts.has('xl/workbook.xml')) throw new TableFault('format');
  const targets = await readTargets(parts);
  const sheets: Book['sheets'][number][] = [];
  let since1904 = false;
  await parsePart(parts, 'xl/workbook.xml', {
    open(name, attributes) {
      if (name === 'workbookPr') since1904 = /^(1|true)$/.test(attributes.date1904 ?? '');
      if (name !== 'sheet') return;
      const relation = Object.entries(attributes).find(
        ([key]) => /(^|:)id$/.test(key) && key !== 'sheetId',
      );
      const path = targets.get(relation?.[1] ?? '');
      if (path === undefined || !parts.has(path)) return;
      const isHidden = (attributes.state ?? 'visible') !== 'visible';
      if (sheets.length >= TABLE_LIMITS.sheets) throw new TableFault('too-complex');
      const title = (attributes.name ?? '').slice(0, TABLE_LIMITS.sheetName);
      sheets.push({ name: title, path, isHidden });
    },
  });
  if (sheets.length === 0) throw new TableFault('no-sheet');
  return { sheets, since1904, styles: await readStyles(parts), strings: await readStrings(parts) };
}

async function readTargets(parts: Parts): Promise<Map<string, string>> {
  const targets = new Map<string, string>();
  const path = 'xl/_rels/workbook.xml.rels';
  if (!parts.has(path)) return targets;
  await parsePart(parts, path, {
    open(name, { Id, Target, TargetMode }) {
      if (name !== 'Relationship' || !Id || !Target || TargetMode === 'External') return;
      targets.set(Id, Target.startsWith('/') ? Target.slice(1) : posix.normalize(`xl/${Target}`));
    },
  });
  return targets;
}

async function readStyles(parts: Parts): Promise<NumberStyle[]> {
  const styles: NumberStyle[] = [];
  if (!parts.has('xl/styles.xml')) return styles;
  const codes = new Map<number, string>();
  let inCells = false;
  await parsePart(parts, 'xl/styles.xml', {
    open(name, attributes) {
      if (name === 'numFmt') codes.set(Number(attributes.numFmtId), attributes.formatCode ?? '');
      if (name === 'cellXfs') inCells = true;
      if (name !== 'xf' || !inCells) return;
      const id = Number(attributes.numFmtId ?? 0);
      // Texts, colours and locales in the code are no letters of a day.
      const code = (codes.get(id) ?? '').replace(/"[^"]*"|\[[^\]]*\]|\\./g, '');
      styles.push({
        isDay: codes.has(id) ? /[yd]/i.test(code) : isDayFormat(id),
        zeros: /^0+$/.test(code) ? Math.min(code.length, TABLE_LIMITS.cell) : 0,
      });
    },
    close(name) {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return styles;
}

/** Texts of cells, without the readings that Chinese and Japanese texts may carry. */
async function readStrings(parts: Parts): Promise<string[]> {
  const strings: string[] = [];
  const path = 'xl/sharedStrings.xml';
  if (!parts.has(path)) return strings;
  let total = 0;
  let text = '';
  let isText = false;
  let inReading = false;
  await parsePart(parts, path, {
    open(name) {
      if (name === 'si') text = '';
      if (name === 'rPh') inReading = true;
      isText = name === 't' && !inReading;
    },
    text(part) {
      if (!isText || text.length > TABLE_LIMITS.cell) return;
      text += part;
    },
    close(name) {
      isText = false;
      if (name === 'rPh') inReading = false;
      if (name !== 'si') return;
      total += text.length;
      if (total > TABLE_LIMITS.strings) throw new TableFault('too-complex', path);
      strings.push(text.slice(0, TABLE_LIMITS.cell));
    },
  });
  return strings;
}
