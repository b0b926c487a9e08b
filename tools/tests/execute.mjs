import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import process from 'node:process';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** Sends a signal to every command that runs. */
export function stopAll(/** @type {NodeJS.Signals} */ signal) {
  for (const child of running) child.kill(signal);
}

/**
 * Runs a command to its end.
 *
 * @param {string[]} command
 * @param {object} options
 * @param {string} options.cwd
 * @param {'keep' | 'terminal' | 'lines'} options.output keep: it is in the answer; terminal: the
 *   command has the terminal; lines: whole lines of it are printed, where several commands print.
 * @param {Record<string, string>} [options.env] beside that of this process.
 * @param {number} [options.niceness] of the command and what it starts; 0 where left out.
 * @returns {Promise<{ code: number | null, output: string }>}
 */
export function execute([command = '', ...args], { cwd, output, env = {}, niceness = 0 }) {
  return new Promise((resolve, reject) => {
    const stdio = output === 'terminal' ? 'inherit' : 'pipe';
    const colour = output === 'lines' && process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
    const child = spawn(command, args, {
      cwd,
      stdio: ['ignore', stdio, stdio],
      env: { ...process.env, ...colour, ...env },
    });
    running.add(child);
    if (niceness > 0 && child.pid !== undefined) lowerPriority(child.pid, niceness);
    let kept = '';
    for (const stream of [child.stdout, child.stderr]) {
      if (output === 'lines') printLines(stream);
      else {
        stream?.on('data', (chunk) => {
          kept += chunk;
        });
      }
    }
    child.on('error', reject);
    child.on('close', (code) => {
      running.delete(child);
      resolve({ code, output: kept });
    });
  });
}

/**
 * @param {number} pid
 * @param {number} niceness
 */
function lowerPriority(pid, niceness) {
  try {
    setPriority(pid, niceness);
  } catch {
    // It has ended, or the system does not let us: then it runs like the others.
  }
}

/** @param {import('node:stream').Readable | null} stream */
function printLines(stream) {
  let rest = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (/** @type {string} */ text) => {
    const all = rest + text;
    const end = all.lastIndexOf('\n') + 1;
    process.stdout.write(all.slice(0, end));
    rest = all.slice(end);
  });
  stream?.on('end', () => {
    if (rest !== '') process.stdout.write(`${rest}\n`);
  });
}
