import { open } from 'node:fs/promises';
import { fileTypeFromFile } from 'file-type';
import { Problem } from '../http/errors.ts';
import { type FileType, readFileType, SCANS_ARCHIVE, TAKEN } from './kinds.ts';
import { readZip, refuseEscapes, type ZipEntry } from './zip.ts';

/** What identifies an office document in a zip archive, and its type. */
const OFFICE_PARTS: [part: string, subtype: string][] = [
  ['word/document.xml', 'wordprocessingml.document'],
  ['xl/workbook.xml', 'spreadsheetml.sheet'],
  ['ppt/presentation.xml', 'presentationml.presentation'],
];

/**
 * Detects the type of a file by its bytes; the declared type is ignored, except for plain text,
 * where a table looks like any other text, and for an archive of scans, which is a zip like any other.
 *
 * @throws Problem `file.type` for types that are not accepted, `file.archive` for a malicious
 *   document.
 */
export async function sniff(path: string, announced: string): Promise<FileType> {
  const head = await readHead(path);
  if (head.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004', 'latin1'))) {
    const entries = await readZip(path);
    if (readFileType(announced) !== SCANS_ARCHIVE) return officeType(entries);
    refuseEscapes(entries);
    return SCANS_ARCHIVE;
  }
  const found = await fileTypeFromFile(path);
  if (found) {
    if (/^image\/hei[cf]/.test(found.mime)) {
      throw refused(
        'a HEIC picture. Set the camera of the phone to "most compatible" (JPEG), or save the picture as JPEG',
      );
    }
    const type = readFileType(found.mime);
    // A document with other leading bytes may be a polyglot.
    const isWhole =
      type !== 'application/pdf' || head.subarray(0, 5).toString('latin1') === '%PDF-';
    if (type && isWhole) return type;
    throw refused(`${found.mime} (.${found.ext})`);
  }
  if (await isPlainText(path, head)) {
    return readFileType(announced) === 'text/csv' ? 'text/csv' : 'text/plain';
  }
  throw refused('of no known kind, a web page or a script');
}

const refused = (what: string) =>
  new Problem('file.type', `The file is ${what}. Taken are ${TAKEN}.`);

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function officeType(entries: ZipEntry[]): FileType {
  const names = new Set(entries.map(({ name }) => name));
  if ([...names].some((name) => /vbaProject\.bin$|\.(exe|dll|js|vbs|ps1|bat|jar)$/i.test(name))) {
    throw refused('an archive or document with macros or programs inside');
  }
  const found = OFFICE_PARTS.find(([part]) => names.has(part));
  const type = readFileType(`application/vnd.openxmlformats-officedocument.${found?.[1]}`);
  if (!type || !names.has('[Content_Types].xml')) throw refused('an archive');
  return type;
}

/** Signatures of content that a browser or a shell would run, after white space. */
const RUNS = /^(<[!?a-z/]|#!|@echo|%!|\{\\rtf|MZ)/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what text does not have.
const NOT_TEXT = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/;

/** Text in UTF-8 or GB 18030 without control characters that is not a page or a script. */
async function isPlainText(path: string, head: Buffer): Promise<boolean> {
  const start = head.toString('latin1').replace(/^(\xef\xbb\xbf)?\s+/, '');
  if (head.length === 0 || RUNS.test(start.replace(/^\xef\xbb\xbf/, ''))) return false;
  if (/<(script|html|svg|iframe|body)\b/i.test(start)) return false;
  return (await decodes(path, 'utf-8')) || (await decodes(path, 'gb18030'));
}

async function decodes(path: string, encoding: string): Promise<boolean> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const file = await open(path, 'r');
  try {
    for await (const chunk of file.createReadStream({ autoClose: false })) {
      if (NOT_TEXT.test(decoder.decode(chunk as Buffer, { stream: true }))) return false;
    }
    decoder.decode();
    return true;
  } catch {
    return false;
  } finally {
    await file.close();
  }
}
