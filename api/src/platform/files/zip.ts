import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { Problem } from '../http/errors.ts';

/** Limits of a zip-based document. */
export const ZIP_LIMITS = {
  entries: 5_000,
  /** Uncompressed size of all entries. */
  bytes: 400 * 1024 * 1024,
  /** Compression ratio of the whole: office documents reach about 20. */
  ratio: 150,
};

export interface ZipEntry {
  name: string;
  method: number;
  encrypted: boolean;
  compressed: number;
  uncompressed: number;
  /** Offset of its local header. */
  offset: number;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;

/**
 * Reads a zip directory, and refuses decompression bombs. Zip64, multi-part archives and
 * overlapping entries are refused: documents need none of them.
 *
 * @throws Problem `file.archive`
 */
export async function readZip(path: string): Promise<ZipEntry[]> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const entries = await centralDirectory(file, size);
    await checkLayout(file, entries, size);
    const uncompressed = entries.reduce((sum, entry) => sum + entry.uncompressed, 0);
    refuseGrowth(uncompressed, size);
    await inflateAll(file, entries, size);
    return entries;
  } finally {
    await file.close();
  }
}

const broken = (why: string) =>
  new Problem('file.archive', `The file is broken or made to do harm: ${why}. Save it anew.`);

/** Refuses paths that lead out of the folder of an archive. @throws Problem `file.archive` */
export function refuseEscapes(entries: readonly Pick<ZipEntry, 'name'>[]): void {
  const leaves = ({ name }: Pick<ZipEntry, 'name'>) =>
    /^([/\\]|[A-Za-z]:)/.test(name) || name.split(/[/\\]/).includes('..') || name.includes('\0');
  const out = entries.find(leaves);
  if (out) throw broken(`the path of “${out.name.slice(0, 80)}” leaves its folder`);
}

function refuseGrowth(uncompressed: number, compressed: number): void {
  if (uncompressed > ZIP_LIMITS.bytes || uncompressed > compressed * ZIP_LIMITS.ratio) {
    throw broken('unpacked, it would be many times its size');
  }
}

async function part(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, from);
  return buffer.subarray(0, bytesRead);
}

async function centralDirectory(file: FileHandle, size: number): Promise<ZipEntry[]> {
  // A comment of at most 65,535 bytes may follow the end record.
  const tailLength = Math.min(size, 22 + 65_535);
  const tail = await part(file, size - tailLength, tailLength);
  let at = tail.length - 22;
  while (at >= 0 && tail.readUInt32LE(at) !== END) at--;
  if (at < 0) throw broken('its table of contents is missing');
  const [disk, count] = [tail.readUInt16LE(at + 4), tail.readUInt16LE(at + 10)];
  const [length, start] = [tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
  if (disk !== 0 || count === 0xffff || start === 0xffffffff) {
    throw broken('it is an archive in parts or beyond 4 GiB');
  }
  if (count > ZIP_LIMITS.entries) throw broken(`it has ${count} parts inside`);
  if (start + length > size) throw broken('its table of contents lies outside');
  return readEntries(await part(file, start, length), count);
}

function readEntries(table: Buffer, count: number): ZipEntry[] {
  const entries: ZipEntry[] = [];
  for (let at = 0; entries.length < count; ) {
    if (at + 46 > table.length || table.readUInt32LE(at) !== CENTRAL) {
      throw broken('its table of contents is truncated');
    }
    const nameLength = table.readUInt16LE(at + 28);
    entries.push({
      encrypted: (table.readUInt16LE(at + 8) & 1) === 1,
      method: table.readUInt16LE(at + 10),
      compressed: table.readUInt32LE(at + 20),
      uncompressed: table.readUInt32LE(at + 24),
      offset: table.readUInt32LE(at + 42),
      name: table.toString('utf8', at + 46, at + 46 + nameLength),
    });
    at += 46 + nameLength + table.readUInt16LE(at + 30) + table.readUInt16LE(at + 32);
  }
  return entries;
}

/** Overlapping entries let a small file expand to a huge one. */
async function checkLayout(file: FileHandle, entries: ZipEntry[], size: number): Promise<void> {
  const sorted = [...entries].sort((a, b) => a.offset - b.offset);
  let end = 0;
  for (const entry of sorted) {
    if (entry.encrypted) throw broken('it is locked by a password');
    if (entry.method !== 0 && entry.method !== 8) throw broken('it is packed in an unusual way');
    if (entry.offset < end) throw broken('its parts overlap');
    const header = await part(file, entry.offset, 30);
    if (header.length < 30 || header.readUInt32LE(0) !== LOCAL) throw broken('a part is missing');
    const data = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
    end = data + entry.compressed;
    if (end > size) throw broken('a part is truncated');
    entry.offset = data;
  }
}

/** Decompresses every entry into nothing and stops where one exceeds its declared size. */
async function inflateAll(file: FileHandle, entries: ZipEntry[], size: number): Promise<void> {
  let total = 0;
  for (const entry of entries) {
    if (entry.method === 0) {
      if (entry.compressed !== entry.uncompressed) throw broken('a part declares a wrong size');
      total += entry.uncompressed;
      continue;
    }
    if (entry.compressed === 0) continue;
    let count = 0;
    const source = file.createReadStream({
      start: entry.offset,
      end: entry.offset + entry.compressed - 1,
      autoClose: false,
    });
    try {
      await pipeline(source, createInflateRaw(), async (unpacked: AsyncIterable<Buffer>) => {
        for await (const chunk of unpacked) {
          count += chunk.length;
          if (count > entry.uncompressed) throw broken('a part declares a wrong size');
          refuseGrowth(total + count, size);
        }
      });
    } catch (error) {
      throw error instanceof Problem ? error : broken('a part cannot be unpacked');
    }
    if (count !== entry.uncompressed) throw broken('a part declares a wrong size');
    total += count;
  }
}
