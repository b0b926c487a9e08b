import { inflateSync } from 'node:zlib';
import { extractText, getDocumentProxy } from 'unpdf';

/** The text of a PDF as a reader copies it, without blanks and breaks of lines. */
export async function textOfPdf(bytes: Uint8Array): Promise<string> {
  const pdf = await getDocumentProxy(new Uint8Array(bytes));
  const { text } = await extractText(pdf, { mergePages: true });
  return text.replaceAll(/\s+/g, '');
}

/** All bytes of a PDF with its streams inflated, as text of one byte a character: for what is not to be in it. */
export function rawOfPdf(bytes: Uint8Array): string {
  const file = Buffer.from(bytes);
  const raw = file.toString('latin1');
  const parts = [raw];
  for (const { index, 0: found } of raw.matchAll(/stream\r?\n/g)) {
    const end = raw.indexOf('endstream', index);
    try {
      parts.push(inflateSync(file.subarray(index + found.length, end)).toString('latin1'));
    } catch {
      // Not compressed: it is in the bytes themselves.
    }
  }
  return parts.join('\n');
}

/** Whether a text is anywhere in the bytes of a PDF: as UTF-8, as UTF-16, or as hexadecimal digits of one of them. */
export function isInPdf(bytes: Uint8Array, text: string): boolean {
  const raw = rawOfPdf(bytes);
  const forms = [Buffer.from(text), Buffer.from(text, 'utf16le').swap16()];
  return forms.some(
    (form) =>
      raw.includes(form.toString('latin1')) ||
      raw.toLowerCase().includes(form.toString('hex').toLowerCase()),
  );
}
