import { Prisma } from '../../generated/prisma/client.ts';
import type { Database, Transaction } from '../db/database.ts';

/** Takes every committed row of a growing table once, by one process at a time. */
export interface Feed {
  /**
   * One look.
   *
   * @returns how many rows were taken and whether more wait; null where another process looks now.
   */
  pass(): Promise<{ taken: number; more: boolean } | null>;
}

/** Runs work in a transaction of the tenant. */
export type RunLook = <Result>(work: (tx: Transaction) => Promise<Result>) => Promise<Result>;

/** Rows up to `upTo` are all there once none of these transactions runs any more. */
interface Pending {
  upTo: bigint;
  writers: Set<string>;
}

/**
 * Rows take their numbers when they are written and appear when they are committed, so a row with a
 * low number may appear after one with a high number was taken. A reader that only remembers the
 * highest number would lose it. This one remembers which rows it took, and moves its settled
 * position up to a number only when nobody can commit below it any more:
 *
 * 1. A transaction that inserts holds a lock on the table (RowExclusiveLock) from before it draws
 *    the first number until it is over, and it is visible to others before it lets go.
 * 2. Let `upTo` be the highest visible number. Whoever drew a lower one did so before `upTo` was
 *    committed, so it is over or among the lock's holders that are asked for afterwards.
 * 3. Once none of these holders is left, a new look sees every row up to `upTo` that ever will be.
 *
 * So nobody waits: neither the writers for the reader, nor the other rows for a slow transaction.
 * Between the settled position and the end, taken rows are told apart by the marks of `unread`.
 *
 * @param options.unread the rows beyond `after` that are not marked, lowest number first.
 * @param options.take marks rows as taken, in the same transaction; it may do without some of them
 * by returning how many it took from the beginning.
 */
export function createFeed<Row extends { seq: bigint }>(options: {
  database: Database;
  tenant: string;
  name: string;
  table: 'audit_log' | 'outbox_event';
  batch: number;
  /** Runs a look as one transaction; a plain one of the tenant where left out. */
  transaction?: RunLook;
  unread: (tx: Transaction, after: bigint, limit: number) => Promise<Row[]>;
  take: (tx: Transaction, rows: Row[]) => Promise<number>;
  /** Called where the settled position moves; marks up to it are no longer needed. */
  settle?: (tx: Transaction, upTo: bigint) => Promise<void>;
}): Feed {
  const { database, tenant, name, table, batch } = options;
  const run: RunLook =
    options.transaction ?? ((work) => database.transaction({ tenant, user: null }, work));
  let pending: Pending | null = null;

  return {
    pass: () =>
      run(async (tx) => {
        if (!(await lockFeed(tx, tenant, name))) return null;
        const settled = await settledPosition(tx, name);
        // Before the rows are read: whoever is over by now is seen by that reading.
        const isOver = pending !== null && (await noneWrites(tx, table, pending.writers));
        const rows = await options.unread(tx, settled, batch);
        const taken = rows.length > 0 ? await options.take(tx, rows) : 0;
        if (rows.length === batch || taken < rows.length) {
          return { taken, more: taken === rows.length };
        }
        if (pending && isOver) {
          if (pending.upTo > settled) {
            await moveSettled(tx, tenant, name, pending.upTo);
            await options.settle?.(tx, pending.upTo);
          }
          pending = null;
        }
        if (!pending) {
          const upTo = await highest(tx, table);
          if (upTo > settled) pending = { upTo, writers: await writersOf(tx, table) };
        }
        return { taken, more: false };
      }),
  };
}

const lockKey = (tenant: string, name: string) => `anshi:${name}:${tenant}`;

/** Waits until no process looks at the feed, and keeps others from looking until the commit. */
export async function holdFeed(tx: Transaction, tenant: string, name: string): Promise<void> {
  const key = lockKey(tenant, name);
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${key}, 0))`;
}

/** One process at a time; the lock ends with the transaction, also where the process dies. */
async function lockFeed(tx: Transaction, tenant: string, name: string): Promise<boolean> {
  const key = lockKey(tenant, name);
  const [row] = await tx.$queryRaw<{ got: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(hashtextextended(${key}, 0)) AS got`;
  return row?.got === true;
}

/** Up to here the feed has taken every row; 0 at the beginning. */
export async function settledPosition(tx: Transaction, name: string): Promise<bigint> {
  const found = await tx.feedPosition.findFirst({ where: { feed: name } });
  return found?.settled ?? 0n;
}

async function moveSettled(tx: Transaction, tenantId: string, feed: string, settled: bigint) {
  await tx.feedPosition.upsert({
    where: { tenantId_feed: { tenantId, feed } },
    create: { tenantId, feed, settled },
    update: { settled },
  });
}

async function highest(tx: Transaction, table: 'audit_log' | 'outbox_event'): Promise<bigint> {
  const from = table === 'audit_log' ? Prisma.sql`audit_log` : Prisma.sql`outbox_event`;
  const [row] = await tx.$queryRaw<{ seq: bigint | null }[]>`SELECT max(seq) AS seq FROM ${from}`;
  return row?.seq ?? 0n;
}

/** The transactions that write to the table now, or may have. */
async function writersOf(tx: Transaction, table: string): Promise<Set<string>> {
  const rows = await tx.$queryRaw<{ writer: string }[]>`
    SELECT DISTINCT virtualtransaction AS writer FROM pg_locks
    WHERE locktype = 'relation' AND relation = ${table}::regclass AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND mode = 'RowExclusiveLock'`;
  return new Set(rows.map(({ writer }) => writer));
}

async function noneWrites(
  tx: Transaction,
  table: string,
  writers: ReadonlySet<string>,
): Promise<boolean> {
  if (writers.size === 0) return true;
  const now = await writersOf(tx, table);
  return [...writers].every((writer) => !now.has(writer));
}
