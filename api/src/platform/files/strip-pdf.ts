import { readFile, writeFile } from 'node:fs/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { PDFArray, PDFDict, PDFDocument, PDFName, PDFRawStream } from '@cantoo/pdf-lib';

/** A document of 50 MiB takes a few seconds; one that was made to be slow is given up. */
const LONGEST_MS = 30_000;
const MOST_MEMORY_MIB = 512;

/** Names of entries that say who made a page, an image or a note, and with what. */
const AUTHORS = ['Metadata', 'PieceInfo', 'LastModified', 'T', 'RC', 'Popup', 'AF', 'AA', 'A'];

/**
 * Writes the pages of a PDF without the data about its author: no document information, no XMP, no
 * names on notes, no attached files, no scripts, no earlier versions, no EXIF in its pictures. The
 * pages are copied into a new document, so that only what they show comes along. It runs in a thread
 * of its own, within limits of time and memory.
 *
 * @returns false where it cannot be read, as where it is encrypted. Nothing is written then.
 */
export async function stripPdf(path: string, out: string): Promise<boolean> {
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { strip: { path, out } },
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MIB },
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<boolean>((resolve) => {
      worker.once('message', (message: unknown) => resolve(message === 'done'));
      worker.once('error', () => resolve(false));
      worker.once('exit', () => resolve(false));
      timer = setTimeout(() => resolve(false), LONGEST_MS);
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

/** @throws where the bytes cannot be read as a PDF. */
export async function stripPdfBytes(bytes: Uint8Array): Promise<Uint8Array> {
  const given = await PDFDocument.load(bytes, { updateMetadata: false });
  const made = await PDFDocument.create({ updateMetadata: false });
  const pages = await made.copyPages(given, given.getPageIndices());
  for (const page of pages) {
    forget(page.node);
    const notes = page.node.Annots();
    if (notes instanceof PDFArray) {
      for (let i = 0; i < notes.size(); i++) {
        const note = notes.lookup(i);
        if (note instanceof PDFDict) forget(note);
      }
    }
    made.addPage(page);
  }
  for (const [ref, object] of made.context.enumerateIndirectObjects()) {
    if (!(object instanceof PDFRawStream)) continue;
    forget(object.dict);
    if (object.dict.get(PDFName.of('Filter')) !== PDFName.of('DCTDecode')) continue;
    const picture = stripJpeg(object.contents);
    object.dict.delete(PDFName.of('Length'));
    made.context.assign(ref, PDFRawStream.of(object.dict, picture));
  }
  return made.save({ useObjectStreams: false });
}

function forget(dict: PDFDict): void {
  for (const name of AUTHORS) dict.delete(PDFName.of(name));
}

const SOS = 0xda;

/**
 * A JPEG without its comments and application data. JFIF (APP0), the colour profile (APP2) and Adobe's
 * colour transform (APP14) stay: the picture would look different without them.
 */
export function stripJpeg(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return bytes;
  const kept: Uint8Array[] = [bytes.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === SOS) break;
    const end = at + 2 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
    const isApp = marker >= 0xe0 && marker <= 0xef;
    const isKept = marker !== 0xfe && (!isApp || [0xe0, 0xe2, 0xee].includes(marker));
    if (isKept) kept.push(bytes.subarray(at, end));
    at = end;
  }
  kept.push(bytes.subarray(at));
  return Buffer.concat(kept);
}

const task = isMainThread
  ? undefined
  : (workerData as { strip?: { path: string; out: string } } | null)?.strip;
if (task) {
  await writeFile(task.out, await stripPdfBytes(await readFile(task.path)));
  parentPort?.postMessage('done');
}
