import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { reachDatabase } from './embedded/reach.ts';
import { anchorsFile, publicKeyFile, readAnchors } from './platform/audit/anchors.ts';
import { type Flaw, type Verification, verifyAudit } from './platform/audit/verify.ts';
import { openDatabase } from './platform/db/database.ts';

const USAGE = `Checks the chain over the audit log of a tenant: finds changed, removed and reordered rows, and says
where. The exit code is 0 if the log is intact, 1 if it is not, 2 if it could not be checked.

  npm run -s audit:verify -- [--tenant ID] [--anchors FILE] [--key FILE] [--json]

  --tenant ID     the company (ANSHI_TENANT, demo)
  --anchors FILE  signed notes of earlier heads of the chain, one JSON object a line; without it
                  those of the data folder are taken. Keep copies elsewhere: they tell a chain that
                  was written anew as a whole, or whose end was cut off.
  --key FILE      the public key of the anchors (anchor-key.pub.pem of the data folder)
  --json          prints the result as one JSON object

The database is that of DATABASE_URL, else the embedded one of ANSHI_DATA_DIR (.anshi).`;

const MOST_PRINTED = 50;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      tenant: { type: 'string', default: process.env.ANSHI_TENANT || 'demo' },
      anchors: { type: 'string' },
      key: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const dataDir = process.env.ANSHI_DATA_DIR || '.anshi';
  const anchors = await findAnchors(join(dataDir, 'audit'), values);
  const reached = await reachDatabase(dataDir);
  const database = openDatabase(reached.url);
  try {
    const result = await verifyAudit(database, values.tenant, { anchors });
    console.log(values.json ? JSON.stringify(result) : inWords(result));
    process.exitCode = result.ok ? 0 : 1;
  } finally {
    await database.close();
    await reached.stop();
  }
}

async function findAnchors(
  folder: string,
  { tenant, anchors, key }: { tenant: string; anchors?: string; key?: string },
): Promise<{ list: Awaited<ReturnType<typeof readAnchors>>; publicKey: string } | undefined> {
  const file = anchors ?? anchorsFile(folder, tenant);
  if (anchors === undefined && !existsSync(file)) return undefined;
  const publicKey = await readFile(key ?? publicKeyFile(folder), 'utf8');
  return { list: await readAnchors(file), publicKey };
}

function inWords(result: Verification): string {
  const { flaws, moreFlaws, unsealed, anchors } = result;
  const count = flaws.length + moreFlaws;
  return [
    `tenant ${result.tenant}: ${result.sealed} sealed rows, head ${result.head.slice(0, 16)}…, ${result.seconds} s`,
    anchors.checked > 0
      ? `${anchors.checked} anchors, the newest of ${anchors.newest}`
      : 'no anchors: a chain that was rewritten as a whole would not be detected',
    unsealed.count > 0
      ? `not sealed yet: ${unsealed.count} rows since ${unsealed.since}`
      : 'every committed row is sealed',
    ...flaws.slice(0, MOST_PRINTED).map(flawInWords),
    ...(count > MOST_PRINTED ? [`… and ${count - MOST_PRINTED} more; --json lists them`] : []),
    result.ok ? 'OK' : `NOT OK: ${count} ${count === 1 ? 'place' : 'places'}`,
  ].join('\n');
}

function flawInWords(flaw: Flaw): string {
  const what = [flaw.user ?? 'system', flaw.action, flaw.entity, flaw.entityId].filter(Boolean);
  const row = flaw.seq === null ? '' : ` row ${flaw.seq}`;
  const about = flaw.at === null ? '' : ` (${flaw.at}, ${what.join(' ')})`;
  return `${flaw.kind}: position ${flaw.position ?? '-'}${row}${about}: ${flaw.detail}`;
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exit(2);
});
