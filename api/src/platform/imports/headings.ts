import type { Mapping } from './check-rows.ts';
import { columnName, type RawCell, type RawRow } from './read/types.ts';
import type { ImportForm } from './types.ts';

/** The first rows, among which the headings are looked for. */
export const HEAD_ROWS = 20;

/** The text of a cell, for headings and samples. */
export const cellText = (cell: RawCell | undefined): string =>
  cell === null || cell === undefined
    ? ''
    : typeof cell === 'string'
      ? cell
      : (cell.day ?? cell.text);

/** A heading for comparison: without case, width, marks, and what stands in brackets. */
export const plainHeading = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\([^)]*\)|\[[^\]]*\]/g, '')
    .replace(/[\s\p{Cc}*:_\-/·.、,]/gu, '')
    .slice(0, 100);

const wordsOf = ({ columns }: ImportForm) =>
  columns.map(({ id, name, words }) => ({
    id,
    words: [id, name.zh, name.en, ...words].map(plainHeading),
  }));

/** For each heading the name of an earlier column with the same one; null for the others, and those without a heading. */
export function sameHeadings(headings: readonly string[]): (string | null)[] {
  const plain = headings.map(plainHeading);
  return plain.map((text, at) => {
    const first = plain.indexOf(text);
    return text === '' || first === at ? null : columnName(first);
  });
}

/** Characters of a heading that is remembered. */
const REMEMBERED = 64;

/**
 * The headings to remember, plain, with what each means. A file without headings names a row of
 * people in their place, and their names and numbers are not to be kept: so one at least has to be a
 * word of the kind, and none has a long number or text.
 */
export function headingsToRemember(
  form: ImportForm,
  headings: readonly string[],
  mapping: Mapping,
): Map<string, string> {
  const plain = headings.map(plainHeading);
  const known = new Set(wordsOf(form).flatMap(({ words }) => words));
  if (!plain.some((text) => known.has(text))) return new Map();
  const found = new Map<string, string>();
  for (const [at, text] of plain.entries()) {
    if (text === '' || text.length > REMEMBERED || /\d{6}/.test(text)) continue;
    // Of two columns with one heading, the one that was taken says what it means.
    found.set(text, mapping[columnName(at)] || (found.get(text) ?? ''));
  }
  return found;
}

/**
 * Which column of the kind each heading means: as remembered, else by its words, the exact ones
 * before those that contain a word. Each column is taken once.
 *
 * @param remembered by the plain heading; '' for one that was left out.
 */
export function suggestMapping(
  form: ImportForm,
  headings: readonly string[],
  remembered: ReadonlyMap<string, string>,
): Mapping {
  const mapping: Record<string, string> = {};
  const taken = new Set<string>();
  const plain = headings.map(plainHeading);
  const place = (at: number, id: string | undefined) => {
    if (id === undefined || taken.has(id) || columnName(at) in mapping) return;
    if (!form.columns.some((one) => one.id === id)) return;
    taken.add(id);
    mapping[columnName(at)] = id;
  };
  const all = wordsOf(form);
  for (const [at, text] of plain.entries()) place(at, remembered.get(text));
  const open = (text: string) => text !== '' && !remembered.has(text);
  for (const [at, text] of plain.entries()) {
    if (open(text)) place(at, all.find(({ words }) => words.includes(text))?.id);
  }
  for (const [at, text] of plain.entries()) {
    const near = ({ words }: { words: string[] }) =>
      words.some((word) => word.length > 1 && (text.includes(word) || word.includes(text)));
    if (open(text) && text.length > 1) {
      place(at, all.find((one) => !taken.has(one.id) && near(one))?.id);
    }
  }
  return mapping;
}

/** The row with most headings that are known; else the first with two cells or more. */
export function findHeading(
  form: ImportForm,
  rows: readonly RawRow[],
  remembered: ReadonlyMap<string, string>,
): { row: number; headings: string[]; mapping: Mapping } | null {
  const all = rows.slice(0, HEAD_ROWS).map(({ row, cells }) => {
    const headings = Array.from(cells, cellText);
    const mapping = suggestMapping(form, headings, remembered);
    return { row, headings, mapping, known: Object.keys(mapping).length };
  });
  const most = Math.max(0, ...all.map(({ known }) => known));
  const filled = ({ headings }: { headings: string[] }) =>
    headings.filter((one) => one.trim() !== '').length;
  return (
    all.find(({ known }) => most > 0 && known === most) ??
    all.find((one) => filled(one) > 1) ??
    all[0] ??
    null
  );
}
