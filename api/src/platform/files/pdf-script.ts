import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { inflateSync } from 'node:zlib';
import { Problem } from '../http/errors.ts';

/**
 * Names of actions that run something when a reader opens the document (ISO 32000-2, 12.6.4). A name ends
 * with a delimiter or white space.
 */
const NAME = /\/(JavaScript|Launch|RichMedia)(?![A-Za-z0-9_-])/;
const PIECE = 1024 * 1024;
/** Longer than a name, with each of its characters escaped. */
const OVERLAP = 64;
/** Unpacked size of a stream of objects. */
const MOST_OBJECTS = 16 * 1024 * 1024;
const MOST_STREAMS = 2_000;

/**
 * Refuses a PDF that runs something: in its objects, and in its packed streams of objects. What an
 * encrypted document has in its streams cannot be looked at.
 *
 * @throws Problem `file.script`
 */
export async function refusePdfScript(path: string): Promise<void> {
  const bytes = await readFile(path);
  for (let at = 0; at < bytes.length; at += PIECE) {
    refuseNames(bytes.toString('latin1', at, Math.min(bytes.length, at + PIECE + OVERLAP)));
    // 50 MB are looked at in turns, so that others are answered meanwhile.
    await setImmediate();
  }
  for await (const objects of packedObjects(bytes)) refuseNames(objects.toString('latin1'));
}

function refuseNames(text: string): void {
  // A name may have its characters as #xx.
  const plain = text.includes('#')
    ? text.replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      )
    : text;
  const [, name] = NAME.exec(plain) ?? [];
  if (name) {
    throw new Problem(
      'file.script',
      `The PDF runs something when it is opened (${name}). Print it as PDF again, and send that.`,
    );
  }
}

/** The unpacked streams of objects (ISO 32000-2, 7.5.7). What cannot be unpacked is passed over. */
async function* packedObjects(bytes: Buffer): AsyncGenerator<Buffer> {
  let count = 0;
  for (let at = bytes.indexOf('/ObjStm'); at >= 0; at = bytes.indexOf('/ObjStm', at + 1)) {
    if (++count > MOST_STREAMS) throw new Problem('file.script', 'The PDF has too many parts.');
    const word = bytes.indexOf('stream', at);
    const end = word < 0 ? -1 : bytes.indexOf('endstream', word);
    if (end < 0) return;
    let start = word + 'stream'.length;
    if (bytes[start] === 0x0d) start++;
    if (bytes[start] === 0x0a) start++;
    const unpacked = unpack(bytes.subarray(start, end));
    if (unpacked) yield unpacked;
    await setImmediate();
  }
}

function unpack(packed: Buffer): Buffer | null {
  try {
    return inflateSync(packed, { maxOutputLength: MOST_OBJECTS });
  } catch {
    return null;
  }
}
