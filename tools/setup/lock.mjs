import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
  // The start time tells us from an earlier process of the same number: after a restart of a machine
  // or a container, that is the usual case.
  const own = `${process.pid} ${startTicks(process.pid)}`;
  rmSync(draft, { force: true });
  writeFileSync(draft, own);
  const release = () => {
    if (read(lock) === own) rmSync(lock, { force: true });
  };
  try {
    let hasSaid = false;
    while (!take(draft, lock)) {
      const holder = read(lock);
      if (!isAlive(holder)) {
        clearDead(lock, holder);
        continue;
      }
      if (!hasSaid) {
        say(`waiting for the set-up that process ${holder.split(' ')[0]} is doing here …`);
      }
      hasSaid = true;
      await sleep(300);
    }
    process.on('exit', release);
    await work();
  } finally {
    rmSync(draft, { force: true });
    release();
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

/**
 * Removes the lock of a dead process, and none that another has taken since: that one is put back.
 *
 * @param {string} lock
 * @param {string} seen what the lock held when its process was found dead.
 */
export function clearDead(lock, seen) {
  const aside = `${lock}-dead-${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return;
    throw error;
  }
  if (read(aside) !== seen) take(aside, lock);
  rmSync(aside, { force: true });
}

/** @param {string} holder */
function isAlive(holder) {
  const [pid = 0, ticks] = holder.split(' ').map(Number);
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EPERM') return false;
  }
  const now = startTicks(pid);
  return now === 0 || now === ticks;
}

/**
 * When a process began, in clock ticks since boot: field 22 of /proc/<pid>/stat, whose second field
 * may itself hold spaces and brackets. 0 where the system does not tell.
 *
 * @param {number} pid
 */
function startTicks(pid) {
  const stat = read(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 0);
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
