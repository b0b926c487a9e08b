import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openBlobFolder } from '../store/folder.ts';
import { STORES, type StoreName } from '../store/open.ts';
import { syncFolder } from '../store/sync-folder.ts';
import type { BlobKey, BlobStore } from '../store/types.ts';

type Stores = Record<StoreName, BlobStore>;

/**
 * Files of a backup whose names are taken by other bytes: the same picture, encrypted with the key
 * of the rows being replaced. They are staged beside the stores until the new rows are committed,
 * since until then only the old bytes are readable.
 */
export interface Staged {
  put(store: StoreName, key: BlobKey, bytes: AsyncIterable<Buffer>): Promise<void>;
  /**
   * Moves all of them into place. Idempotent, so that it can be repeated after an interruption.
   *
   * @returns how many.
   * @throws Error where one cannot be found or moved; all staged files are kept then.
   */
  settle(stores: Stores): Promise<number>;
  /**
   * Number of staged files.
   *
   * @throws Error where it cannot be determined.
   */
  count(): Promise<number>;
  /** Discards them. */
  discard(): Promise<void>;
}

export const stagedIn = (dataDir: string): string => join(dataDir, 'restore-staged');

export function openStaged(dataDir: string): Staged {
  const folder = stagedIn(dataDir);
  const waiting = (store: StoreName) => openBlobFolder(join(folder, store));
  const discard = () => rm(folder, { recursive: true, force: true });
  const durable = new Set<StoreName>();
  return {
    async put(store, key, bytes) {
      await waiting(store).put(key, bytes);
      if (durable.has(store)) return;
      // A store fsyncs its own folders, not their parents.
      await syncFolder(folder);
      await syncFolder(dataDir);
      durable.add(store);
    },
    async settle(stores) {
      let count = 0;
      for (const name of STORES) {
        const from = waiting(name);
        for await (const key of keysIn(join(folder, name))) {
          await stores[name].put(key, from.read(key) as AsyncIterable<Buffer>);
          count++;
        }
      }
      await discard();
      return count;
    },
    async count() {
      let count = 0;
      for (const name of STORES) {
        for await (const _ of keysIn(join(folder, name))) count++;
      }
      return count;
    },
    discard,
  };
}

/**
 * The staged files of a store. Not by the store's own listing: that skips unreadable files, and
 * files not found here would be discarded.
 */
async function* keysIn(folder: string): AsyncGenerator<BlobKey> {
  for (const tenant of await namesIn(folder)) {
    for (const prefix of await namesIn(join(folder, tenant))) {
      for (const sha256 of await namesIn(join(folder, tenant, prefix))) yield { tenant, sha256 };
    }
  }
}

/** The names in a folder, without incomplete ones; none where there is no folder. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('.'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Error(
      `the files that wait in ${folder} for the end of a restore cannot be listed: ${(error as Error).message}`,
    );
  }
}
