import { spawn } from 'node:child_process';
import process from 'node:process';

/** A message for the user at the terminal, shown without a stack. */
export class SetupError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'SetupError';
  }
}

/** Start time of the command, which may have been on another Node.js (rerun.mjs). */
export const began = Number(process.env.START_BEGAN ?? Date.now());
delete process.env.START_BEGAN;

/** Elapsed seconds, for the progress lines. */
const elapsed = () => `${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s`;

/**
 * Prints one progress line with the elapsed time to stderr, because the last line of stdout is the
 * result of a bench.
 *
 * @param {string} text
 */
export function say(text) {
  process.stderr.write(`[${elapsed()}] ${text}\n`);
}

const keptLines = 40;

/**
 * Runs a command quietly. Prints a line every ten seconds while it runs.
 *
 * @param {string} title shown to the user, e.g. "installing the npm packages".
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined> }} [options]
 * @returns {Promise<void>}
 * @throws SetupError with the command's last lines where it fails or cannot be started.
 */
export function run(title, command, args, options = {}) {
  say(`${title} …`);
  const start = Date.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...options,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    /** @type {string[]} */
    let tail = [];
    const keep = (/** @type {Buffer} */ chunk) => {
      tail = [...tail, ...chunk.toString().split('\n')].filter((line) => line.trim() !== '');
      tail = tail.slice(-keptLines);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const heartbeat = setInterval(() => {
      say(`  still ${title} (${Math.round((Date.now() - start) / 1000)} s)`);
    }, 10_000);
    /** @type {NodeJS.Signals[]} */
    const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    const forward = (/** @type {NodeJS.Signals} */ signal) => {
      child.kill(signal);
      setTimeout(() => process.exit(130), 2000).unref();
    };
    for (const signal of passedOn) process.on(signal, forward);
    const finish = (/** @type {string | null} */ problem) => {
      clearInterval(heartbeat);
      for (const signal of passedOn) process.off(signal, forward);
      if (problem === null) {
        say(`  done in ${((Date.now() - start) / 1000).toFixed(1)} s`);
        resolve();
      } else {
        const shown = tail.map((line) => `    ${line}`).join('\n');
        reject(
          new SetupError(
            `${title}: \`${[command, ...args].join(' ')}\` ${problem}.${shown ? `\n${shown}` : ''}`,
          ),
        );
      }
    };
    child.on('error', (error) => finish(`could not be started (${error.message})`));
    child.on('close', (code, signal) => {
      finish(code === 0 ? null : `ended with ${signal ?? `exit code ${code}`}`);
    });
  });
}
