import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { StoreName } from '../store/open.ts';
import { syncFolder } from '../store/sync-folder.ts';
import type { BlobStore } from '../store/types.ts';
import { openStaged, stagedIn } from './staged.ts';

type Stores = Record<StoreName, BlobStore>;

/** Identity of the database and its server; transaction ids are valid on one server only. */
interface Place {
  /** The server's system identifier, from initdb. */
  cluster: string;
  oid: string;
  /** For display: it may be renamed. */
  name: string;
}
type Begun = { what: 'restore'; file: string; at: string; database: Place };
type Line =
  | Begun
  | { what: 'transaction'; id: string }
  | { what: 'put'; store: StoreName; tenant: string; sha256: string };

const NAME = 'restore-unfinished.jsonl';
const pathIn = (dataDir: string) => join(dataDir, NAME);

/** What a restore records before each step, so that an interruption leaves a defined state. */
export interface Journal {
  /** The transaction of the rows. */
  begin(transaction: string): Promise<void>;
  /** A file that did not exist before. */
  put(store: StoreName, tenant: string, sha256: string): Promise<void>;
  /** The restore is complete. */
  done(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param dataDir null for a restore beside the running system, which is discarded afterwards.
 * @param adminUrl the target database.
 */
export async function openJournal(
  dataDir: string | null,
  file: string,
  adminUrl: string,
): Promise<Journal> {
  if (dataDir === null) {
    const nothing = async () => {};
    return { begin: nothing, put: nothing, done: nothing, close: nothing };
  }
  const path = pathIn(dataDir);
  const database = await asking(adminUrl, placeOf);
  const handle = await open(path, 'a', 0o600);
  const write = async (line: Line) => {
    await handle.appendFile(`${JSON.stringify(line)}\n`);
    await handle.datasync();
  };
  await write({ what: 'restore', file, at: new Date().toISOString(), database });
  await syncFolder(dataDir);
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
  // The last line may be truncated: its step had not been done.
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as Line];
    } catch {
      return [];
    }
  });
}

const begunIn = (lines: readonly Line[]): Begun | undefined =>
  lines.find((line) => line.what === 'restore');

/** @throws Error where a restore into this folder was interrupted: the data would be incomplete. */
export async function refuseUnfinishedRestore(dataDir: string): Promise<void> {
  const lines = await readJournal(dataDir);
  if (!lines) return;
  const from = begunIn(lines);
  throw new Error(
    `a restore${from ? ` of ${from.file}, begun at ${from.at},` : ''} was stopped before its end: run it again, or end it by "npm run restore -- --clean"`,
  );
}

export interface CleanedUp {
  /** Whether its rows were committed. */
  committed: boolean;
  /** Files removed, because their rows were not committed. */
  removed: number;
  /** Files that were staged for the commit and moved into place. */
  settled: number;
}

/**
 * Completes or rolls back an interrupted restore. If its rows were not committed, its files are
 * removed; earlier files of the stores were not touched. If they were, the staged files are moved
 * into place.
 *
 * @returns what was done; null where no restore was interrupted.
 * @throws Error where the target was another database, it is still running, or the state is
 *   unknown.
 */
export async function cleanUp(
  dataDir: string,
  adminUrl: string,
  stores: Stores,
): Promise<CleanedUp | null> {
  const lines = await readJournal(dataDir);
  if (!lines) return null;
  const state = await asking(adminUrl, async (client) => {
    refuseOther(dataDir, lines, await placeOf(client));
    const transaction = lines.findLast((line) => line.what === 'transaction');
    return transaction ? stateOf(client, transaction.id) : 'aborted';
  });
  const staged = openStaged(dataDir);
  let removed = 0;
  let settled = 0;
  if (state === 'aborted') {
    for (const line of lines) {
      if (line.what !== 'put') continue;
      const { store, tenant, sha256 } = line;
      await stores[store].remove({ tenant, sha256 });
      removed++;
    }
    await staged.discard();
  } else if (state === 'committed') {
    settled = await staged.settle(stores);
  } else if ((await staged.count()) > 0) {
    throw new Error(
      `PostgreSQL no longer knows whether the rows of ${begunIn(lines)?.file} were committed, and files of it wait in ${stagedIn(dataDir)}: look whether its rows are there; if they are, copy these files over those in the data folder, and in both cases remove ${stagedIn(dataDir)} and ${pathIn(dataDir)}`,
    );
  }
  await rm(pathIn(dataDir), { force: true });
  return { committed: state !== 'aborted', removed, settled };
}

/** @throws Error where the rows of the journal went into another database. */
function refuseOther(dataDir: string, lines: readonly Line[], here: Place): void {
  const begun = begunIn(lines);
  // Its first line was truncated: nothing had been done.
  if (!begun) return;
  const { file, at } = begun;
  const there = begun.database as Place | undefined;
  if (there?.cluster === here.cluster && there.oid === here.oid) return;
  const where = !there
    ? 'and does not say into which database, as those of older versions'
    : there.cluster === here.cluster
      ? `into the database "${there.name}", and this is "${here.name}"`
      : `into the database "${there.name}" of another server`;
  throw new Error(
    `${pathIn(dataDir)} is of a restore of ${file}, begun at ${at}, ${where}: name that database by DATABASE_URL and ANSHI_DATABASE_ADMIN_URL and end it there by "npm run restore -- --clean". Where that database is gone for good, remove this journal and ${stagedIn(dataDir)}`,
  );
}

async function asking<Result>(
  adminUrl: string,
  ask: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    return await ask(client);
  } finally {
    await client.end();
  }
}

async function placeOf(client: pg.Client): Promise<Place> {
  const { rows } = await client.query(
    `SELECT c.system_identifier::text AS cluster, d.oid::text AS oid, d.datname AS name
     FROM pg_control_system() c, pg_database d WHERE d.datname = current_database()`,
  );
  return rows[0] as Place;
}

/** PostgreSQL's message of `pg_xact_status` for a transaction id that was not assigned yet. */
const INVALID_PARAMETER_VALUE = '22023';

/**
 * A status that PostgreSQL no longer knows is left to the administrator. An id that it has not
 * assigned is of a transaction lost in a crash: committed ones survive.
 */
async function stateOf(
  client: pg.Client,
  id: string,
): Promise<'committed' | 'aborted' | 'unknown'> {
  const state = await client.query('SELECT pg_xact_status($1::xid8) AS state', [id]).then(
    ({ rows }) => rows[0]?.state as string | null,
    (error: { code?: string }) => {
      if (error.code === INVALID_PARAMETER_VALUE) return 'aborted';
      throw error;
    },
  );
  if (state === 'in progress') {
    throw new Error('a restore is running: wait until it has ended');
  }
  return state === 'committed' || state === 'aborted' ? state : 'unknown';
}
