import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';

const FOLDER = fileURLToPath(new URL('../../../prisma/migrations', import.meta.url));

/** Prisma's own history table: its command line reads and continues it. */
const HISTORY = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id varchar(36) PRIMARY KEY,
    checksum varchar(64) NOT NULL,
    finished_at timestamptz,
    migration_name varchar(255) NOT NULL,
    logs text,
    rolled_back_at timestamptz,
    started_at timestamptz NOT NULL DEFAULT now(),
    applied_steps_count integer NOT NULL DEFAULT 0
  )`;

/** Names of the migrations of this program, in order. */
export async function migrationNames(): Promise<string[]> {
  const entries = await readdir(FOLDER, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Names of a database's applied migrations; empty without a history. */
export async function finishedMigrations(client: pg.Client): Promise<Set<string>> {
  const known = await client.query("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS there");
  if (!known.rows[0].there) return new Set();
  const { rows } = await client.query(
    'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  );
  return new Set(rows.map((row) => row.migration_name as string));
}

/**
 * Applies the missing migrations. Each is one transaction together with its history row: a failed
 * one leaves nothing, and is applied again at the next start.
 *
 * @param admin connection of the owner of the tables, which holds the migration lock.
 * @returns the names of the migrations applied now.
 * @throws Error with the failed migration, or the conflicting tables.
 */
export async function applyMigrations(
  admin: pg.Client,
  names: readonly string[],
): Promise<string[]> {
  const finished = await finishedMigrations(admin);
  const missing = names.filter((name) => !finished.has(name));
  if (missing.length === 0) return [];
  if (finished.size === 0) await refuseOtherTables(admin);
  await admin.query(HISTORY);
  // An older version of the program wrote the history row before the migration.
  await admin.query(
    'UPDATE _prisma_migrations SET rolled_back_at = now() WHERE finished_at IS NULL AND rolled_back_at IS NULL',
  );
  for (const name of missing) await applyOne(admin, name);
  return missing;
}

async function applyOne(admin: pg.Client, name: string): Promise<void> {
  const script = await readFile(join(FOLDER, name, 'migration.sql'));
  const checksum = createHash('sha256').update(script).digest('hex');
  await admin.query('BEGIN');
  try {
    await admin.query(script.toString('utf8'));
    await admin.query(
      `INSERT INTO _prisma_migrations
         (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await admin.query('COMMIT');
  } catch (error) {
    await admin.query('ROLLBACK').catch(() => {});
    throw new Error(`the migration ${name} failed: ${(error as Error).message}`, { cause: error });
  }
}

/** Tables of another program must not be mixed with ours. */
async function refuseOtherTables(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relname <> '_prisma_migrations'
     ORDER BY 1 LIMIT 3`,
  );
  if (rows.length === 0) return;
  const some = rows.map((row) => row.name as string).join(', ');
  throw new Error(
    `the database has tables (${some}), but no migrations of this program: name an empty database`,
  );
}
