import { once } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { verifyAudit } from '../audit/verify.ts';
import { openDatabase } from '../database.ts';
import { migrate, migrateTo } from '../migrate.ts';
import type { STORES } from '../store/open.ts';
import type { BlobStore } from '../store/types.ts';
import { type ArchiveEntry, type IndexEntry, readArchive } from './archive.ts';
import { decrypterOf, type OpeningKeys } from './keys.ts';
import {
  FORMAT,
  INDEX,
  type Index,
  indexSchema,
  MANIFEST,
  type Manifest,
  manifestSchema,
} from './manifest.ts';
import { listForeignKeys, listMigrations, listTables, type Table } from './tables.ts';

const MOST_MANIFEST = 1024 * 1024;
/** A line for each file and table: some 150 bytes each. */
const MOST_JSON = 400 * 1024 * 1024;

export interface RestoreOptions {
  file: string;
  keys: OpeningKeys;
  /** The owner of the tables. */
  adminUrl: string;
  /** The role of the API. */
  appUrl: string;
  stores: Record<(typeof STORES)[number], BlobStore>;
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
 * wanted. The rows come in one transaction, which ends only when the archive was read to its end and
 * every digest and count was right. Whatever stops it earlier leaves the database as it was; files
 * that came by then are removed by the sweep, since no row names them.
 *
 * @throws Error that says what to do.
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoreResult> {
  const started = Date.now();
  const entries = readArchive(options.file, await decrypterOf(options.keys));
  const manifest = await readManifest(entries, options.file);
  await prepare(options, manifest);
  const client = new pg.Client({
    connectionString: options.adminUrl,
    application_name: 'anshi-restore',
    statement_timeout: 0,
  });
  await client.connect();
  let index: Index;
  try {
    index = await load(client, entries, options);
  } finally {
    await client.end();
  }
  const [id = 'demo'] = manifest.tenants;
  const migrated = await migrate(options.adminUrl, options.appUrl, {
    id,
    name: { zh: id, en: id },
  });
  const sum = (all: Record<string, number>) => Object.values(all).reduce((a, b) => a + b, 0);
  return {
    madeAt: manifest.madeAt,
    tenants: manifest.tenants,
    rows: sum(index.rows),
    files: sum(index.files),
    migrated,
    audit: await checkAudit(options.appUrl, manifest.tenants),
    seconds: (Date.now() - started) / 1000,
  };
}

async function readManifest(
  entries: AsyncGenerator<ArchiveEntry>,
  file: string,
): Promise<Manifest> {
  const first = (await entries.next()).value as ArchiveEntry | undefined;
  if (first?.name !== MANIFEST) throw new Error(`${file} is not a backup of this system`);
  const read = manifestSchema.safeParse(await readJson(first, MOST_MANIFEST));
  if (!read.success || read.data.format !== FORMAT) {
    throw new Error(
      `${file} has the format ${read.data?.format ?? '?'}, this program knows ${FORMAT}: restore it with the version that made it`,
    );
  }
  return read.data;
}

/** Whoever knows the public key can make an archive: what is read into memory has a bound. */
async function readJson(entry: ArchiveEntry, most = MOST_JSON): Promise<unknown> {
  if (entry.bytes > most) {
    throw new Error(`${entry.name} of the backup is larger than any that this program makes`);
  }
  return JSON.parse(await text(Readable.from(entry.content)));
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

async function load(
  client: pg.Client,
  entries: AsyncGenerator<ArchiveEntry>,
  options: RestoreOptions,
): Promise<Index> {
  await client.query('BEGIN');
  try {
    await client.query("SET LOCAL lock_timeout = '10s'");
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
    await makeRoom(client, tables, options.replace ?? false);
    const index = await takeEntries(client, entries, tables, options);
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
    await client.query('ANALYZE');
    return index;
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
  tables: Table[],
  { stores, file }: RestoreOptions,
): Promise<Index> {
  const read: IndexEntry[] = [];
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
    if (entry.name === INDEX) {
      const index = indexSchema.parse(await readJson(entry));
      compareDigests(file, index, read);
      return index;
    }
    if (kind === 'database') {
      copying ??= copyInto(client, first, tables);
      for await (const chunk of entry.content) await copying.write(chunk);
    } else if (kind === 'evidence' || kind === 'files') {
      await stores[kind].put({ tenant: first, sha256: second }, entry.content);
    } else {
      throw new Error(`${file} holds ${entry.name}, which this program does not know`);
    }
    read.push(entry.digest());
  }
  throw new Error(`${file} was cut off: its index is missing`);
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

function compareDigests(file: string, index: Index, read: IndexEntry[]): void {
  const wanted = index.entries.filter(({ name }) => name !== MANIFEST);
  const wrong = wanted.find(({ name, bytes, sha256 }, at) => {
    const one = read[at];
    return one?.name !== name || one.bytes !== bytes || one.sha256 !== sha256;
  });
  if (wrong || wanted.length !== read.length) {
    throw new Error(`${file} is not what its index says${wrong ? `: ${wrong.name}` : ''}`);
  }
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
