import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create, type Font } from 'fontkit';

/** Noto Sans SC (SIL Open Font License 1.1): Latin and Chinese with the rare characters of names. */
export const FONT = '@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf';

/** The bytes of the font that all documents embed, a subset of it each. */
export const readFont = (): Buffer => readFileSync(createRequire(import.meta.url).resolve(FONT));

/**
 * Makes text drawable: a character that the font lacks would be an empty box and lost when the text is copied. It
 * is written as its code point instead, `〔U+2A6D6〕`.
 *
 * @param onReplaced called for each character that is written so.
 */
export function createPrintable(bytes: Buffer, onReplaced?: () => void): (text: string) => string {
  const font = create(bytes) as Font;
  return (text) =>
    Array.from(text.normalize('NFC'), (one) => {
      if (one === '\n') return one;
      if (/\p{Cc}|\p{Cs}/u.test(one)) return ' ';
      const code = one.codePointAt(0) ?? 0;
      // What has no shape of its own: joiners, variation selectors, marks of direction.
      if (/\p{Cf}|\p{Variation_Selector}/u.test(one)) return '';
      if (font.hasGlyphForCodePoint(code)) return one;
      onReplaced?.();
      return `〔U+${code.toString(16).toUpperCase()}〕`;
    }).join('');
}
