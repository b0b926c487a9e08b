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
import { execute, stopAll } from './tests/execute.mjs';
import { allProjects, stagesOf } from './tests/lanes.mjs';
import { countTests, failedOf, filesToRetry, flakyOf, mergeRetry } from './tests/retry.mjs';
import { runVitest } from './tests/run.mjs';

/*
 * `npm test`: the checks, the tests and the acceptance table, all of them, whatever fails before.
 * Tests that follow a clock run beside the checks and the tests that compute (tests/lanes.mjs).
 * `node tools/test.mjs --project unit [filter …]` runs a part of the tests and keeps no result.
 * With `--retry`, or where CI is true, few files that failed are run once more, alone; what passes
 * then is reported as flaky. A file over its budget of seconds runs once more, alone, and fails where
 * it is over it again; what other programs use of the machine is allowed for, and on a slow one
 * `--budget-factor 3` allows three times as many.
 * `--config FILE` is vitest's.
 */

await continueOnRuntime(root);

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
const projects = values.project ?? allProjects;
/** Results for vitest's reporter. */
const named = values.config === undefined ? projects : (values.project ?? []);

const startedAt = new Date();
await setUpOrExit({
  browser:
    !values.checks && projects.some((name) => ['e2e', 'browser', 'pages', 'tour'].includes(name)),
  broker: !values.checks && projects.includes('integration'),
  relay: !values.checks && projects.includes('outage'),
  mediasoup: !values.checks && projects.includes('outage'),
});

let isStopping = false;
const stop = (/** @type {NodeJS.Signals} */ signal) => {
  isStopping = true;
  stopAll(signal);
  setTimeout(() => process.exit(130), 5000).unref();
};
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, stop);
}
followNpm('test', () => stop('SIGTERM'));

/** @type {{ name: string, ok: boolean, seconds: number }[]} */
const steps = [];
/** @type {{ name: string, seconds: number }[]} wall time of each part of a lane. */
const parts = [];
const tested = { ...commitOf(root), fingerprint: fingerprint(root) };

if (values.checks) await runChecks(0);
const { files, broke } = values.checks ? { files: [], broke: false } : await runTests();
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
for (const { name, seconds } of parts)
  console.log(`part ${name}: ${(seconds / 60).toFixed(1)} min`);
for (const line of flakyOf(files)) console.log(line);
for (const line of failedOf(root, files)) console.log(line);
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
 * The checks, one after the other; the output of one is shown where it fails.
 *
 * @param {number} niceness
 */
async function runChecks(niceness) {
  for (const { name, command } of checkSteps(root)) await step(name, command, niceness);
}

/**
 * Finds, downloads or builds mediasoup's worker, for which tests of live pictures wait. Where CI is not
 * true, a machine on which it cannot be made runs the other tests.
 */
async function makeMediasoupWorker() {
  const name = "mediasoup's worker";
  const command = [process.execPath, 'vision/src/live/mediasoup/make-process.ts'];
  if (process.env.CI === 'true') return step(name, command);
  const { code, output } = await execute(command, { cwd: root, output: 'keep' });
  if (code !== 0) console.log(`${name}: not made here: ${output.trim()}`);
}

/**
 * @param {string} name
 * @param {string[]} command
 * @param {number} [niceness]
 */
async function step(name, command, niceness = 0) {
  const start = Date.now();
  const { code, output } = await execute(command, { cwd: root, output: 'keep', niceness });
  const seconds = (Date.now() - start) / 1000;
  steps.push({ name, ok: code === 0, seconds });
  console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds.toFixed(1)} s)`);
  if (code !== 0) console.log(output.trimEnd());
}

/** @typedef {import('./tests/run.mjs').Run} Run */

/**
 * Runs the tests; with retry, failed files once more.
 *
 * @returns {Promise<Run>}
 */
async function runTests() {
  const first = await runStages();
  const slow = overBudget(root, first.files, budgetFactor).map(({ file }) => file);
  const again = filesToRetry(first.files, slow, { failed: values.retry });
  if (again.length === 0) return first;
  console.log(`\nretry, alone: ${again.map((name) => relative(root, name)).join(', ')}`);
  const second = await runProjects('retry', named, ['--no-file-parallelism', ...again]);
  return { files: mergeRetry(first.files, second.files), broke: first.broke || second.broke };
}

/**
 * Runs the tests once, with the checks.
 *
 * @returns {Promise<Run>}
 */
async function runStages() {
  if (values.config !== undefined) return runProjects('tests', named, positionals);
  /** @type {Run} */
  const all = { files: [], broke: false };
  // Of the files that are named, a lane may have none.
  const further = positionals.length > 0 ? ['--passWithNoTests', ...positionals] : [];
  for (const stage of stagesOf(projects)) {
    const output = stage.length > 1 ? 'lines' : 'terminal';
    const runs = (await Promise.all(stage.map((lane) => runLane(lane, further, output)))).flat();
    all.files.push(...runs.flatMap(({ files }) => files));
    all.broke ||= runs.some(({ broke }) => broke);
  }
  all.broke ||= all.files.length === 0;
  return all;
}

/**
 * Runs the parts of a lane, one after the other.
 *
 * @param {import('./tests/lanes.mjs').Lane} lane
 * @param {readonly string[]} further arguments.
 * @param {'terminal' | 'lines'} output
 * @returns {Promise<Run[]>}
 */
async function runLane(lane, further, output) {
  const runs = [];
  for (const { name, projects: own, niceness, afterChecks } of lane) {
    const start = Date.now();
    if (afterChecks && !isPart && !isStopping) {
      await makeMediasoupWorker();
      await runChecks(niceness);
    }
    if (isStopping) break;
    runs.push(await runProjects(name, own, further, { output, niceness }));
    parts.push({ name, seconds: (Date.now() - start) / 1000 });
  }
  return runs;
}

/**
 * @param {string} name of this run of vitest.
 * @param {readonly string[]} own projects; none is all of the configuration.
 * @param {readonly string[]} further arguments.
 * @param {{ output: 'terminal' | 'lines', niceness?: number }} how
 * @returns {Promise<Run>}
 */
function runProjects(name, own, further, how = { output: 'terminal' }) {
  const config = values.config === undefined ? [] : ['--config', values.config];
  const args = [...config, ...own.flatMap((project) => ['--project', project]), ...further];
  const shares = (how.niceness ?? 0) > 0;
  return runVitest(root, name, args, shares, async (command, env) => {
    const { code } = await execute(command, { cwd: root, env, ...how });
    return code;
  });
}
