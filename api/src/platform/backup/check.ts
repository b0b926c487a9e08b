import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Keyring } from '../sealed/keyring.ts';
import { type ArchiveEntry, type IndexEntry, readArchive } from './archive.ts';
import {
  FORMAT,
  INDEX,
  type Index,
  indexSchema,
  MANIFEST,
  type Manifest,
  manifestSchema,
} from './archive-manifest.ts';
import { decrypterOf, type OpeningKeys } from './keys.ts';
import { checkSeal, SEAL } from './seal.ts';

const MOST_MANIFEST = 1024 * 1024;
/** A line for each file and table: some 150 bytes each. */
const MOST_JSON = 400 * 1024 * 1024;

export interface Checked {
  manifest: Manifest;
  index: Index;
}

/**
 * Reads an archive to its end without writing: every byte is authentic, every entry matches the
 * index, and the index is sealed by a key of the ring.
 *
 * @param options.keyring null to skip the check of the seal.
 * @throws Error with the fault of the archive.
 */
export async function checkArchive(options: {
  file: string;
  keys: OpeningKeys;
  keyring: Keyring | null;
}): Promise<Checked> {
  const { file, keys, keyring } = options;
  const entries = readArchive(file, await decrypterOf(keys));
  const manifest = await readManifest(entries, file);
  const read: IndexEntry[] = [manifest.entry];
  let index: Buffer | null = null;
  let sealed = false;
  for await (const entry of entries) {
    if (entry.name === INDEX && index === null) index = await readJson(entry);
    else if (entry.name === SEAL && index !== null && !sealed) {
      const seal = await readJson(entry, MOST_MANIFEST);
      if (keyring) await checkSeal(keyring, file, index, parse(file, seal));
      sealed = true;
    } else if (index !== null) {
      throw new Error(`${file} goes on after its index, with ${entry.name}: it was changed`);
    } else {
      for await (const _ of entry.content);
      read.push(entry.digest());
    }
  }
  if (index === null) throw new Error(`${file} was cut off: its index is missing`);
  if (keyring && !sealed) {
    throw new Error(
      `${file} has no seal of the key ring, as backups of older versions: name --without-seal where you know where it comes from`,
    );
  }
  const parsed = indexSchema.safeParse(parse(file, index));
  if (!parsed.success) throw new Error(`${file} has an index that this program does not know`);
  compareDigests(file, parsed.data, read);
  return { manifest: manifest.manifest, index: parsed.data };
}

async function readManifest(
  entries: AsyncGenerator<ArchiveEntry>,
  file: string,
): Promise<{ manifest: Manifest; entry: IndexEntry }> {
  const first = (await entries.next()).value as ArchiveEntry | undefined;
  if (first?.name !== MANIFEST) throw new Error(`${file} is not a backup of this system`);
  const read = manifestSchema.safeParse(parse(file, await readJson(first, MOST_MANIFEST)));
  if (!read.success || read.data.format !== FORMAT) {
    throw new Error(
      `${file} has the format ${read.data?.format ?? '?'}, this program knows ${FORMAT}: restore it with the version that made it`,
    );
  }
  return { manifest: read.data, entry: first.digest() };
}

/** Anyone with the public key can make an archive: data read into memory is bounded. */
async function readJson(entry: ArchiveEntry, most = MOST_JSON): Promise<Buffer> {
  if (entry.bytes > most) {
    throw new Error(`${entry.name} of the backup is larger than any that this program makes`);
  }
  return buffer(Readable.from(entry.content));
}

function parse(file: string, json: Buffer): unknown {
  try {
    return JSON.parse(json.toString());
  } catch {
    throw new Error(`${file} is not a backup of this system: a part of it is no JSON`);
  }
}

function compareDigests(file: string, index: Index, read: readonly IndexEntry[]): void {
  const wrong = index.entries.find(({ name, bytes, sha256 }, at) => {
    const one = read[at];
    return one?.name !== name || one.bytes !== bytes || one.sha256 !== sha256;
  });
  if (wrong || index.entries.length !== read.length) {
    throw new Error(`${file} is not what its index says${wrong ? `: ${wrong.name}` : ''}`);
  }
}
