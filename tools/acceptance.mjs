import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { readAcceptance } from './acceptance/document.mjs';
import { proofsOf, readResults } from './acceptance/results.mjs';
import { checkNodeVersion } from './setup/node-version.mjs';

// It reads files and needs no package, so that a fresh clone needs no set-up for it.
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
const flaky = [];
for (const group of groups) {
  if (!brief) console.log(`\n${group.title}`);
  for (const { id, what, state } of group.rows) {
    const proof = proofs.get(id);
    const holds = proof !== undefined && proof.passed.length > 0 && proof.failed.length === 0;
    total += 1;
    if (state === 'proved' && holds) proved += 1;
    if (state === 'first form' && holds) firstForms += 1;
    if (state === 'proved' && !holds) unfounded.push(`${id}: ${reason(proof)}`);
    if (holds) flaky.push(...proof.flaky.map((title) => `${id}: "${title}"`));
    if (brief) continue;
    const mark = holds ? state : state === 'open' ? 'open' : `${state} ?`;
    console.log(`  ${id.padEnd(7)} ${mark.padEnd(12)} ${what}`);
    for (const title of proof?.passed ?? []) {
      const doubt = proof?.flaky.includes(title) ? ' (flaky)' : '';
      console.log(`${' '.repeat(23)}✓ ${title}${doubt}`);
    }
    for (const title of proof?.failed ?? []) console.log(`${' '.repeat(23)}✗ ${title}`);
    for (const title of proof?.skipped ?? []) console.log(`${' '.repeat(23)}- skipped: ${title}`);
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
for (const id of strangers) console.log(`A test names ${id}, which is no row.`);
for (const text of unfounded) {
  console.log(`docs/acceptance.md claims as proved what no test proves: ${text}`);
}
for (const text of flaky) console.log(`Proved by a flaky test, which is a bug: ${text}`);
if (firstForms > 0) console.log(`${firstForms} more in a first form, with tests that pass`);
console.log(`${proved} of ${total} proved`);
process.exitCode = unfounded.length > 0 || strangers.length > 0 ? 1 : 0;

/** @param {import('./acceptance/results.mjs').Proof | undefined} proof */
function reason(proof) {
  if (proof === undefined) return 'no test carries its id';
  if (proof.failed.length > 0) return `"${proof.failed[0]}" failed`;
  return `"${proof.skipped[0]}" was skipped`;
}
