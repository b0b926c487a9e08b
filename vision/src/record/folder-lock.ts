import { join, resolve } from 'node:path';
import { privateFolder } from '@anshi/contracts/private-files';
import { tryLock } from '@anshi/contracts/process-lock';

/**
 * Locks a worker's folder for this process: two workers would send and remove each other's events.
 * The lock of a dead process is taken over.
 *
 * @param worker name of this worker, for the error message of a second one.
 * @returns a function that releases the lock.
 * @throws Error with the holder and the remedy.
 */
export function lockFolder(path: string, worker: string): () => void {
  const folder = resolve(path);
  privateFolder(folder);
  const { lock, holder } = tryLock(join(folder, 'worker.lock'), { worker });
  if (lock) return lock.release;
  const { pid, about } = holder;
  throw new Error(
    `the worker "${about.worker}" (process ${pid}) already runs from the folder ${folder}. ` +
      `Stop it first (kill ${pid}), or start this one with another ANSHI_WORKER_DIR and ANSHI_WORKER_ID.`,
  );
}
