import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { hash } from '@node-rs/argon2';
import pg from 'pg';
import { startDatabase } from '../embedded/database.ts';
import { findPostgresBinaries } from '../embedded/postgres-binaries.ts';
import { openDatabase } from '../platform/db/database.ts';
import { migrate } from '../platform/db/migrate.ts';
import { seedAsAtStart } from './seeds.ts';

const run = promisify(execFile);

/** Template with every migration and no tenant. */
export const MIGRATED = 'migrated';
/** As {@link MIGRATED}, with the tenant `demo` as an API with demo accounts seeds it. */
export const SEEDED = 'seeded';
/** The password of the demo accounts in tests. */
export const PASSWORD = 'a-demo-password';

/** One server for all files of a run, which clone their databases from its templates. */
export interface PreparedServer {
  /** As the superuser, past the policies: for what tests look at and prepare. */
  superUrl: string;
  /** As the owner of the tables: for what the product does as the owner. */
  adminUrl: string;
  appUrl: string;
  /** The key ring that encrypted the values in {@link SEEDED}. */
  keyringFile: string;
}

/** Starts the server of a run and creates its templates. */
export async function startPreparedServer(): Promise<PreparedServer & { stop(): Promise<void> }> {
  const folder = await makeServerFolder();
  await layServerFolder(join(folder, 'postgres'));
  const server = await startDatabase({
    folder: join(folder, 'postgres'),
    durable: false,
    settings: {
      // Several files at a time, each with a few pools.
      max_connections: '300',
      // Autovacuum connects to databases, which blocks copying templates.
      autovacuum: 'off',
      // Copying a database makes checkpoints; none are needed between them.
      checkpoint_timeout: '1h',
      max_wal_size: '2GB',
    },
  });
  const stop = async () => {
    await server.stop('immediate');
    await rm(folder, { recursive: true, force: true });
  };
  const keyringFile = join(folder, 'keyring.json');
  try {
    await makeSeeded(server, keyringFile);
  } catch (error) {
    await stop();
    throw error;
  }
  const { superUrl, adminUrl, appUrl } = server;
  return { superUrl, adminUrl, appUrl, keyringFile, stop };
}

/** In bytes: databases of the files that run at the same time, and the WAL between checkpoints. */
const NEEDED = 4 * 1024 ** 3;
const MEMORY = '/dev/shm';
const PREFIX = 'anshi-test-run-';

/**
 * In memory where there is enough: each file copies databases, and a disk that others keep busy would
 * make all of them wait. What a killed run left there is removed.
 */
async function makeServerFolder(): Promise<string> {
  const free = await statfs(MEMORY).then(
    ({ bavail, bsize }) => Math.min(bavail * bsize, freemem()),
    () => 0,
  );
  const parent = free >= NEEDED ? MEMORY : tmpdir();
  for (const name of await readdir(parent)) {
    if (name.startsWith(PREFIX) && !isAlive(Number.parseInt(name.slice(PREFIX.length), 10))) {
      await rm(join(parent, name), { recursive: true, force: true });
    }
  }
  const folder = await mkdtemp(join(parent, `${PREFIX}${process.pid}-`));
  await chmod(folder, 0o755);
  return folder;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function makeSeeded(
  { superUrl, adminUrl, appUrl }: { superUrl: string; adminUrl: string; appUrl: string },
  keyringFile: string,
): Promise<void> {
  await cloneDatabase(superUrl, MIGRATED, SEEDED);
  const [admin, app] = [databaseAt(adminUrl, SEEDED), databaseAt(appUrl, SEEDED)];
  await migrate(admin, app, { id: 'demo', name: { zh: 'demo', en: 'demo' } });
  const database = openDatabase(app);
  try {
    await seedAsAtStart(database, {
      tenant: 'demo',
      keyring: { file: keyringFile, make: true },
      demo: { password: PASSWORD },
    });
    // A hash contains its cost parameters: with a cheap hash, each sign-in of a test is cheap.
    const passwordHash = await hashCheaply(PASSWORD);
    await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.appUser.updateMany({ data: { passwordHash } }),
    );
  } finally {
    await database.close();
  }
}

/** Hashes a password as the product does, with the minimum memory and time of argon2. */
export const hashCheaply = (password: string): Promise<string> =>
  hash(password, { memoryCost: 8, timeCost: 1, parallelism: 1 });

/** The address of another database on the same server. */
export const databaseAt = (url: string, name: string): string =>
  Object.assign(new URL(url), { pathname: `/${name}` }).href;

/**
 * Creates a database from a template, for the table owner. Copying files takes a third of the time of
 * copying through the WAL. The grants of PUBLIC are revoked, as in the product.
 */
export async function cloneDatabase(
  superUrl: string,
  template: string,
  name: string,
): Promise<void> {
  const admin = new pg.Client({ connectionString: superUrl });
  await admin.connect();
  try {
    const options = `OWNER anshi_owner TEMPLATE "${template}" STRATEGY FILE_COPY`;
    await admin.query(`CREATE DATABASE "${name}" ${options}`);
    await admin.query(`REVOKE ALL ON DATABASE "${name}" FROM PUBLIC`);
    await admin.query(`GRANT CONNECT ON DATABASE "${name}" TO anshi_app`);
  } finally {
    await admin.end();
  }
}

/**
 * Prepares the folder of a new database server: initialised, with {@link MIGRATED} in it. That
 * takes seconds, so it is done once for a set of migrations, cached in the temporary folder, and
 * copied.
 */
export async function layServerFolder(folder: string): Promise<void> {
  const kept = join(tmpdir(), `anshi-test-server-${await fingerprint()}`);
  if (!(await stat(join(kept, 'data')).catch(() => null))) await make(kept);
  // Not Node's cp: the data belong to the server's own user where the tests run as root.
  await run('cp', ['-a', kept, folder]);
}

async function make(kept: string): Promise<void> {
  const part = await mkdtemp(join(tmpdir(), 'anshi-test-part-'));
  await chmod(part, 0o755);
  const folder = join(part, 'server');
  const server = await startDatabase({ folder, durable: false });
  try {
    await cloneDatabase(server.superUrl, 'template1', MIGRATED);
    await migrate(databaseAt(server.adminUrl, MIGRATED), databaseAt(server.appUrl, MIGRATED), null);
  } finally {
    await server.stop('fast');
  }
  // If two processes created it at the same time, one copy is enough.
  await rename(folder, kept).catch(() => {});
  await rm(part, { recursive: true, force: true });
}

/** The cache key: migrations, the server's version, and the owner of the files. */
async function fingerprint(): Promise<string> {
  const digest = createHash('sha256').update(String(process.getuid?.() ?? ''));
  digest.update(MIGRATED);
  digest.update((await findPostgresBinaries()).version);
  for (const part of [
    'embedded/database.ts',
    'platform/db/migrate.ts',
    'platform/db/job-rights.ts',
    'platform/db/move-owner.ts',
    'platform/db/rights.ts',
    'platform/jobs/install.ts',
  ]) {
    digest.update(await readFile(new URL(`../${part}`, import.meta.url)));
  }
  const boss = createRequire(import.meta.url).resolve('pg-boss/package.json');
  digest.update(await readFile(boss));
  const migrations = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));
  for (const name of (await readdir(migrations)).sort()) {
    const sql = await readFile(join(migrations, name, 'migration.sql')).catch(() => '');
    digest.update(name).update(sql);
  }
  return digest.digest('hex').slice(0, 16);
}
