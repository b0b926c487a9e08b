import { zipOf } from './zips.ts';

/** A cell of a test's workbook: a text, a number, or what it is in detail. */
export type TestCell =
  | string
  | number
  | null
  | { formula: string; value?: string }
  | { error: string }
  /** A number in a style: 1 is a day, 2 shows four digits with zeros before. */
  | { number: string; style: 1 | 2 };

const inXml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const letter = (at: number) => String.fromCharCode(65 + at);

function cellXml(cell: TestCell, at: string, strings: string[]): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return `<c r="${at}"><v>${cell}</v></c>`;
  if (typeof cell === 'string') {
    strings.push(cell);
    return `<c r="${at}" t="s"><v>${strings.length - 1}</v></c>`;
  }
  if ('formula' in cell) {
    return `<c r="${at}" t="str"><f>${inXml(cell.formula)}</f><v>${inXml(cell.value ?? '')}</v></c>`;
  }
  if ('error' in cell) return `<c r="${at}" t="e"><v>${cell.error}</v></c>`;
  return `<c r="${at}" s="${cell.style}"><v>${cell.number}</v></c>`;
}

/**
 * A workbook with one sheet, written by hand, so that it can have what no library writes.
 *
 * @param options.merges such as `A2:A4`.
 * @param options.sheetXml in the place of the sheet.
 */
export async function workbook(
  rows: readonly (readonly TestCell[])[],
  options: { merges?: readonly string[]; sheetXml?: string; name?: string } = {},
): Promise<Buffer> {
  const strings: string[] = [];
  const data = rows
    .map((cells, n) => {
      const inside = cells.map((cell, at) => cellXml(cell, `${letter(at)}${n + 1}`, strings));
      return `<row r="${n + 1}">${inside.join('')}</row>`;
    })
    .join('');
  const merges = (options.merges ?? []).map((ref) => `<mergeCell ref="${ref}"/>`).join('');
  const space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const sheet = `<worksheet ${space}><sheetData>${data}</sheetData>${merges ? `<mergeCells>${merges}</mergeCells>` : ''}</worksheet>`;
  const parts: Record<string, string> = {
    '[Content_Types].xml':
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    'xl/workbook.xml': `<workbook ${space} xmlns:r="${relations}"><sheets><sheet name="${options.name ?? '花名册'}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/styles.xml': `<styleSheet ${space}><numFmts><numFmt numFmtId="170" formatCode="0000"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs></styleSheet>`,
    'xl/sharedStrings.xml': `<sst ${space}>${strings.map((one) => `<si><t xml:space="preserve">${inXml(one)}</t></si>`).join('')}</sst>`,
    'xl/worksheets/sheet1.xml': options.sheetXml ?? sheet,
  };
  return zipOf(parts);
}
