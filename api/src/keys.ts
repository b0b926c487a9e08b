import { join } from 'node:path';
import { reachDatabase } from './embedded/reach.ts';
import { sealedTables } from './modules/keys/tables.ts';
import { type Database, openDatabase } from './platform/db/database.ts';
import { addKey, dropKey, openKeyring } from './platform/sealed/keyring.ts';
import { createRotation, type Rotation } from './platform/sealed/rotation.ts';
import { createSealed } from './platform/sealed/sealed.ts';

const USAGE = `Shows and changes the keys that encrypt sensitive fields.

  npm run keys -- status          which keys there are, what they open, and what is wrong
  npm run keys -- add             adds a key to the ring, which wraps from then on; makes the ring where there is none
  npm run keys -- rotate          wraps the data keys with the current key of the ring, makes new data keys,
                                  encrypts everything anew and destroys the old ones; it can be cut off and run again
  npm run keys -- rotate --wrap   only wraps the data keys anew, which takes a moment
  npm run keys -- retire KEY      takes a key out of the ring, where it wraps nothing any more

The ring is the file of ANSHI_KEYRING, else keyring.json in ANSHI_DATA_DIR (.anshi). The database is that
of DATABASE_URL, else the embedded one of ANSHI_DATA_DIR; ANSHI_TENANT is the company (demo). Keep a copy of the ring apart from
the copies of the database: without it they cannot be read, and whoever has both can read everything.`;

const { env } = process;
const dataDir = env.ANSHI_DATA_DIR || '.anshi';
const file = env.ANSHI_KEYRING || join(dataDir, 'keyring.json');
const tenant = env.ANSHI_TENANT || 'demo';

async function main(): Promise<void> {
  const [command, ...rest] = process.argv.slice(2);
  if (command === 'add') {
    console.log(`${file}: ${await addKey(file)} wraps new data keys; keep a copy of the file`);
    return;
  }
  if (!['status', 'rotate', 'retire'].includes(command ?? '')) throw new Error(USAGE);
  const reached = await reachDatabase(dataDir);
  const database = openDatabase(reached.url);
  try {
    const sealed = createSealed(openKeyring(file));
    const rotation = createRotation({ database, sealed, tables: sealedTables });
    if (command === 'status') await status(rotation);
    else if (command === 'rotate') await rotate(database, rotation, rest.includes('--wrap'));
    else await retire(database, rotation, rest[0]);
  } finally {
    await database.close();
    await reached.stop();
  }
}

async function status(rotation: Rotation): Promise<void> {
  const { keyring, data } = await rotation.status(tenant);
  console.log(`key ring ${file}`);
  for (const key of keyring) {
    const wraps = key.current ? 'wraps from now on' : 'only opens';
    console.log(`  ${key.id}  made ${key.createdAt}  ${wraps}, holds ${key.wraps} data keys`);
  }
  console.log(`data keys of ${tenant}`);
  for (const key of data) {
    const text = `  ${key.dataClass}:${key.generation}  ${key.state}, ${key.values} values, wrapped by ${key.kekId}`;
    console.log(key.problem ? `${text}\n    PROBLEM: ${key.problem}` : text);
  }
  if (data.some(({ problem }) => problem)) process.exitCode = 1;
}

async function rotate(database: Database, rotation: Rotation, onlyWrap: boolean): Promise<void> {
  console.log(`${await rotation.rewrap(tenant)} data keys rewrapped`);
  let reencrypted = 0;
  if (!onlyWrap) {
    for (const { dataClass, generation } of await rotation.renew(tenant)) {
      console.log(`${dataClass}:${generation} encrypts new values`);
    }
    reencrypted = await rotation.reencrypt(tenant);
    console.log(`${reencrypted} values re-encrypted`);
    for (const { dataClass, generation } of await rotation.destroyUnused(tenant)) {
      console.log(`${dataClass}:${generation} destroyed`);
    }
  }
  await record(database, 'rotate', { onlyWrap, reencrypted });
}

async function retire(database: Database, rotation: Rotation, id = ''): Promise<void> {
  const held = await rotation.wrappedBy(tenant, id);
  if (held > 0) {
    throw new Error(
      `${id} still wraps ${held} data keys of ${tenant}: run "npm run keys -- rotate" first, for each company`,
    );
  }
  await dropKey(file, id);
  await record(database, 'retire', { keyId: id });
  console.log(`${id} is removed from the key ring`);
}

/** No user is signed in here: the audit row says that it was done on the command line. */
async function record(
  database: Database,
  action: string,
  after: Record<string, string | number | boolean>,
): Promise<void> {
  await database.transaction({ tenant, user: null }, (tx) =>
    tx.auditLog.createMany({
      data: [{ tenantId: tenant, userName: 'command line', action, entity: 'keyring', after }],
    }),
  );
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exit(1);
});
