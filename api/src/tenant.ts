import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { addTenant } from './modules/tenants/add.ts';
import { openDatabase } from './platform/db/database.ts';
import { migrate } from './platform/db/migrate.ts';
import { presets } from './platform/features/presets/presets.ts';

const USAGE = `Creates a company in this database, or lists the companies.

  npm run -w api tenant -- add ID --name NAME [--name-en NAME] --admin USERNAME [--preset PRESET]
  npm run -w api tenant -- list

add makes the tenant with its roles, its first administrator and the preset of its industry, in one
go; run again, it changes nothing of a tenant that is there. The password of the administrator is
read from ANSHI_NEW_PASSWORD, else from standard input. ANSHI_DATABASE_ADMIN_URL names the database
as the owner of the tables, DATABASE_URL as the role of the API. Afterwards start an API process
with ANSHI_TENANT=ID. Presets: ${presets.map(({ id }) => id).join(', ')}.`;

/** All seeds are one transaction, and the new tenant has no other work that it could hold up. */
const LONGEST_MS = 120_000;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      'name-en': { type: 'string' },
      admin: { type: 'string' },
      preset: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const [command, id, ...more] = positionals;
  if (values.help) return console.log(USAGE);
  const { ANSHI_DATABASE_ADMIN_URL: adminUrl, DATABASE_URL: appUrl } = process.env;
  if (command === 'list' && id === undefined) return list(required(adminUrl ?? appUrl));
  if (command !== 'add' || id === undefined || more.length > 0) throw new Error(USAGE);

  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id) || id.length > 64) {
    throw new Error('the id must be lower-case letters, digits and single hyphens, 64 at most');
  }
  const { name, admin, preset } = values;
  if (!name || !admin) throw new Error(`--name and --admin are needed\n\n${USAGE}`);
  if (preset !== undefined && !presets.some((one) => one.id === preset)) {
    const known = presets.map((one) => one.id).join(', ');
    throw new Error(`there is no preset "${preset}": take one of ${known}`);
  }
  const password =
    process.env.ANSHI_NEW_PASSWORD || (await text(process.stdin)).replace(/\r?\n$/, '');
  const names = { zh: name, en: values['name-en'] ?? name };
  await migrate(required(adminUrl), required(appUrl), { id, name: names });
  const database = openDatabase(required(appUrl), { longestMs: LONGEST_MS });
  try {
    const isNew = await addTenant(database, { id, admin, password, preset: preset ?? null });
    console.log(
      isNew
        ? `created the company ${id} with the administrator ${admin}; start an API process with ANSHI_TENANT=${id}`
        : `the company ${id} exists already; nothing was changed`,
    );
  } finally {
    await database.close();
  }
}

async function list(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query('SELECT id, name FROM tenant ORDER BY id');
    for (const row of rows as { id: string; name: { zh: string } }[]) {
      console.log(`${row.id}\t${row.name.zh}`);
    }
  } finally {
    await client.end();
  }
}

function required(url: string | undefined): string {
  if (!url) throw new Error(`ANSHI_DATABASE_ADMIN_URL and DATABASE_URL must be set\n\n${USAGE}`);
  return url;
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exit(1);
});
