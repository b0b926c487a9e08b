import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { commitOf, fingerprint } from './acceptance/fingerprint.mjs';
import { resultFile } from './acceptance/results.mjs';
import { checkSteps } from './checks/steps.mjs';
import { followNpm } from './setup/parents.mjs';
import { root, setUpOrExit } from './setup.mjs';

/*
 * `npm test`: the checks, the tests and the acceptance table, all of them, whatever fails before.
 * `node tools/test.mjs --project unit [filter …]` runs a part of the tests and keeps no result.
 */

const allProjects = ['unit', 'dashboard', 'integration', 'e2e'];
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { project: { type: 'string', multiple: true }, checks: { type: 'boolean' } },
});
const isPart = values.project !== undefined || values.checks === true || positionals.length > 0;
const projects = values.checks ? [] : (values.project ?? allProjects);

const startedAt = new Date();
await setUpOrExit({ browser: projects.includes('e2e') });

/** @type {import('node:child_process').ChildProcess | undefined} */
let running;
const stop = (/** @type {NodeJS.Signals} */ signal) => {
  running?.kill(signal);
  setTimeout(() => process.exit(130), 5000).unref();
};
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, stop);
}
followNpm('test', () => stop('SIGTERM'));

/** @type {{ name: string, ok: boolean, seconds: number }[]} */
const steps = [];
const tested = { ...commitOf(root), fingerprint: fingerprint(root) };

if (!isPart || values.checks)
  for (const { name, command } of checkSteps(root)) await step(name, command);
const tests =
  projects.length > 0 ? await runTests() : { tests: [], passed: 0, failed: 0, skipped: 0 };

if (!isPart) {
  const file = resultFile(root);
  const finishedAt = new Date().toISOString();
  const result = { ...tested, startedAt, finishedAt, node: process.version, steps };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ ...result, tests: tests.tests }, null, 1));
  await step('acceptance table', [process.execPath, 'tools/acceptance.mjs', '--brief']);
}

const passed = tests.passed + steps.filter(({ ok }) => ok).length;
const failed = tests.failed + steps.filter(({ ok }) => !ok).length;
console.log('');
for (const { name, ok, seconds } of steps) {
  console.log(`${ok ? '✓' : '✗'} ${name} (${seconds.toFixed(1)} s)`);
}
const minutes = (Date.now() - startedAt.getTime()) / 60_000;
console.log(`${minutes.toFixed(1)} min`);
const skipped = tests.skipped > 0 ? `, ${tests.skipped} skipped` : '';
console.log(`${passed} passed, ${failed} failed${skipped}`);
process.exitCode = failed > 0 ? 1 : 0;

/**
 * Runs one check; its output is shown where it fails.
 *
 * @param {string} name
 * @param {string[]} command
 */
async function step(name, command) {
  const start = Date.now();
  const { code, output } = await execute(command, 'pipe');
  const seconds = (Date.now() - start) / 1000;
  steps.push({ name, ok: code === 0, seconds });
  console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds.toFixed(1)} s)`);
  if (code !== 0) console.log(output.trimEnd());
}

/** Runs vitest. A run that breaks without a failed test counts as one failure. */
async function runTests() {
  const report = join(root, '.anshi', `vitest-${process.pid}.json`);
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const { code } = await execute(
    [
      process.execPath,
      vitest,
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...positionals,
    ],
    'inherit',
  );
  /** @type {import('./acceptance/results.mjs').TestFile[]} */
  let files = [];
  let isRead = false;
  try {
    files = JSON.parse(readFileSync(report, 'utf8')).testResults;
    isRead = true;
  } catch {
    console.log('vitest left no report');
  }
  rmSync(report, { force: true });
  const all = files.flatMap((file) => file.assertionResults);
  const count = (/** @type {string} */ status) =>
    all.filter((test) => test.status === status).length;
  // A file that could not be loaded, or a hook that failed, has no failed test of its own.
  const broken = files.filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const failed = count('failed') + broken.length;
  return {
    tests: files.map(({ name, status, assertionResults }) => ({
      name,
      status,
      assertionResults: assertionResults.map(({ fullName, status: outcome }) => ({
        fullName,
        status: outcome,
      })),
    })),
    passed: count('passed'),
    failed: failed === 0 && (code !== 0 || !isRead) ? 1 : failed,
    skipped: all.length - count('passed') - count('failed'),
  };
}

/**
 * @param {string[]} command
 * @param {'pipe' | 'inherit'} stdio
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function execute([command = '', ...args], stdio) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', stdio, stdio] });
    running = child;
    let output = '';
    child.stdout?.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
