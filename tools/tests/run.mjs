import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { stripVTControlCharacters } from 'node:util';
import { RUN_ROOT } from './machine-load.mjs';
import { REPORT_FILE } from './run-report.mjs';

/**
 * @typedef {import('../acceptance/results.mjs').TestFile} TestFile
 *
 * @typedef {object} Run the result of one vitest run.
 * @property {TestFile[]} files
 * @property {boolean} broke whether it failed in a way that belongs to no file: it could not run,
 *   left no report, or an error came from nowhere.
 */

/**
 * @typedef {TestFile['assertionResults'][number] & { failureMessages?: string[] }} Reported a test
 *   as vitest reports it.
 */

/** Longest text of a failure in the summary, characters. */
const WHY_MAX = 300;

/** @param {string} [message] */
const firstLine = (message = '') =>
  (stripVTControlCharacters(message).split('\n', 1)[0] ?? '').slice(0, WHY_MAX);

/**
 * Runs vitest, which writes to the terminal.
 *
 * @param {string} root the checkout.
 * @param {string} name of this run, of several at the same time.
 * @param {string[]} args of `vitest run`.
 * @param {boolean} shares whether it takes the processor time that another run of this one leaves:
 *   then a file may take longer by what that run takes, too.
 * @param {(command: string[], env: Record<string, string>) => Promise<number | null>} execute
 *   runs a command to its end and gives its exit code.
 * @returns {Promise<Run>}
 */
export async function runVitest(root, name, args, shares, execute) {
  const report = join(root, '.anshi', `vitest-${process.pid}-${name}.json`);
  const ownReport = join(root, '.anshi', `run-${process.pid}-${name}.json`);
  const command = [
    process.execPath,
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--reporter=${join(root, 'tools', 'tests', 'run-report.mjs')}`,
    `--outputFile.json=${report}`,
    ...args,
  ];
  try {
    const code = await execute(command, {
      [REPORT_FILE]: ownReport,
      [RUN_ROOT]: shares ? '' : String(process.pid),
    });
    /** @type {TestFile[]} */
    const read = JSON.parse(readFileSync(report, 'utf8')).testResults;
    /** @type {import('./run-report.mjs').RunReport} */
    const { unhandled, modules } = JSON.parse(readFileSync(ownReport, 'utf8'));
    // Unused parts of the report are dropped.
    const files = read.map(({ name, status, assertionResults }) => ({
      name,
      // An error outside the tests of a file fails the file.
      status: unhandled.includes(name) ? 'failed' : status,
      ...modules[name],
      assertionResults: assertionResults.map((/** @type {Reported} */ one) => ({
        fullName: one.fullName,
        status: one.status,
        ...(one.status === 'failed' && { why: firstLine(one.failureMessages?.[0]) }),
      })),
    }));
    const explained = files.some(({ status }) => status === 'failed');
    const strangers = unhandled.some((path) => !files.some(({ name }) => name === path));
    return { files, broke: strangers || (code !== 0 && !explained) };
  } catch {
    console.log('vitest left no report');
    return { files: [], broke: true };
  } finally {
    rmSync(report, { force: true });
    rmSync(ownReport, { force: true });
  }
}
