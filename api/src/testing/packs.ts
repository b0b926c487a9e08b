import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';
import { ZipFile } from 'yazl';
import { type PackIndex, packFiles, signIndex } from '../modules/evidence-packs/format.ts';
import { signAnchor } from '../platform/audit/anchor-signature.ts';
import type { AttestedLine } from '../platform/audit/attested-line.ts';

/** The files of a pack by name, as an attacker has them. */
export type PackContent = Map<string, Buffer>;

export async function readPack(path: string): Promise<PackContent> {
  const zip = await yauzl.openPromise(path);
  const files: PackContent = new Map();
  for await (const entry of zip.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    files.set(entry.fileName, Buffer.concat(chunks));
  }
  return files;
}

export async function writePack(files: Iterable<[string, Buffer]>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'anshi-pack-'));
  const path = join(folder, 'pack.zip');
  const zip = new ZipFile();
  for (const [name, bytes] of files) zip.addBuffer(bytes, name);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
  return path;
}

/** A file as it comes from the API. */
export async function savePack(answer: Response): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'anshi-pack-')), 'pack.zip');
  await writeFile(path, Buffer.from(await answer.arrayBuffer()));
  return path;
}

/** A file of JSON with a change. */
export function edit<Value>(
  files: PackContent,
  name: string,
  change: (value: Value) => void,
): void {
  const value = JSON.parse(files.get(name)?.toString() ?? 'null') as Value;
  change(value);
  files.set(name, Buffer.from(JSON.stringify(value)));
}

/**
 * What an attacker does after a change: a table of contents that fits, and all that the plant signed, signed with a
 * key of their own.
 */
export function signAnew(files: PackContent, key: KeyObject = attackersKey): void {
  edit<AttestedLine[]>(files, packFiles.audit, (lines) => {
    for (const line of lines) {
      const { tenant, position, hash, at } = line.anchor;
      line.anchor = signAnchor(key, { tenant, position, hash, at });
    }
  });
  edit<PackIndex>(files, packFiles.index, (index) => {
    index.files = index.files.flatMap((file) => {
      const bytes = files.get(file.path);
      if (!bytes) return [];
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return [{ ...file, sha256, bytes: bytes.length }];
    });
  });
  const signature = signIndex(key, files.get(packFiles.index) ?? Buffer.alloc(0));
  files.set(packFiles.signature, Buffer.from(JSON.stringify(signature)));
}

export const attackersKey = generateKeyPairSync('ed25519').privateKey;
