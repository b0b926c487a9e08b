import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { say } from './progress.mjs';

/**
 * Does a step of the set-up while no other process does one in the same checkout: two that install
 * or build at the same time would spoil each other's work. The lock of a dead process is cleared.
 *
 * @param {string} root the checkout.
 * @param {() => Promise<void>} work looks again whether there is something left to do.
 */
export async function exclusively(root, work) {
  const folder = join(root, '.anshi');
  const lock = join(folder, 'setup.lock');
  const draft = `${lock}-${process.pid}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(draft, String(process.pid));
  const release = () => rmSync(lock, { force: true });
  try {
    let hasSaid = false;
    while (!take(draft, lock)) {
      const holder = Number(read(lock));
      if (!isAlive(holder)) {
        rmSync(lock, { force: true });
        continue;
      }
      if (!hasSaid) say(`waiting for the set-up that process ${holder} is doing here …`);
      hasSaid = true;
      await sleep(300);
    }
    process.on('exit', release);
    await work();
  } finally {
    rmSync(draft, { force: true });
    if (Number(read(lock)) === process.pid) release();
    process.off('exit', release);
  }
}

/**
 * A link appears at once and with its content, and fails where the name is taken.
 *
 * @param {string} draft
 * @param {string} lock
 */
function take(draft, lock) {
  try {
    linkSync(draft, lock);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
