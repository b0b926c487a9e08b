import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import yauzl, { type Entry, type ZipFile } from 'yauzl';

/** The file is no pack, or one that is made to do harm: nothing in it is looked at. */
export class NotAPack extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NotAPack';
  }
}

const MOST_ENTRIES = 10_010;
/** Pictures and videos do not shrink; the rest of a pack is small. */
const MOST_GROWTH = 20;
const SMALL_BYTES = 64 * 1024 * 1024;

/** What lies in an archive. */
export interface ZipContents {
  readonly names: ReadonlySet<string>;
  /** The bytes of a small file. @throws NotAPack where it is larger than 64 MiB. */
  read(name: string): Promise<Buffer>;
  digest(name: string): Promise<{ sha256: string; bytes: number }>;
  close(): void;
}

/**
 * Opens an archive, and refuses one that is not what it seems: names that lead outside, one name twice, links,
 * encrypted files, contents that grow to many times the size of the archive.
 *
 * @throws NotAPack
 */
export async function openArchive(path: string): Promise<ZipContents> {
  const { size } = await stat(path);
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    const options = { lazyEntries: true, autoClose: false, strictFileNames: true };
    yauzl.open(path, options, (error, opened) =>
      error ? reject(new NotAPack(`it is no zip archive: ${error.message}`)) : resolve(opened),
    );
  });
  try {
    const entries = await readEntries(zip, size);
    const entryOf = (name: string): Entry => {
      const entry = entries.get(name);
      if (!entry) throw new NotAPack(`it has no ${name}`);
      return entry;
    };
    return {
      names: new Set(entries.keys()),
      async read(name) {
        const entry = entryOf(name);
        if (entry.uncompressedSize > SMALL_BYTES) throw new NotAPack(`${name} is too large`);
        const chunks: Buffer[] = [];
        for await (const chunk of await streamOf(zip, entry)) chunks.push(chunk as Buffer);
        return Buffer.concat(chunks);
      },
      async digest(name) {
        const hash = createHash('sha256');
        let bytes = 0;
        for await (const chunk of await streamOf(zip, entryOf(name))) {
          hash.update(chunk as Buffer);
          bytes += (chunk as Buffer).length;
        }
        return { sha256: hash.digest('hex'), bytes };
      },
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

function readEntries(zip: ZipFile, archiveBytes: number): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  const most = archiveBytes * MOST_GROWTH + SMALL_BYTES;
  let total = 0;
  return new Promise((resolve, reject) => {
    const refuse = (why: string) => reject(new NotAPack(why));
    if (zip.entryCount > MOST_ENTRIES) return refuse(`it has ${zip.entryCount} files inside`);
    zip.on('error', (error: Error) => refuse(`the archive is broken: ${error.message}`));
    zip.on('end', () => resolve(entries));
    zip.on('entry', (entry: Entry) => {
      const { fileName: name, uncompressedSize, compressedSize } = entry;
      total += uncompressedSize;
      if (entries.has(name)) return refuse(`it has two files of the name ${name}`);
      if (!/^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(name) || /(^|\/)\.\.?(\/|$)|\/$/.test(name)) {
        return refuse(`the name ${JSON.stringify(name)} is none of a pack`);
      }
      if (entry.isEncrypted()) return refuse(`${name} is encrypted`);
      // A link of Unix, in the upper half of the attributes.
      if (((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000) {
        return refuse(`${name} is a link`);
      }
      if (compressedSize > archiveBytes || total > most) {
        return refuse('unpacked, it would be many times its size');
      }
      entries.set(name, entry);
      zip.readEntry();
    });
    zip.readEntry();
  });
}

function streamOf(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) =>
    zip.openReadStream(entry, (error, stream) => {
      if (error) reject(new NotAPack(`${entry.fileName} cannot be read: ${error.message}`));
      else resolve(stream);
    }),
  );
}
