import { createHash } from 'node:crypto';
import { once } from 'node:events';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { verifyAudit } from '../audit/verify.ts';
import { openDatabase } from '../database.ts';
import { migrate, migrateTo } from '../migrate.ts';
import type { Keyring } from '../sealed/keyring.ts';
import type { StoreName } from '../store/open.ts';
import type { BlobKey, BlobStore } from '../store/types.ts';
import { type ArchiveEntry, type IndexEntry, readArchive } from './archive.ts';
import { type Checked, checkArchive } from './check.ts';
import { cleanUp, type Journal, openJournal } from './journal.ts';
import { decrypterOf, type OpeningKeys } from './keys.ts';
import { INDEX, type Index, MANIFEST, type Manifest } from './manifest.ts';
import { openStaged, type Staged } from './staged.ts';
import { listForeignKeys, listMigrations, listTables, type Table } from './tables.ts';

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
    await load(checked, { journal, staged, options });
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
  return {
    madeAt: manifest.madeAt,
    tenants: manifest.tenants,
    rows: sum(index.rows),
    files: sum(index.files),
    migrated,
    audit: await checkAudit(appUrl, manifest.tenants),
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

/** Where what the archive holds goes. */
interface Into {
  journal: Journal;
  /** Null where what is there may be written over. */
  staged: Staged | null;
  options: RestoreOptions;
}

async function load({ index }: Checked, into: Into): Promise<void> {
  const { options } = into;
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
    await loadRows(client, entries, index, into);
    // For speed alone, and PostgreSQL does it by itself sooner or later: the rows are in.
    await client.query('ANALYZE').catch(() => {});
  } finally {
    await client.end().catch(() => {});
    await entries.return(undefined);
  }
}

async function loadRows(
  client: pg.Client,
  entries: AsyncGenerator<ArchiveEntry>,
  index: Index,
  into: Into,
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
    await makeRoom(client, tables, into.options.replace ?? false);
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

async function takeEntries(
  client: pg.Client,
  entries: AsyncGenerator<ArchiveEntry>,
  into: Into & { tables: Table[]; index: Index },
): Promise<void> {
  const { tables, index, options } = into;
  const { file } = options;
  let at = 0;
  let copying: {
    table: string;
    end: () => Promise<void>;
    write: (b: Buffer) => Promise<void>;
  } | null = null;
  for await (const entry of entries) {
    const [kind = '', first = '', second = ''] = entry.name.split('/');
    if (copying && (kind !== 'database' || first !== copying.table)) {
      await copying.end();
      copying = null;
    }
    if (entry.name === INDEX) break;
    const wanted = index.entries[at++];
    const content = asIndexed(file, entry, wanted);
    if (kind === 'database') {
      copying ??= copyInto(client, first, tables);
      for await (const chunk of content) await copying.write(chunk);
    } else if (kind === 'evidence' || kind === 'files') {
      const key = { tenant: first, sha256: second };
      await takeFile(into, { store: kind, key, content, wanted });
    } else if (entry.name === MANIFEST) {
      for await (const _ of content);
    } else {
      throw new Error(`${file} holds ${entry.name}, which this program does not know`);
    }
  }
  if (at !== index.entries.length) throw new Error(`${file} was changed while it was restored`);
}

/**
 * A file that is not there is put in its place; one that is there already stays. Where other bytes
 * have its name, it waits for the commit: the rows that are there now can read only those.
 */
async function takeFile(
  { journal, staged, options }: Into,
  file: {
    store: StoreName;
    key: BlobKey;
    content: AsyncIterable<Buffer>;
    wanted: IndexEntry | undefined;
  },
): Promise<void> {
  const { store, key, content, wanted } = file;
  const blobs = options.stores[store];
  const size = await blobs.size(key);
  if (size === null) {
    await journal.put(store, key.tenant, key.sha256);
    await blobs.put(key, content);
  } else if (size === wanted?.bytes && (await digestOf(blobs, key)) === wanted.sha256) {
    // Read to its end all the same: there the archive is compared with its index.
    for await (const _ of content);
  } else if (staged) await staged.put(store, key, content);
  else await blobs.put(key, content);
}

/** The digest of the bytes as they lie; null where they cannot be read. */
async function digestOf(blobs: BlobStore, key: BlobKey): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of blobs.read(key)) hash.update(chunk as Buffer);
  } catch {
    return null;
  }
  return hash.digest('hex');
}

/** The bytes of an entry, which fail at their end where they are not those that were checked. */
async function* asIndexed(
  file: string,
  entry: ArchiveEntry,
  wanted: IndexEntry | undefined,
): AsyncGenerator<Buffer> {
  const changed = () => new Error(`${file} was changed while it was restored: ${entry.name}`);
  if (wanted?.name !== entry.name) throw changed();
  yield* entry.content;
  const { bytes, sha256 } = entry.digest();
  if (bytes !== wanted.bytes || sha256 !== wanted.sha256) throw changed();
}

function copyInto(client: pg.Client, name: string, tables: Table[]) {
  const table = tables.find((one) => one.name === name);
  if (!table) throw new Error(`the backup has the table ${name}, which this database has not`);
  const columns = table.columns.map((one) => client.escapeIdentifier(one)).join(', ');
  const stream = client.query(
    copyFrom(`COPY ${client.escapeIdentifier(name)} (${columns}) FROM STDIN`),
  );
  const failed = once(stream, 'finish');
  failed.catch(() => {});
  return {
    table: name,
    async write(bytes: Buffer) {
      if (!stream.write(bytes)) await Promise.race([once(stream, 'drain'), failed]);
    },
    async end() {
      stream.end();
      await failed;
    },
  };
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
