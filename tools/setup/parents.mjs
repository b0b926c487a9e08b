import { readFileSync } from 'node:fs';
import process from 'node:process';

const pollMs = 500;

/**
 * Calls back when the npm that runs this command is gone. npm has no channel to its scripts, and a
 * shell may be between the two, so the parent processes are checked twice a second. A parent that
 * is not npm (a service manager, a shell with nohup) may exit.
 *
 * @param {string} script the name of the npm script that this is.
 * @param {() => void} gone
 */
export function followNpm(script, gone) {
  if (process.env.npm_lifecycle_event !== script) return;
  const parent = process.ppid;
  const behind = /^(sh|dash|bash|ash|zsh)$/.test(nameOf(parent)) ? parentOf(parent) : null;
  const timer = setInterval(() => {
    if (process.ppid === parent && (behind === null || parentOf(parent) === behind)) return;
    clearInterval(timer);
    gone();
  }, pollMs);
  timer.unref();
}

/**
 * @param {number} pid
 * @returns {number | null} null where the process is gone or its parent is unknown.
 */
function parentOf(pid) {
  const stat = read(`/proc/${pid}/stat`);
  return stat === '' ? null : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

const nameOf = (/** @type {number} */ pid) => read(`/proc/${pid}/comm`).trim();

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
