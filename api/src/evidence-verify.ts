import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { NotAPack } from './modules/evidence-packs/verify/read-zip.ts';
import { type PackVerification, verifyPack } from './modules/evidence-packs/verify/verify-pack.ts';

const USAGE = `Checks a pack of evidence by what lies in it: no database and no network is needed. Ends with 0 where
all of it is what was signed; with 1 where something was changed, swapped, cut, re-dated, removed or added, and
names it; with 2 where the file is no pack.

  npm run -s evidence:verify -- [--key FILE] [--json] PACK.zip

  --key FILE  the public key of the plant (audit/anchor-key.pub.pem of its data folder), from another way than
              the pack: without it, a pack that was made anew as a whole with another key is not noticed
  --json      prints the result as one JSON object`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      key: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new Error(USAGE);
  const key = values.key === undefined ? undefined : await readFile(values.key, 'utf8');
  const found = await verifyPack(path, key);
  console.log(values.json ? JSON.stringify(found) : inWords(found));
  process.exitCode = found.ok ? 0 : 1;
}

function inWords(found: PackVerification): string {
  const { flaws, notes, trusted, key } = found;
  const count = flaws.length;
  return [
    `pack ${found.pack} of incident ${found.incident} (${found.tenant}), made ${found.madeAt} by ${found.madeBy}`,
    `${found.findings} findings, ${found.files} files, ${found.signed} signed statements, ${found.lines} lines of the audit chain`,
    trusted === null
      ? `key of the plant: ${key}, as the pack says; compare it with the plant, or give --key`
      : `key of the plant: ${key}${trusted ? ', the one that was given' : ''}`,
    ...notes.map((note) => `note: ${note}`),
    ...flaws.map(({ kind, place, detail }) => `${kind}: ${place}: ${detail}`),
    found.ok ? 'OK' : `NOT OK: ${count} ${count === 1 ? 'place' : 'places'}`,
  ].join('\n');
}

main().catch((error: unknown) => {
  const why = (error as Error).message;
  console.error(error instanceof NotAPack ? `no pack of evidence: ${why}` : why);
  process.exitCode = 2;
});
