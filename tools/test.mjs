import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { commitOf, fingerprint } from './acceptance/fingerprint.mjs';
import { resultFile } from './acceptance/results.mjs';
import { checkSteps } from './checks/steps.mjs';
import { followNpm } from './setup/parents.mjs';
import { continueOnRuntime } from './setup/rerun.mjs';
import { root, setUpOrExit } from './setup.mjs';
import { overBudget, timesOf } from './tests/budgets.mjs';
import { countTests, filesToRetry, flakyOf, mergeRetry } from './tests/retry.mjs';
import { runVitest } from './tests/run.mjs';

/*
 * `npm test`: the checks, the tests and the acceptance table, all of them, whatever fails before.
 * `node tools/test.mjs --project unit [filter …]` runs a part of the tests and keeps no result.
 * With `--retry`, or where CI is true, few files that failed are run once more, alone; what passes
 * then is reported as flaky. A file over its budget of seconds fails; on a machine that does other
 * things, too, `--budget-factor 3` allows three times as many. `--config FILE` is vitest's.
 */

await continueOnRuntime(root);

const allProjects = ['unit', 'dashboard', 'integration', 'outage', 'media', 'e2e'];
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    project: { type: 'string', multiple: true },
    checks: { type: 'boolean' },
    config: { type: 'string' },
    retry: { type: 'boolean', default: process.env.CI === 'true' },
    'budget-factor': { type: 'string', default: '1' },
  },
});
const isPart =
  values.project !== undefined ||
  values.config !== undefined ||
  values.checks === true ||
  positionals.length > 0;
const budgetFactor = Number(values['budget-factor']);
if (!(budgetFactor > 0)) throw new Error('--budget-factor takes a number above 0, such as 3');
const projects = values.checks ? [] : (values.project ?? allProjects);

const startedAt = new Date();
await setUpOrExit({
  browser: projects.includes('e2e'),
  broker: projects.includes('integration'),
});

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
const { files, broke } = projects.length > 0 ? await runTests() : { files: [], broke: false };
const tests = countTests(files);

if (!isPart) {
  const file = resultFile(root);
  const finishedAt = new Date().toISOString();
  const result = { ...tested, startedAt, finishedAt, node: process.version, steps };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ ...result, tests: files }, null, 1));
  await step('acceptance table', [process.execPath, 'tools/acceptance.mjs', '--brief']);
}

const passed = tests.passed + steps.filter(({ ok }) => ok).length;
const slow = overBudget(root, files, budgetFactor);
const failed = tests.failed + slow.length + (broke ? 1 : 0) + steps.filter(({ ok }) => !ok).length;
console.log('');
if (files.length > 0) for (const line of timesOf(root, files)) console.log(line);
for (const line of flakyOf(files)) console.log(line);
for (const { line } of slow) console.log(`✗ ${line}`);
for (const { name, ok, seconds } of steps) {
  console.log(`${ok ? '✓' : '✗'} ${name} (${seconds.toFixed(1)} s)`);
}
const minutes = (Date.now() - startedAt.getTime()) / 60_000;
console.log(`${minutes.toFixed(1)} min`);
const flaky = tests.flaky > 0 ? `, ${tests.flaky} flaky` : '';
const skipped = tests.skipped > 0 ? `, ${tests.skipped} skipped` : '';
console.log(`${passed} passed, ${failed} failed${flaky}${skipped}`);
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

/**
 * Runs the tests; with retry, what failed once more.
 *
 * @returns {Promise<import('./tests/run.mjs').Run>}
 */
async function runTests() {
  const config = values.config === undefined ? [] : ['--config', values.config];
  const named = values.config === undefined ? projects : (values.project ?? []);
  const args = [...config, ...named.flatMap((project) => ['--project', project])];
  const vitest = (/** @type {string[]} */ further) =>
    runVitest(root, [...args, ...further], async (command, env) => {
      const { code } = await execute(command, 'inherit', env);
      return code;
    });
  const first = await vitest(positionals);
  const slow = overBudget(root, first.files, budgetFactor).map(({ file }) => file);
  const again = values.retry ? filesToRetry(first.files, slow) : [];
  if (again.length === 0) return first;
  console.log(`\nretry, alone: ${again.map((name) => relative(root, name)).join(', ')}`);
  const second = await vitest(['--no-file-parallelism', ...again]);
  return { files: mergeRetry(first.files, second.files), broke: first.broke || second.broke };
}

/**
 * @param {string[]} command
 * @param {'pipe' | 'inherit'} stdio
 * @param {Record<string, string>} [env] beside that of this process.
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function execute([command = '', ...args], stdio, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', stdio, stdio],
      env: { ...process.env, ...env },
    });
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
