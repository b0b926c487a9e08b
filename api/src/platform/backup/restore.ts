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
  /** Tells that the backup is one's own; null for one whose seal is not looked at. */
  keyring: Keyring | null;
  /** Where it is written down what was begun; null where all of it is thrown away anyway. */
  dataDir: string | null;
  /** Whether the rows that are there now may go. */
  replace?: boolean;
}

export interface RestoreResult {
  madeAt: string;
  tenants: string[];
  rows: number;
  files: number;
  /** Migrations of this program that came after the backup. */
  migrated: string[];
  /** For each tenant, whether the chain over its audit log holds. */
  audit: Record<string, boolean>;
  /** Why the tables could not be measured for the planner; null where they were. */
  unmeasured: string | null;
  seconds: number;
}

/**
 * Brings a backup back: into an empty database, or in the place of what is there where that is
 * wanted. The archive is read twice: first to its end, without writing anything, so that one that is
 * not whole, not what its index says or not one's own leaves nothing behind. Then the rows come in
 * one transaction. Whatever stops it leaves the database as it was, and every file that it has; the
 * files that came by then are taken away, by the next restore where the process itself was killed.
 * Those that take the place of others do so after the commit.
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
  // What no journal tells of is of a restore that is forgotten: it would be put over good files.
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
 * @returns what to tell; null where its rows are in all the same, as when the connection broke after
 * the commit: the restore goes on then.
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

/** An older backup is loaded into the tables of its time, and brought to this version afterwards. */
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
  // A connection that breaks fails what is asked on it; unheard, it would end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    await loadRows(client, entries, { index, into, replace: options.replace ?? false });
  } finally {
    await client.end().catch(() => {});
    await entries.return(undefined);
  }
}

/** For speed alone: whatever fails, the rows are in. @returns what failed, or null. */
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
    // Rows come as they were, in the order of the tables' names: nothing looks at them on the way.
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
    // A tenant without a row of its own is what migrating makes.
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
