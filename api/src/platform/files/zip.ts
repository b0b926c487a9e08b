import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { Problem } from '../http/errors.ts';

/** Limits of a document that is a zip archive inside. */
export const ZIP_LIMITS = {
  entries: 5_000,
  /** Uncompressed, of all entries together. */
  bytes: 400 * 1024 * 1024,
  /** Uncompressed over compressed, of the whole: office documents reach about 20. */
  ratio: 150,
};

/**
 * Reads the directory of a zip archive and unpacks every entry into nothing. Refuses an archive with
 * encrypted, overlapping or damaged entries, with names that lead out of a folder, and one that
 * would grow beyond `ZIP_LIMITS`.
 *
 * @returns the names of the entries.
 * @throws Problem `file.archive`
 */
export async function readZip(path: string): Promise<string[]> {
  const options = { lazyEntries: true, autoClose: false };
  const archive = await openPromise(path, options).catch(() => {
    throw broken('its table of contents is missing or damaged');
  });
  // An emitter without a listener throws. What matters is also given to the promises below.
  archive.on('error', () => {});
  try {
    const entries = await listEntries(archive);
    const uncompressed = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
    refuseGrowth(uncompressed, archive.fileSize);
    await refuseOverlaps(archive, entries);
    await inflateAll(archive, entries);
    return entries.map(({ fileName }) => fileName);
  } finally {
    archive.close();
  }
}

const broken = (why: string) =>
  new Problem('file.archive', `The document is broken or made to do harm: ${why}. Save it anew.`);

function refuseGrowth(uncompressed: number, compressed: number): void {
  if (uncompressed > ZIP_LIMITS.bytes || uncompressed > compressed * ZIP_LIMITS.ratio) {
    throw broken('unpacked, it would be many times its size');
  }
}

async function listEntries(archive: ZipFile): Promise<Entry[]> {
  const count = archive.entryCount;
  if (count > ZIP_LIMITS.entries) throw broken(`it has ${count} parts inside`);
  const entries: Entry[] = [];
  try {
    for await (const entry of archive.eachEntry()) entries.push(entry);
  } catch {
    throw broken('its table of contents is damaged');
  }
  for (const entry of entries) {
    if (entry.isEncrypted()) throw broken('it is locked by a password');
    if (!entry.canDecodeFileData()) throw broken('it is packed in an unusual way');
  }
  return entries;
}

/** Entries that share bytes are how a small file holds a huge one. */
async function refuseOverlaps(archive: ZipFile, entries: Entry[]): Promise<void> {
  const sorted = [...entries].sort(
    (a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader,
  );
  let end = 0;
  for (const entry of sorted) {
    if (entry.relativeOffsetOfLocalHeader < end) throw broken('its parts lie over one another');
    const header = await archive.readLocalFileHeaderPromise(entry, { minimal: true }).catch(() => {
      throw broken('a part is missing or cut off');
    });
    end = header.fileDataStart + entry.compressedSize;
  }
}

/** Unpacks every entry into nothing and stops where one grows beyond what it says. */
async function inflateAll(archive: ZipFile, entries: Entry[]): Promise<void> {
  let total = 0;
  for (const entry of entries) {
    const { compressionMethod, uncompressedSize } = entry;
    // The directory was refused where a stored entry has two sizes.
    if (compressionMethod === 0) {
      total += uncompressedSize;
      continue;
    }
    let count = 0;
    try {
      // Raw, because the library's own unpacking keeps the memory of zlib where it ends early.
      const packed = await archive.openReadStreamPromise(entry, { decodeFileData: false });
      await pipeline(packed, createInflateRaw(), async (unpacked: AsyncIterable<Buffer>) => {
        for await (const chunk of unpacked) {
          count += chunk.length;
          if (count > uncompressedSize) throw broken('a part lies about its size');
          refuseGrowth(total + count, archive.fileSize);
        }
      });
    } catch (error) {
      throw error instanceof Problem ? error : broken('a part cannot be unpacked');
    }
    if (count !== uncompressedSize) throw broken('a part lies about its size');
    total += count;
  }
}
