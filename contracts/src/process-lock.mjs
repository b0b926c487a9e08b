import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';

/*
 * One lock for everything that belongs to one process at a time: a data folder, a worker's folder,
 * the set-up of a checkout. Plain JavaScript, because the set-up runs before anything is installed.
 */

/**
 * The content of a lock file.
 *
 * @typedef {object} Holder
 * @property {number} pid
 * @property {string | null} startTicks start of the process in clock ticks since boot, to
 *   distinguish it from a later one with the same id; null where the system does not provide it.
 * @property {Record<string, string>} about details for the error message of a second process.
 *
 * @typedef {object} ProcessLock
 * @property {boolean} wasStale true where the lock of a dead process was taken over.
 * @property {() => void} release
 */

/**
 * Takes a lock, or returns its holder. The lock of a dead process, or one that cannot be read, is
 * taken over. A lock lasts as long as its process and needs no renewal, so a process that was
 * suspended for an hour still holds it.
 *
 * @param {string} file path of the lock; its folder must exist.
 * @param {Record<string, string>} [about] details for the error message of a second process.
 * @returns {{ lock: ProcessLock, holder: null } | { lock: null, holder: Holder }}
 * @throws Error of the file system.
 */
export function tryLock(file, about = {}) {
  const own = { pid: process.pid, startTicks: startTicks(process.pid), about };
  const text = JSON.stringify(own);
  const draft = join(dirname(file), `.${basename(file)}-${randomUUID()}`);
  let wasStale = false;
  try {
    writeFileSync(draft, text);
    // link() is atomic, including the content, and fails where the name is taken.
    while (!linked(draft, file)) {
      const seen = readText(file);
      const holder = holderOf(seen);
      if (holder && isAlive(holder)) return { lock: null, holder };
      wasStale = true;
      const clearing = clearStale(file, seen, about);
      if (clearing) return { lock: null, holder: clearing };
    }
  } finally {
    rmSync(draft, { force: true });
  }
  const release = () => {
    if (readText(file) === text) rmSync(file, { force: true });
  };
  return { lock: { wasStale, release }, holder: null };
}

/**
 * Removes the lock of a dead process, but not a new one that a faster process has made since: of
 * all processes that clear it, one at a time checks the lock and removes it.
 *
 * @param {string} file
 * @param {string} seen the content of the lock when its process was found dead.
 * @param {Record<string, string>} [about]
 * @returns {Holder | null} another process that is clearing it, and will take it.
 */
export function clearStale(file, seen, about = {}) {
  const { lock, holder } = tryLock(`${file}.clearing`, about);
  if (!lock) return holder;
  try {
    if (readText(file) === seen) rmSync(file, { force: true });
    return null;
  } finally {
    lock.release();
  }
}

/**
 * @param {string} from
 * @param {string} to
 */
function linked(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} file */
function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/**
 * @param {string} text
 * @returns {Holder | null} null where the lock is gone or malformed.
 */
function holderOf(text) {
  try {
    const { pid, startTicks = null, about = {} } = JSON.parse(text);
    return Number.isInteger(pid) && pid > 0 ? { pid, startTicks, about } : null;
  } catch {
    return null;
  }
}

/** @param {Holder} holder */
function isAlive(holder) {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: a live process of another user.
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH') return false;
  }
  const now = startTicks(holder.pid);
  return now === null || holder.startTicks === null || now === holder.startTicks;
}

/**
 * Field 22 of /proc/<pid>/stat; the second field may contain spaces and brackets.
 *
 * @param {number} pid
 * @returns {string | null}
 */
function startTicks(pid) {
  const stat = readText(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}
