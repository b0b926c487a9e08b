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
 * @property {{ fullName: string, status: string, flaky?: string }[]} assertionResults flaky: it
 *   passed at one of two tries only; which one.
 * @property {string} [flaky] the file failed at one of two tries without a failed test.
 */

export const resultFile = (/** @type {string} */ root) => join(root, '.anshi', 'test-results.json');

/**
 * @param {string} root the checkout.
 * @returns {{ results: Results } | { results: null, why: string }} why: a sentence for the person.
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
 *   titles of tests; those of flaky ones are among the passed, too.
 *
 * Which tests speak for which row: those whose full title carries the id, e.g. `[VIS-02]`.
 *
 * @param {TestFile[]} files
 * @returns {Map<string, Proof>}
 */
export function proofsOf(files) {
  /** @type {Map<string, Proof>} */
  const proofs = new Map();
  for (const { fullName, status, flaky } of files.flatMap((file) => file.assertionResults)) {
    const ids = new Set([...fullName.matchAll(/\[([A-Z]{2,3}-\d{2})\]/g)].map((match) => match[1]));
    for (const id of /** @type {Set<string>} */ (ids)) {
      const proof = proofs.get(id) ?? { passed: [], failed: [], skipped: [], flaky: [] };
      proofs.set(id, proof);
      const list =
        status === 'passed' ? proof.passed : status === 'failed' ? proof.failed : proof.skipped;
      list.push(fullName);
      if (flaky !== undefined) proof.flaky.push(fullName);
    }
  }
  return proofs;
}
