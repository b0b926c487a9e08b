import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { startDatabase } from '../embedded/database.ts';
import { findPostgresBinaries } from '../embedded/postgres-binaries.ts';
import { migrate } from '../platform/db/migrate.ts';

const run = promisify(execFile);

/** The database that has every migration and no tenant: new ones are made from it. */
export const TEMPLATE = 'anshi_template';

/**
 * Lays the folder of a new database server: initialised, with {@link TEMPLATE} in it. Making that
 * takes seconds, for each file of tests; so it is made once for a set of migrations, kept beside
 * the other temporary files, and copied.
 */
export async function layServerFolder(folder: string): Promise<void> {
  const kept = join(tmpdir(), `anshi-test-server-${await fingerprint()}`);
  if (!(await stat(join(kept, 'data')).catch(() => null))) await make(kept);
  // Not node's cp: the data belong to the server's own user where the tests run as root.
  await run('cp', ['-a', kept, folder]);
}

async function make(kept: string): Promise<void> {
  const part = await mkdtemp(join(tmpdir(), 'anshi-test-part-'));
  await chmod(part, 0o755);
  const folder = join(part, 'server');
  const server = await startDatabase({ folder, durable: false });
  try {
    const admin = new pg.Client({ connectionString: server.adminUrl });
    await admin.connect();
    await admin.query(`CREATE DATABASE ${TEMPLATE}`);
    await admin.end();
    const within = (url: string) => Object.assign(new URL(url), { pathname: `/${TEMPLATE}` }).href;
    await migrate(within(server.adminUrl), within(server.appUrl), null);
  } finally {
    await server.stop('fast');
  }
  // Of two that made it at the same time, one is enough.
  await rename(folder, kept).catch(() => {});
  await rm(part, { recursive: true, force: true });
}

/** What the kept folder depends on: migrations, the server's version, and whose files they are. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256').update(String(process.getuid?.() ?? ''));
  hash.update((await findPostgresBinaries()).version);
  for (const part of ['db/migrate.ts', 'jobs/install.ts']) {
    hash.update(await readFile(new URL(`../platform/${part}`, import.meta.url)));
  }
  const boss = createRequire(import.meta.url).resolve('pg-boss/package.json');
  hash.update(await readFile(boss));
  const migrations = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));
  for (const name of (await readdir(migrations)).sort()) {
    const sql = await readFile(join(migrations, name, 'migration.sql')).catch(() => '');
    hash.update(name).update(sql);
  }
  return hash.digest('hex').slice(0, 16);
}
