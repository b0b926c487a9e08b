import { getDocumentProxy, getResolvedPDFJS } from 'unpdf';

/** A font that text of the document is drawn with. */
export interface CheckedFont {
  name: string;
  /** Type1, TrueType, CIDFontType2 … */
  type: string;
  embedded: boolean;
  /** How many characters are drawn with it. */
  characters: number;
}

/** What a reader finds in a PDF. */
export interface DocumentCheck {
  ok: boolean;
  pages: number;
  fonts: CheckedFont[];
  fontsEmbedded: boolean;
  /** Characters that the font has no shape for: they are empty boxes. */
  missingGlyphs: { page: number; font: string; count: number }[];
  textExtractable: boolean;
  /** Characters that are copied as no text. */
  unreadable: { page: number; font: string; count: number }[];
  /** Pages of which no text can be copied. */
  pagesWithoutText: number[];
  /** Characters that can be copied, without blanks. */
  characters: number;
}

/** A glyph as pdf.js gives it; its types leave this out. */
interface Glyph {
  originalCharCode: number;
  unicode: string;
  isInFont: boolean;
}
interface Font {
  name: string;
  type: string;
  missingFile: boolean;
  /** A font of two-byte codes. */
  composite?: boolean;
  /** From codes to text; one with `firstChar` takes each code for a character, because the font says nothing. */
  toUnicode?: object;
}

/** Of no use in a copy: nothing, a replacement character, a control character, or one for private use. */
const isUnreadable = (text: string) => text === '' || /[\uFFFD\p{Cc}\p{Co}\p{Cn}]/u.test(text);

/**
 * Reads a PDF as a reader does: whether all fonts are in it, each character has a shape, and the text can be copied.
 *
 * @throws Error where it is no PDF, or is encrypted.
 */
export async function checkDocument(bytes: Uint8Array): Promise<DocumentCheck> {
  const { OPS } = await getResolvedPDFJS();
  // The fonts with all of their properties; the copy is kept by the reader.
  const options = { fontExtraProperties: true };
  const pdf = await getDocumentProxy(new Uint8Array(bytes), options);
  const fonts = new Map<string, CheckedFont>();
  const missing = new Counts();
  const unreadable = new Counts();
  const pagesWithoutText: number[] = [];
  let characters = 0;
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number);
    const { fnArray, argsArray } = await page.getOperatorList();
    let id = '';
    for (const [n, operation] of fnArray.entries()) {
      if (operation === OPS.setFont) [id] = argsArray[n] as [string];
      if (operation !== OPS.showText) continue;
      const font = page.commonObjs.get(id) as Font;
      const known = fonts.get(id) ?? fontOf(font);
      fonts.set(id, known);
      const isUnnamed = font.composite && 'firstChar' in (font.toUnicode ?? {});
      for (const glyph of (argsArray[n] as [(Glyph | number)[]])[0]) {
        if (typeof glyph === 'number') continue;
        known.characters += 1;
        // Code 0 of a font of two-byte codes is its box for what it lacks.
        const isMissing = font.composite ? glyph.originalCharCode === 0 : !glyph.isInFont;
        if (isMissing && !font.missingFile) missing.add(number, known.name);
        if (isUnnamed || isUnreadable(glyph.unicode)) unreadable.add(number, known.name);
      }
    }
    const { items } = await page.getTextContent();
    const text = items.map((item) => ('str' in item ? item.str : '')).join('');
    const copied = text.replaceAll(/\s/g, '').length;
    if (copied === 0) pagesWithoutText.push(number);
    characters += copied;
  }
  const { numPages: pages } = pdf;
  await pdf.loadingTask.destroy();
  const fontsEmbedded = [...fonts.values()].every(({ embedded }) => embedded);
  const textExtractable = pagesWithoutText.length === 0 && unreadable.rows.length === 0;
  return {
    ok: fontsEmbedded && missing.rows.length === 0 && textExtractable,
    pages,
    fonts: [...fonts.values()],
    fontsEmbedded,
    missingGlyphs: missing.rows,
    textExtractable,
    unreadable: unreadable.rows,
    pagesWithoutText,
    characters,
  };
}

const fontOf = ({ name, type, missingFile }: Font): CheckedFont => ({
  name,
  type,
  embedded: !missingFile,
  characters: 0,
});

/** How often something is found on a page with a font. */
class Counts {
  readonly rows: { page: number; font: string; count: number }[] = [];

  add(page: number, font: string): void {
    const known = this.rows.find((row) => row.page === page && row.font === font);
    if (known) known.count += 1;
    else this.rows.push({ page, font, count: 1 });
  }
}
