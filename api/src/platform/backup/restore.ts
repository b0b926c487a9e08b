import pg from 'pg';
import { verifyAudit } from '../audit/verify.ts';
import { openDatabase } from '../db/database.ts';
import { migrate, migrateTo } from '../db/migrate.ts';
import type { Keyring } from '../sealed/keyring.ts';
import type { StoreName } from '../store/open.ts';
import type { BlobStore } from '../store/types.ts';
import { type ArchiveEntry, readArchive } from './archive.ts';
import type { Index, Manifest } from './archive-manifest.ts';
import { type Checked, checkArchive } from './check.ts';
import { cleanUp, openJournal } from './journal.ts';
import { decrypterOf, type OpeningKeys } from './keys.ts';
import { openStaged } from './staged.ts';
import { listForeignKeys, listMigrations, listTables, type Table } from './tables.ts';
import { type Into, takeEntries } from './take-entries.ts';

export interface RestoreOptions {
  file: string;
  keys: OpeningKeys;
  /** The owner of the tables. */
  adminUrl: string;
  /** The role of the API. */
  appUrl: string;
  stores: Record<StoreName, BlobStore>;
  /** Verifies the origin of the backup; null to skip it. */
  keyring: Keyring | null;
  /** Where the steps are journaled; null for a temporary restore. */
  dataDir: string | null;
  /** Whether existing rows may be replaced. */
  replace?: boolean;
}

export interface RestoreResult {
  madeAt: string;
  tenants: string[];
  rows: number;
  files: number;
  /** Migrations of this program that are newer than the backup. */
  migrated: string[];
  /** Per tenant, whether the chain of its audit log is valid. */
  audit: Record<string, boolean>;
  /** Why ANALYZE failed; null where it did not. */
  unmeasured: string | null;
  seconds: number;
}

/**
 * Restores a backup: into an empty database, or over existing data where requested. The archive is
 * read twice: first completely, without writing, so that an incomplete, inconsistent or foreign one
 * leaves nothing behind. Then the rows are loaded in one transaction. An interruption leaves the
 * database and all of its files as they were; files added by then are removed, by the next restore
 * if the process was killed. Files that replace others are moved into place after the commit.
 *
 * @throws Error that says what to do.
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoreResult> {
  const started = Date.now();
  const { file, adminUrl, appUrl, stores, dataDir } = options;
  const checked = await checkArchive(options);
  const { manifest, index } = checked;
  const staged = dataDir === null ? null : openStaged(dataDir);
  if (dataDir !== null) await cleanUp(dataDir, adminUrl, stores);
  // Staged files without a journal belong to a forgotten restore: they must not overwrite valid
  // files.
  await staged?.discard();
  await prepare(options, manifest);
  const journal = await openJournal(dataDir, file, adminUrl);
  try {
    await load(checked, options, { journal, staged, file, stores });
  } catch (error) {
    const failure = await endFailed(options, error as Error);
    if (failure) {
      await journal.close();
      throw failure;
    }
  }
  try {
    await staged?.settle(stores);
    await journal.done();
  } catch (error) {
    throw new Error(
      `the rows of ${file} are in, and not all files of it could be put in their places: ${(error as Error).message}. Mend that, then end the restore by "npm run restore -- --clean"`,
    );
  } finally {
    await journal.close();
  }
  const [id = 'demo'] = manifest.tenants;
  const migrated = await migrate(adminUrl, appUrl, { id, name: { zh: id, en: id } });
  const sum = (all: Record<string, number>) => Object.values(all).reduce((a, b) => a + b, 0);
  const unmeasured = await measure(adminUrl);
  return {
    madeAt: manifest.madeAt,
    tenants: manifest.tenants,
    rows: sum(index.rows),
    files: sum(index.files),
    migrated,
    audit: await checkAudit(appUrl, manifest.tenants),
    unmeasured,
    seconds: (Date.now() - started) / 1000,
  };
}

/**
 * Ends a restore whose loading failed.
 *
 * @returns the error; null where its rows were committed all the same, as when the connection broke
 *   after the commit: the restore then continues.
 */
async function endFailed(options: RestoreOptions, error: Error): Promise<Error | null> {
  const { dataDir, adminUrl, stores } = options;
  if (dataDir === null) return error;
  try {
    const ended = await cleanUp(dataDir, adminUrl, stores);
    return ended?.committed ? null : error;
  } catch (cause) {
    return new Error(
      `${error.message}; and the restore could not be ended: ${(cause as Error).message}. Mend that, then end it by "npm run restore -- --clean", which says whether its rows are in`,
      { cause: error },
    );
  }
}

/** An older backup is loaded into the tables of its version, and migrated afterwards. */
async function prepare({ adminUrl, file }: RestoreOptions, manifest: Manifest): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const there = await listMigrations(client);
    if (there.length === 0) return await migrateTo(adminUrl, manifest.migrations);
    const same = there.length === manifest.migrations.length;
    if (same && there.every((name, at) => name === manifest.migrations[at])) return;
    throw new Error(
      `${file} was made by version ${manifest.version} and the tables of this database are of another: restore into a new, empty database, which is brought to this version afterwards`,
    );
  } finally {
    await client.end();
  }
}

async function load({ index }: Checked, options: RestoreOptions, into: Into): Promise<void> {
  const entries = readArchive(options.file, await decrypterOf(options.keys));
  const client = new pg.Client({
    connectionString: options.adminUrl,
    application_name: 'anshi-restore',
    statement_timeout: 0,
  });
  // A broken connection fails its queries; without a listener, the event would end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    await loadRows(client, entries, { index, into, replace: options.replace ?? false });
  } finally {
    await client.end().catch(() => {});
    await entries.return(undefined);
  }
}

/** Performance only: the rows are committed. @returns the error, or null. */
async function measure(adminUrl: string): Promise<string | null> {
  const client = new pg.Client({ connectionString: adminUrl, statement_timeout: 0 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('ANALYZE');
    return null;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await client.end().catch(() => {});
  }
}

async function loadRows(
  client: pg.Client,
  entries: AsyncGenerator<ArchiveEntry>,
  { index, into, replace }: { index: Index; into: Into; replace: boolean },
): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query("SET LOCAL lock_timeout = '10s'");
    const { rows } = await client.query('SELECT pg_current_xact_id()::text AS id');
    await into.journal.begin(rows[0].id as string);
    const tables = await listTables(client);
    const foreignKeys = await listForeignKeys(client);
    const each = async (sql: (name: string) => string) => {
      for (const { name } of tables) await client.query(sql(client.escapeIdentifier(name)));
    };
    // Rows are loaded in the order of table names, without constraints and triggers.
    for (const { table, name } of foreignKeys) {
      await client.query(`ALTER TABLE ${table} DROP CONSTRAINT ${client.escapeIdentifier(name)}`);
    }
    await each((name) => `ALTER TABLE ${name} DISABLE TRIGGER USER, NO FORCE ROW LEVEL SECURITY`);
    await makeRoom(client, tables, replace);
    await takeEntries(client, entries, { ...into, tables, index });
    for (const { name, value, called } of index.sequences) {
      await client.query('SELECT setval($1::regclass, $2, $3)', [`public.${name}`, value, called]);
    }
    await compareCounts(client, index);
    for (const { table, name, definition } of foreignKeys) {
      await client.query(
        `ALTER TABLE ${table} ADD CONSTRAINT ${client.escapeIdentifier(name)} ${definition}`,
      );
    }
    await each((name) => `ALTER TABLE ${name} ENABLE TRIGGER USER`);
    for (const { name, isForced } of tables) {
      const table = client.escapeIdentifier(name);
      if (isForced) await client.query(`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    if ((error as { code?: string }).code === '55P03') {
      throw new Error('the tables are in use: stop the API, then restore again');
    }
    throw error;
  }
}

async function makeRoom(client: pg.Client, tables: Table[], replace: boolean): Promise<void> {
  const filled: string[] = [];
  for (const { name } of tables) {
    // A tenant without other rows is created by the migration itself.
    if (name === 'tenant') continue;
    const found = await client.query(
      `SELECT EXISTS (SELECT 1 FROM ${client.escapeIdentifier(name)}) AS yes`,
    );
    if (found.rows[0].yes) filled.push(name);
  }
  if (filled.length > 0 && !replace) {
    throw new Error(
      `the database is not empty (${filled.slice(0, 5).join(', ')}${filled.length > 5 ? ' …' : ''}): name an empty one, or --replace to give up what is there`,
    );
  }
  await client.query(
    `TRUNCATE ${tables.map(({ name }) => client.escapeIdentifier(name)).join(', ')}`,
  );
}

async function compareCounts(client: pg.Client, index: Index): Promise<void> {
  for (const [name, count] of Object.entries(index.rows)) {
    const found = await client.query(
      `SELECT count(*)::integer AS rows FROM ${client.escapeIdentifier(name)}`,
    );
    if (found.rows[0].rows !== count) {
      throw new Error(`${name} has ${found.rows[0].rows} rows where the backup says ${count}`);
    }
  }
}

async function checkAudit(
  appUrl: string,
  tenants: readonly string[],
): Promise<Record<string, boolean>> {
  const database = openDatabase(appUrl);
  try {
    const results = tenants.map(async (tenant) => {
      const { ok } = await verifyAudit(database, tenant, {});
      return [tenant, ok] as const;
    });
    return Object.fromEntries(await Promise.all(results));
  } finally {
    await database.close();
  }
}
