import { join, resolve } from 'node:path';
import { privateFolder } from '@anshi/contracts/private-files';
import { tryLock } from '@anshi/contracts/process-lock';

/**
 * Takes a worker's folder for this process: two workers would send and remove each other's events.
 * The lock of a process that is gone is taken over.
 *
 * @param worker name of this worker, for those who find the folder taken.
 * @returns gives the folder back.
 * @throws Error with a sentence that says who has the folder and what to do.
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
