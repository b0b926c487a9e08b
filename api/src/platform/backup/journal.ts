import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { STORES } from '../store/open.ts';
import type { BlobStore } from '../store/types.ts';

type Stores = Record<(typeof STORES)[number], BlobStore>;
type Line =
  | { what: 'restore'; file: string; at: string }
  | { what: 'transaction'; id: string }
  | { what: 'put'; store: (typeof STORES)[number]; tenant: string; sha256: string };

const NAME = 'restore-unfinished.jsonl';
const pathIn = (dataDir: string) => join(dataDir, NAME);

/** What a restore writes down before it does it, so that what stops it leaves a clear state. */
export interface Journal {
  /** The transaction that the rows come in. */
  begin(transaction: string): Promise<void>;
  /** A file that was not there before. */
  put(store: (typeof STORES)[number], tenant: string, sha256: string): Promise<void>;
  /** All is there. */
  done(): Promise<void>;
  close(): Promise<void>;
}

/** @param dataDir null for a restore beside the running system, which is thrown away afterwards. */
export async function openJournal(dataDir: string | null, file: string): Promise<Journal> {
  if (dataDir === null) {
    const nothing = async () => {};
    return { begin: nothing, put: nothing, done: nothing, close: nothing };
  }
  const path = pathIn(dataDir);
  const handle = await open(path, 'a', 0o600);
  const write = async (line: Line) => {
    await handle.appendFile(`${JSON.stringify(line)}\n`);
    await handle.datasync();
  };
  await write({ what: 'restore', file, at: new Date().toISOString() });
  return {
    begin: (id) => write({ what: 'transaction', id }),
    put: (store, tenant, sha256) => write({ what: 'put', store, tenant, sha256 }),
    done: () => rm(path, { force: true }),
    close: () => handle.close(),
  };
}

async function readJournal(dataDir: string): Promise<Line[] | null> {
  const text = await readFile(pathIn(dataDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  // The last line may be cut off: what it was about had not been done.
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as Line];
    } catch {
      return [];
    }
  });
}

/** @throws Error where a restore into this folder was stopped: the system would run on a part. */
export async function refuseUnfinishedRestore(dataDir: string): Promise<void> {
  const lines = await readJournal(dataDir);
  if (!lines) return;
  const from = lines.find((line) => line.what === 'restore');
  throw new Error(
    `a restore${from ? ` of ${from.file}, begun at ${from.at},` : ''} was stopped before its end: run it again, or take away what it left by "npm run restore -- --clean"`,
  );
}

/**
 * Takes away the files that a stopped restore brought and that no row came with. Where its rows were
 * committed, all is there, and only the journal goes.
 *
 * @returns what was found; null where no restore was stopped.
 */
export async function cleanUp(
  dataDir: string,
  adminUrl: string,
  stores: Stores,
): Promise<{ committed: boolean; removed: number } | null> {
  const lines = await readJournal(dataDir);
  if (!lines) return null;
  const transaction = lines.findLast((line) => line.what === 'transaction');
  const committed = transaction ? await wasCommitted(adminUrl, transaction.id) : false;
  let removed = 0;
  for (const line of committed ? [] : lines) {
    if (line.what !== 'put') continue;
    const { store, tenant, sha256 } = line;
    await stores[store].remove({ tenant, sha256 });
    removed++;
  }
  await rm(pathIn(dataDir), { force: true });
  return { committed, removed };
}

async function wasCommitted(adminUrl: string, id: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query('SELECT pg_xact_status($1::xid8) AS state', [id]);
    const state = rows[0]?.state as string | null;
    if (state === 'in progress') {
      throw new Error('a restore is running: wait until it has ended');
    }
    // What PostgreSQL no longer knows is old; nothing is taken away on a guess.
    return state !== 'aborted';
  } finally {
    await client.end();
  }
}
