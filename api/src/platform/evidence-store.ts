import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { Problem } from './errors.ts';

/** What is taken. */
export interface EvidenceTerms {
  /** The most bytes. */
  limit: number;
  /** Looks at the first 16 bytes. */
  accepts(head: Buffer): boolean;
}

/**
 * Where files of evidence are kept, by the SHA-256 of their bytes. A folder here; an object store
 * can take its place.
 */
export interface EvidenceStore {
  /**
   * Keeps the bytes durably before it resolves. The same file again is taken and changes nothing.
   *
   * @returns the number of bytes.
   * @throws Problem where the digest differs, the limit is passed or the head is not accepted;
   * nothing is kept then.
   */
  put(tenant: string, sha256: string, bytes: Readable, terms: EvidenceTerms): Promise<number>;
  /** The number of bytes, or null where there is no such file. */
  size(tenant: string, sha256: string): Promise<number | null>;
  /** @param range first and last byte, both counted from 0 and included. */
  read(tenant: string, sha256: string, range?: { first: number; last: number }): Readable;
}

const HEAD_BYTES = 16;
const DAY_MS = 24 * 3600 * 1000;

/**
 * A store in a folder: `<folder>/<tenant>/<first two digits>/<digest>`; what is still coming is in
 * `<folder>/.incoming`, on the same file system, so that a file appears whole or not at all.
 *
 * Digests and tenants are checked before they reach here; both are checked again, since they become
 * a path.
 */
export function openEvidenceFolder(folder: string): EvidenceStore {
  const pathOf = (tenant: string, sha256: string) => {
    if (!/^[a-z0-9-]{1,64}$/.test(tenant) || !/^[0-9a-f]{64}$/.test(sha256)) {
      throw new Problem('evidence.unknown');
    }
    return join(folder, tenant, sha256.slice(0, 2), sha256);
  };
  const incoming = join(folder, '.incoming');
  clearIncoming(incoming).catch(() => {});
  return {
    async put(tenant, sha256, bytes, terms) {
      const path = pathOf(tenant, sha256);
      await mkdir(dirname(path), { recursive: true });
      await mkdir(incoming, { recursive: true });
      const part = join(incoming, randomUUID());
      try {
        const written = await writeChecked(part, sha256, bytes, terms);
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
    async size(tenant, sha256) {
      return stat(pathOf(tenant, sha256)).then(
        (found) => found.size,
        () => null,
      );
    },
    read(tenant, sha256, range) {
      return createReadStream(
        pathOf(tenant, sha256),
        range ? { start: range.first, end: range.last } : {},
      );
    },
  };
}

/** Removes what uploads left that were cut off by the end of a process, a day ago or longer. */
async function clearIncoming(incoming: string): Promise<void> {
  for (const name of await readdir(incoming).catch(() => [])) {
    const path = join(incoming, name);
    const found = await stat(path).catch(() => null);
    if (found && Date.now() - found.mtimeMs > DAY_MS) await rm(path, { force: true });
  }
}

async function writeChecked(
  path: string,
  sha256: string,
  bytes: Readable,
  { limit, accepts }: EvidenceTerms,
): Promise<number> {
  const hash = createHash('sha256');
  let count = 0;
  let head = Buffer.alloc(0);
  const file = await open(path, 'wx', 0o640);
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      count += chunk.length;
      if (count > limit) {
        throw new Problem(
          'evidence.too-large',
          `The file is larger than the ${limit} bytes that are taken here.`,
        );
      }
      if (head.length < HEAD_BYTES) {
        head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)]);
      }
      hash.update(chunk);
      // Not `write`: that may take a part only, as on a disk that is nearly full.
      await file.appendFile(chunk);
    }
    const digest = hash.digest('hex');
    if (digest !== sha256) {
      throw new Problem(
        'evidence.digest',
        `The ${count} bytes have the digest ${digest}. Send the file again, complete.`,
      );
    }
    if (!accepts(head)) throw new Problem('evidence.content');
    await file.sync();
  } finally {
    await file.close();
  }
  return count;
}

/** A renamed file is durable only when its folder is, and a new folder when the one around it is. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
