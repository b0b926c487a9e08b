import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Keyring } from '../sealed/keyring.ts';
import { STORES } from '../store/open.ts';
import type { BlobStore } from '../store/types.ts';
import { type ArchiveWriter, writeArchive } from './archive.ts';
import { FORMAT, INDEX, type Index, MANIFEST, type Manifest } from './archive-manifest.ts';
import { encrypterOf, type SealingKeys } from './keys.ts';
import { BACKUP_LOCK } from './lock.ts';
import { SEAL, sealIndex } from './seal.ts';
import { listMigrations, listSequences, listTables, type Table } from './tables.ts';

/** Chunk size of a table: kept in memory, so that no plaintext is written to a disk. */
const PIECE = 4 * 1024 * 1024;

/** Longer than the removal of a batch of files. */
const LOCK_WITHIN_MS = 15_000;

export interface BackupOptions {
  file: string;
  keys: SealingKeys;
  /** The owner of the tables. */
  adminUrl: string;
  stores: Record<(typeof STORES)[number], BlobStore>;
  /** Signs the index, so that a restore can verify the origin. */
  keyring: Keyring;
  version: string;
}

export interface BackupResult {
  bytes: number;
  rows: number;
  tables: number;
  files: number;
  seconds: number;
}

/**
 * Writes one archive with every row of one snapshot, and every file referenced by it. Readers and
 * writers are not blocked.
 *
 * Files are stored before their rows, so each row of the snapshot has its bytes; they are copied as
 * stored, encrypted where the store is, and the key ring is not included.
 */
export async function makeBackup(options: BackupOptions): Promise<BackupResult> {
  const started = Date.now();
  const encrypter = await encrypterOf(options.keys);
  const client = new pg.Client({
    connectionString: options.adminUrl,
    application_name: 'anshi-backup',
    statement_timeout: 0,
  });
  await client.connect();
  try {
    await lockStores(client);
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const index: Index = { entries: [], rows: {}, sequences: [], files: {} };
    const bytes = await writeArchive(options.file, encrypter, async (archive) => {
      const manifest = await describe(client, options.version);
      await addJson(archive, MANIFEST, manifest);
      for (const table of await listTables(client)) {
        index.rows[table.name] = await addTable(archive, client, table, manifest.tenants);
      }
      // Sequences are not transactional: read last, they are beyond all copied rows.
      index.sequences = await listSequences(client);
      for (const name of STORES) {
        index.files[name] = await addFiles(archive, name, options.stores[name]);
      }
      index.entries = [...archive.index];
      await addJson(archive, INDEX, index);
      await addJson(archive, SEAL, await sealIndex(options.keyring, jsonOf(index)));
    });
    const sum = (all: Record<string, number>) => Object.values(all).reduce((a, b) => a + b, 0);
    return {
      bytes,
      rows: sum(index.rows),
      tables: Object.keys(index.rows).length,
      files: sum(index.files),
      seconds: (Date.now() - started) / 1000,
    };
  } finally {
    await client.end();
  }
}

/** From here on no bytes are removed. A removal in progress ends first. */
async function lockStores(client: pg.Client): Promise<void> {
  await client.query(`SET lock_timeout = ${LOCK_WITHIN_MS}`);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [BACKUP_LOCK]);
  } catch (error) {
    if ((error as { code?: string }).code !== '55P03') throw error;
    throw new Error('another backup is being made: wait until it is done');
  }
  await client.query('SET lock_timeout = 0');
}

async function describe(client: pg.Client, version: string): Promise<Manifest> {
  // The first query takes the snapshot of the transaction.
  const tenants = await client.query('SELECT id FROM tenant ORDER BY id');
  const server = await client.query('SHOW server_version');
  return {
    format: FORMAT,
    madeAt: new Date().toISOString(),
    version,
    server: server.rows[0].server_version,
    migrations: await listMigrations(client),
    tenants: tenants.rows.map(({ id }) => id as string),
  };
}

const jsonOf = (value: unknown) => Buffer.from(JSON.stringify(value));

async function addJson(archive: ArchiveWriter, name: string, value: unknown): Promise<void> {
  const bytes = jsonOf(value);
  await archive.add(name, bytes.length, one(bytes));
}

async function* one(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

async function addTable(
  archive: ArchiveWriter,
  client: pg.Client,
  table: Table,
  tenants: readonly string[],
): Promise<number> {
  const from = client.escapeIdentifier(table.name);
  const columns = table.columns.map((name) => client.escapeIdentifier(name)).join(', ');
  const above = await client.query(
    'SELECT rolsuper OR rolbypassrls AS yes FROM pg_roles WHERE rolname = current_user',
  );
  // The policies bind the owner too, unless it bypasses them: then it proceeds tenant by tenant.
  const turns = table.isTenants && !above.rows[0].yes ? tenants : [null];
  let rows = 0;
  let piece = 0;
  for (const tenant of turns) {
    if (tenant !== null) await client.query("SELECT set_config('app.tenant', $1, true)", [tenant]);
    const stream = client.query(copyTo(`COPY (SELECT ${columns} FROM ${from}) TO STDOUT`));
    for await (const bytes of inPieces(stream)) {
      const number = String(++piece).padStart(6, '0');
      await archive.add(`database/${table.name}/${number}`, bytes.length, one(bytes));
    }
    rows += stream.rowCount ?? 0;
  }
  return rows;
}

async function* inPieces(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < PIECE) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(waiting);
}

async function addFiles(archive: ArchiveWriter, name: string, store: BlobStore): Promise<number> {
  let count = 0;
  for await (const { tenant, sha256, bytes } of store.list()) {
    const content = store.read({ tenant, sha256 }) as AsyncIterable<Buffer>;
    await archive.add(`${name}/${tenant}/${sha256}`, bytes, content);
    count++;
  }
  return count;
}
