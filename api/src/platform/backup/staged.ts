import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openBlobFolder } from '../store/folder.ts';
import { STORES, type StoreName } from '../store/open.ts';
import type { BlobKey, BlobStore } from '../store/types.ts';

type Stores = Record<StoreName, BlobStore>;

/**
 * Files of a backup whose names are taken by other bytes: the same picture, encrypted under the key of
 * the rows that are to go. They wait beside the stores until the new rows are committed, since until
 * then only the old bytes can be read.
 */
export interface Staged {
  put(store: StoreName, key: BlobKey, bytes: AsyncIterable<Buffer>): Promise<void>;
  /**
   * Puts all of them in their places. It can be done again where it was stopped.
   *
   * @returns how many.
   */
  settle(stores: Stores): Promise<number>;
  /** How many wait. */
  count(): Promise<number>;
  /** Gives them up. */
  discard(): Promise<void>;
}

export const stagedIn = (dataDir: string): string => join(dataDir, 'restore-staged');

export function openStaged(dataDir: string): Staged {
  const folder = stagedIn(dataDir);
  const waiting = (store: StoreName) => openBlobFolder(join(folder, store));
  const discard = () => rm(folder, { recursive: true, force: true });
  return {
    async put(store, key, bytes) {
      await waiting(store).put(key, bytes);
    },
    async settle(stores) {
      let count = 0;
      for (const name of STORES) {
        const from = waiting(name);
        for await (const { tenant, sha256 } of from.list()) {
          const key = { tenant, sha256 };
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
        for await (const _ of waiting(name).list()) count++;
      }
      return count;
    },
    discard,
  };
}
