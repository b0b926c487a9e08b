import { relative } from 'node:path';
import { isBroken } from '../acceptance/results.mjs';

/**
 * @typedef {import('../acceptance/results.mjs').TestFile} TestFile
 * @typedef {TestFile['assertionResults'][number]} TestResult
 */

/**
 * More failed files than these are not flakiness. A machine that stalls for a minute or two fails what
 * runs then: a handful of files of each of two lanes.
 */
const MOST_FILES = 12;
/**
 * Files that are measured again; each takes its budget and no more, or it fails. On a machine that is
 * slower than ours a sixth of all files has been over beside the others, and each was within alone.
 */
const MOST_SLOW = 30;

const PASSED = 'passed on retry';
const FAILED = 'failed on retry';

/**
 * Which files run once more, alone: those that failed, where that is asked for and they are few, and
 * those that passed and exceeded their budget. Beside the files of another lane a file takes several
 * times as long as alone; its seconds alone are those that its author can do something about.
 *
 * @param {TestFile[]} files of the first run.
 * @param {TestFile[]} slow those over their budget.
 * @param {{ failed: boolean }} retry whether files that failed run again.
 * @returns {string[]} their names, in the order of the run.
 */
export function filesToRetry(files, slow, retry) {
  const failed = files.filter(({ status }) => status === 'failed');
  const late = slow.filter((file) => !failed.includes(file));
  const again = [
    ...(retry.failed && failed.length <= MOST_FILES ? failed : []),
    ...(late.length <= MOST_SLOW ? late : []),
  ];
  return files.filter((file) => again.includes(file)).map(({ name }) => name);
}

/**
 * The merged result after a retry: what passed in one of the two runs is passed and flaky, what
 * failed in both is failed. The smaller duration counts.
 *
 * @param {TestFile[]} first
 * @param {TestFile[]} second
 * @returns {TestFile[]}
 */
export function mergeRetry(first, second) {
  return first.map((file) => {
    const again = second.find(({ name }) => name === file.name);
    return again === undefined ? file : mergeFile(file, again);
  });
}

/**
 * @param {TestFile} first
 * @param {TestFile} second
 * @returns {TestFile}
 */
function mergeFile(first, second) {
  const before = keyed(first.assertionResults);
  const after = keyed(second.assertionResults);
  const assertionResults = [...new Set([...before.keys(), ...after.keys()])].map((key) =>
    mergeTest(before.get(key), after.get(key)),
  );
  const failed = assertionResults.some(({ status }) => status === 'failed');
  const broken = isBroken(first) && second.status === 'failed';
  const explained = assertionResults.some(({ flaky }) => flaky !== undefined);
  return {
    ...first,
    ...(first.seconds !== undefined &&
      second.seconds !== undefined && { seconds: Math.min(first.seconds, second.seconds) }),
    status: failed || broken ? 'failed' : 'passed',
    assertionResults,
    // The failure was outside the tests, such as in a hook.
    ...(first.status === 'failed' && !failed && !broken && !explained && { flaky: PASSED }),
  };
}

/**
 * @param {TestResult | undefined} first
 * @param {TestResult | undefined} second
 * @returns {TestResult}
 */
function mergeTest(first, second) {
  const either = /** @type {TestResult} */ (first ?? second);
  const statuses = [first?.status, second?.status];
  if (!statuses.includes('passed'))
    return statuses.includes('failed') ? { ...either, status: 'failed' } : either;
  if (first?.status !== 'passed') return { ...either, status: 'passed', flaky: PASSED };
  return second?.status === 'failed' ? { ...either, flaky: FAILED } : either;
}

/**
 * By title, and by index where several have the same.
 *
 * @param {TestResult[]} tests
 */
function keyed(tests) {
  /** @type {Map<string, TestResult>} */
  const byKey = new Map();
  for (const test of tests) {
    let key = test.fullName;
    for (let i = 2; byKey.has(key); i++) key = `${test.fullName} #${i}`;
    byKey.set(key, test);
  }
  return byKey;
}

/**
 * @param {TestFile[]} files
 * @returns a line for each flaky test or file.
 */
export function flakyOf(files) {
  return files.flatMap(({ name, flaky, assertionResults }) => [
    ...(flaky ? [`flaky (${flaky}): ${name}, outside its tests`] : []),
    ...assertionResults
      .filter((test) => test.flaky)
      .map((test) => `flaky (${test.flaky}): ${test.fullName}`),
  ]);
}

/**
 * @param {string} root the checkout.
 * @param {TestFile[]} files
 * @returns a line for each failed test or broken file, as a summary: the end of a long output is what is
 *   read first, or all that is kept.
 */
export function failedOf(root, files) {
  return files.flatMap((file) => {
    const name = relative(root, file.name);
    const failed = file.assertionResults.filter(({ status }) => status === 'failed');
    return [
      ...(isBroken(file) ? [`✗ ${name}, outside its tests`] : []),
      ...failed.map(({ fullName, why }) => `✗ ${name}: ${fullName}${why ? `: ${why}` : ''}`),
    ];
  });
}

/**
 * @param {TestFile[]} files
 * @returns {{ passed: number, failed: number, skipped: number, flaky: number }} passed includes
 *   flaky; a file that is broken counts as one failure.
 */
export function countTests(files) {
  const all = files.flatMap((file) => file.assertionResults);
  const count = (/** @type {string} */ status) =>
    all.filter((test) => test.status === status).length;
  return {
    passed: count('passed'),
    failed: count('failed') + files.filter(isBroken).length,
    skipped: all.length - count('passed') - count('failed'),
    flaky: flakyOf(files).length,
  };
}
