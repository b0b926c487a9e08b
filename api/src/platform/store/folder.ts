import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, opendir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Problem } from '../http/errors.ts';
import { checkKey } from './key.ts';
import { syncFolder } from './sync-folder.ts';
import type { BlobInfo, BlobKey, BlobStore } from './types.ts';

const DAY_MS = 24 * 3600 * 1000;

/**
 * A store in a folder: `<folder>/<tenant>/<first two digits>/<digest>`; incomplete files are in
 * `<folder>/.incoming`, on the same file system, so that a file appears atomically.
 */
export function openBlobFolder(folder: string): BlobStore {
  const pathOf = (key: BlobKey) => {
    checkKey(key);
    return join(folder, key.tenant, key.sha256.slice(0, 2), key.sha256);
  };
  const incoming = join(folder, '.incoming');
  clearIncoming(incoming).catch(() => {});
  return {
    place: folder,
    async put(key, bytes) {
      const path = pathOf(key);
      await mkdir(dirname(path), { recursive: true });
      const part = await newPart(incoming);
      try {
        const written = await writeDurably(part, bytes);
        await rename(part, path);
        for (let at = dirname(path); ; at = dirname(at)) {
          await syncFolder(at);
          if (at === folder || at === dirname(at)) break;
        }
        return written;
      } catch (error) {
        await rm(part, { force: true });
        if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
          throw new Problem('evidence.no-space');
        }
        throw error;
      }
    },
    async size(key) {
      return stat(pathOf(key)).then(
        (found) => found.size,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return null;
          throw error;
        },
      );
    },
    read: (key, range) =>
      createReadStream(pathOf(key), range ? { start: range.first, end: range.last } : {}),
    async remove(key) {
      await rm(pathOf(key), { force: true });
    },
    list: () => listFolder(folder),
    async check() {
      await rm(await newPart(incoming, true), { force: true });
    },
  };
}

/** The temporary path of an incomplete file. */
export async function newPart(incoming: string, create = false): Promise<string> {
  await mkdir(incoming, { recursive: true });
  const part = join(incoming, randomUUID());
  if (create) await (await open(part, 'wx', 0o600)).close();
  return part;
}

/** Removes incomplete files of dead processes that are at least a day old. */
export async function clearIncoming(incoming: string): Promise<void> {
  for (const name of await readdir(incoming).catch(() => [])) {
    const path = join(incoming, name);
    const found = await stat(path).catch(() => null);
    if (found && Date.now() - found.mtimeMs > DAY_MS) await rm(path, { force: true });
  }
}

/** Writes a new file and waits for fsync. */
export async function writeDurably(path: string, bytes: AsyncIterable<Buffer>): Promise<number> {
  let count = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of bytes) {
      count += chunk.length;
      // Not `write`: that may write a part only, as on a disk that is nearly full.
      await file.appendFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return count;
}

async function* listFolder(folder: string): AsyncGenerator<BlobInfo> {
  const tenants = await readdir(folder).catch(() => []);
  for (const tenant of tenants) {
    if (tenant.startsWith('.')) continue;
    for (const prefix of await readdir(join(folder, tenant)).catch(() => [])) {
      const directory = await opendir(join(folder, tenant, prefix)).catch(() => null);
      if (!directory) continue;
      for await (const { name: sha256 } of directory) {
        const found = await stat(join(folder, tenant, prefix, sha256)).catch(() => null);
        if (found?.isFile() && /^[0-9a-f]{64}$/.test(sha256)) {
          yield { tenant, sha256, bytes: found.size, at: found.mtime };
        }
      }
    }
  }
}
