import { Prisma } from '../../generated/prisma/client.ts';
import type { Database, Transaction } from '../db/database.ts';

/** Processes every committed row of an append-only table once, by one process at a time. */
export interface Feed {
  /**
   * One poll.
   *
   * @returns the number of rows taken, and whether more wait; null where another process is
   *   polling.
   */
  pass(): Promise<{ taken: number; more: boolean } | null>;
}

/** Runs work in a transaction of the tenant. */
export type RunLook = <Result>(work: (tx: Transaction) => Promise<Result>) => Promise<Result>;

/** Rows up to `upTo` are complete once none of these transactions is running. */
export interface Pending {
  upTo: bigint;
  writers: Set<string>;
}

/**
 * Rows draw their numbers at insert and become visible at commit, so a row with a low number may
 * appear after one with a high number was taken. A reader that only stores the highest number would
 * lose it. This one marks the rows it took, and moves its settled position up to a number only when
 * no transaction can commit below it any more:
 *
 * 1. An inserting transaction holds a lock on the table (RowExclusiveLock) from before it draws its
 * first number until it ends, and it is visible to others before it releases the lock.
 * 2. Let `upTo` be the highest visible number. A transaction with a lower number drew it before
 * `upTo` was committed, so it has ended or is among the lock holders queried afterwards.
 * 3. Once none of these holders is left, the next poll sees every row up to `upTo`.
 *
 * So nothing blocks: neither the writers for the reader, nor other rows for a slow transaction.
 * Between the settled position and the end, taken rows are distinguished by the marks of `unread`.
 *
 * @param options.unread the unmarked rows beyond `after`, lowest number first.
 * @param options.take marks rows as taken, in the same transaction; it may take only the first
 *   ones, by returning their number.
 */
export function createFeed<Row extends { seq: bigint }>(options: {
  database: Database;
  tenant: string;
  name: string;
  table: 'audit_log' | 'outbox_event';
  batch: number;
  /** Runs a poll as one transaction; by default a plain one of the tenant. */
  transaction?: RunLook;
  unread: (tx: Transaction, after: bigint, limit: number) => Promise<Row[]>;
  take: (tx: Transaction, rows: Row[]) => Promise<number>;
  /** Called when the settled position moves; marks up to it are no longer needed. */
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
        // Before the rows are read: the read sees the rows of transactions that have ended by now.
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

/** Name of the advisory lock of a feed, whose key is `hashtextextended(name, 0)`. */
export const lockKey = (tenant: string, name: string) => `anshi:${name}:${tenant}`;

/** Waits until no process is polling the feed, and blocks others until the commit. */
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

/** Position up to which all rows were taken; 0 at the start. */
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

/** The highest visible number, and the transactions that may still commit below it. */
export async function pendingRows(
  tx: Transaction,
  table: 'audit_log' | 'outbox_event',
): Promise<Pending> {
  // In this order: a transaction that ends in between has committed rows that the next poll sees.
  const upTo = await highest(tx, table);
  return { upTo, writers: await writersOf(tx, table) };
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

/** Whether all of these transactions have ended. */
export async function noneWrites(
  tx: Transaction,
  table: string,
  writers: ReadonlySet<string>,
): Promise<boolean> {
  if (writers.size === 0) return true;
  const now = await writersOf(tx, table);
  return [...writers].every((writer) => !now.has(writer));
}
