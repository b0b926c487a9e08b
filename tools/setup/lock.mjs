import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
// By its path: this runs before the packages are installed.
import { tryLock } from '../../contracts/src/process-lock.mjs';
import { say } from './progress.mjs';

/**
 * Runs a set-up step under a lock for the checkout: two processes must not install or build at the
 * same time. The lock of a dead process is taken over.
 *
 * @param {string} root the checkout.
 * @param {() => Promise<void>} work checks again whether there is something left to do.
 */
export async function exclusively(root, work) {
  const folder = join(root, '.anshi');
  mkdirSync(folder, { recursive: true });
  const lock = await waitForLock(join(folder, 'setup.lock'));
  process.on('exit', lock.release);
  try {
    await work();
  } finally {
    lock.release();
    process.off('exit', lock.release);
  }
}

/** @param {string} file */
async function waitForLock(file) {
  for (let hasSaid = false; ; hasSaid = true) {
    const { lock, holder } = tryLock(file);
    if (lock) return lock;
    if (!hasSaid) say(`waiting for the set-up that process ${holder.pid} is doing here …`);
    await sleep(300);
  }
}
