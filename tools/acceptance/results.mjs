import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from './fingerprint.mjs';

/**
 * What the last `npm test` wrote.
 *
 * @typedef {object} Results
 * @property {string | null} commit
 * @property {boolean} dirty whether the tree had changes beside the commit.
 * @property {string | null} fingerprint of the tested files ({@link fingerprint}).
 * @property {string} finishedAt
 * @property {{ name: string, ok: boolean, seconds: number }[]} steps
 * @property {TestFile[]} tests
 *
 * @typedef {object} TestFile a part of vitest's own JSON report.
 * @property {string} name the file.
 * @property {string} status
 * @property {string} [project] of vitest.config.ts.
 * @property {number} [seconds] of its imports, hooks and tests.
 * @property {number} [allowance] how many times as long it may take: others used the machine, too.
 * @property {{ fullName: string, status: string, flaky?: string, why?: string }[]} assertionResults
 *   flaky: it passed in one of two runs only; which one. why: first line of its failure.
 * @property {string} [flaky] the file failed in one of two runs without a failed test.
 */

export const resultFile = (/** @type {string} */ root) => join(root, '.anshi', 'test-results.json');

/**
 * @param {string} root the checkout.
 * @returns {{ results: Results } | { results: null, why: string }} why: a message for the user.
 */
export function readResults(root) {
  /** @type {Results} */
  let results;
  try {
    results = JSON.parse(readFileSync(resultFile(root), 'utf8'));
  } catch {
    return { results: null, why: 'There is no result of a test run: run `npm test` first.' };
  }
  if (results.fingerprint !== fingerprint(root)) {
    const made = results.commit?.slice(0, 8) ?? 'an unknown commit';
    return {
      results: null,
      why: `The result file is of ${made}${results.dirty ? ' with changes' : ''}, not of the files that are here now: run \`npm test\` again.`,
    };
  }
  return { results };
}

/**
 * @typedef {{ passed: string[], failed: string[], skipped: string[], flaky: string[] }} Proof
 *   titles of tests, each in one list.
 *
 * Tests by row: those whose full title contains the id, e.g. `[VIS-02]`. Tests that did not run
 * because their file failed to load count as failed; only tests that skip themselves count as
 * skipped.
 *
 * @param {TestFile[]} files
 * @returns {Map<string, Proof>}
 */
export function proofsOf(files) {
  /** @type {Map<string, Proof>} */
  const proofs = new Map();
  const tests = files.flatMap((file) =>
    file.assertionResults.map((test) => ({ ...test, broken: isBroken(file) })),
  );
  for (const { fullName, status, flaky, broken } of tests) {
    const ids = new Set([...fullName.matchAll(/\[([A-Z]{2,3}-\d{2})\]/g)].map((match) => match[1]));
    for (const id of /** @type {Set<string>} */ (ids)) {
      /** @type {Proof} */
      const proof = proofs.get(id) ?? { passed: [], failed: [], skipped: [], flaky: [] };
      proofs.set(id, proof);
      proof[outcomeOf({ status, flaky, broken })].push(fullName);
    }
  }
  return proofs;
}

/**
 * @param {{ status: string, flaky: string | undefined, broken: boolean }} test
 * @returns {keyof Proof}
 */
function outcomeOf({ status, flaky, broken }) {
  if (status === 'failed') return 'failed';
  if (status !== 'passed') return broken ? 'failed' : 'skipped';
  return flaky === undefined ? 'passed' : 'flaky';
}

/**
 * A file that failed without a failed test: it could not be loaded, or a hook failed.
 *
 * @param {TestFile} file
 */
export function isBroken({ status, assertionResults }) {
  return status === 'failed' && !assertionResults.some((test) => test.status === 'failed');
}

/**
 * Verdict of the tests of a row: `holds` only where all of them ran and passed without a retry.
 *
 * @param {Proof | undefined} proof
 * @returns {'holds' | 'failed' | 'flaky' | 'not run here' | 'no test'}
 */
export function verdictOf(proof) {
  if (proof === undefined) return 'no test';
  if (proof.failed.length > 0) return 'failed';
  if (proof.flaky.length > 0) return 'flaky';
  if (proof.skipped.length > 0) return 'not run here';
  return 'holds';
}
