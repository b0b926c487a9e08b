import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { readAcceptance } from './acceptance/document.mjs';
import { proofsOf, readResults, verdictOf } from './acceptance/results.mjs';
import { checkNodeVersion } from './setup/node-version.mjs';

// Reads files only, so it runs in a fresh clone without packages.
const root = join(import.meta.dirname, '..');
/** Whether only the failures and the count are wanted. */
const brief = process.argv.includes('--brief');

checkNodeVersion();
const groups = readAcceptance(readFileSync(join(root, 'docs', 'acceptance.md'), 'utf8'));
const read = readResults(root);
const proofs = proofsOf(read.results?.tests ?? []);

let total = 0;
let proved = 0;
let firstForms = 0;
/** @type {string[]} */
const unfounded = [];
/** @type {string[]} */
const notRun = [];
/** @type {string[]} */
const flaky = [];
for (const group of groups) {
  if (!brief) console.log(`\n${group.title}`);
  for (const { id, what, state } of group.rows) {
    const proof = proofs.get(id);
    const verdict = verdictOf(proof);
    total += 1;
    if (state === 'proved') {
      if (verdict === 'holds') proved += 1;
      else if (verdict === 'flaky') flaky.push(`${id}: "${proof?.flaky[0]}"`);
      else if (verdict === 'not run here') notRun.push(`${id}: "${proof?.skipped[0]}"`);
      else unfounded.push(`${id}: ${reason(proof)}`);
    }
    if (state === 'first form' && verdict === 'holds') firstForms += 1;
    if (brief) continue;
    console.log(`  ${id.padEnd(7)} ${shownState(state, verdict).padEnd(12)} ${what}`);
    for (const [mark, titles] of /** @type {const} */ ([
      ['✓', proof?.passed],
      ['~ flaky:', proof?.flaky],
      ['✗', proof?.failed],
      ['- not run here:', proof?.skipped],
    ])) {
      for (const title of titles ?? []) console.log(`${' '.repeat(23)}${mark} ${title}`);
    }
  }
}

const known = new Set(groups.flatMap((group) => group.rows.map((row) => row.id)));
const strangers = [...proofs.keys()].filter((id) => !known.has(id));

console.log('');
if (read.results === null) console.log(read.why);
else if (read.results.dirty) {
  console.log(
    `Tested on ${read.results.commit?.slice(0, 8)} with changes that were not committed.`,
  );
}
for (const id of strangers) console.log(`A test names ${id}, which is not in docs/acceptance.md.`);
for (const text of unfounded) {
  console.log(`docs/acceptance.md claims as proved, but no test proves it: ${text}`);
}
for (const text of flaky) {
  console.log(`Not proved, because its test is flaky (a bug): ${text}`);
}
for (const text of notRun) console.log(`Not run here, so not proved here: ${text}`);
if (firstForms > 0)
  console.log(`${firstForms} more implemented in a first form, with passing tests`);
console.log(`${proved} of ${total} proved`);
process.exitCode = unfounded.length > 0 || strangers.length > 0 ? 1 : 0;

/**
 * The text of the table cell: the claim where its tests pass, else why not.
 *
 * @param {import('./acceptance/document.mjs').State} state
 * @param {ReturnType<typeof verdictOf>} verdict
 */
function shownState(state, verdict) {
  if (state === 'open' || verdict === 'holds') return state;
  return verdict === 'not run here' || verdict === 'flaky' ? verdict : `${state} ?`;
}

/** @param {import('./acceptance/results.mjs').Proof | undefined} proof */
function reason(proof) {
  return proof === undefined ? 'no test carries its id' : `"${proof.failed[0]}" failed`;
}
