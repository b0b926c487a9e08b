import { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../db/database.ts';
import { lockKey, noneWrites, type Pending, pendingRows } from '../feed/feed.ts';
import { feedName } from './reader.ts';
import type { Consumer, ConsumerParts } from './types.ts';

/** A consumer whose position is behind the newest event. */
interface Behind {
  name: string;
  /** Whether an event of its types is unread. */
  waiting: boolean;
  /** Whether its lock was free: no process is handling an event of it. */
  locked: boolean;
}

/** The state of all consumers after a poll. */
interface Watched {
  /** Names of those with unread events. */
  waiting: string[];
  /** Whether the positions of all others are at the newest event. */
  isSettled: boolean;
}

/**
 * One poll for all consumers: finds those with unread events, and moves the positions of the others
 * to the newest event below which no transaction can commit any more (see `createFeed`).
 *
 * @returns a function for a loop.
 */
export function watchConsumers(
  { database, tenant }: Pick<ConsumerParts, 'database' | 'tenant'>,
  consumers: readonly Consumer[],
): () => Promise<Watched> {
  const feeds = JSON.stringify(
    consumers.map(({ name, types }) => ({
      name,
      feed: feedName(name),
      key: lockKey(tenant, feedName(name)),
      exact: types.filter((type) => !type.endsWith('*')),
      beginnings: types.filter((type) => type.endsWith('*')).map((type) => type.slice(0, -1)),
    })),
  );
  let pending: Pending | null = null;

  return () =>
    database.transaction({ tenant, user: null }, async (tx) => {
      const isBehind = await anyBehind(tx, consumers);
      if (!isBehind) {
        pending = null;
        return { waiting: [], isSettled: true };
      }
      // Before the events are read: the read sees those of transactions that have ended by now.
      const isOver = pending !== null && (await noneWrites(tx, 'outbox_event', pending.writers));
      const upTo = isOver ? (pending?.upTo ?? null) : null;
      const behind = await findBehind(tx, feeds, upTo !== null);
      const resting = behind.filter(({ waiting, locked }) => !waiting && locked);
      if (upTo !== null) {
        await moveOn(
          tx,
          resting.map(({ name }) => feedName(name)),
          upTo,
        );
        pending = null;
      }
      pending ??= await pendingRows(tx, 'outbox_event');
      const isSettled = upTo !== null && upTo === pending.upTo;
      return {
        waiting: behind.filter(({ waiting }) => waiting).map(({ name }) => name),
        isSettled,
      };
    });
}

async function anyBehind(tx: Transaction, consumers: readonly Consumer[]): Promise<boolean> {
  const names = consumers.map(({ name }) => feedName(name));
  const [row] = await tx.$queryRaw<{ behind: boolean }[]>`
    SELECT EXISTS (
      SELECT 1 FROM feed_position WHERE feed = ANY (${names}::text[])
        AND settled < (SELECT max(seq) FROM outbox_event)) AS behind`;
  return row?.behind === true;
}

/** @param lock takes the lock of each feed, where it is free, until the end of the transaction. */
function findBehind(tx: Transaction, feeds: string, lock: boolean): Promise<Behind[]> {
  const locked = lock
    ? Prisma.sql`pg_try_advisory_xact_lock(hashtextextended(f.key, 0))`
    : Prisma.sql`FALSE`;
  return tx.$queryRaw<Behind[]>`
    SELECT f.name, ${locked} AS locked, EXISTS (
      SELECT 1 FROM outbox_event e
      WHERE e.seq > p.settled
        AND (f.exact ? e.type OR EXISTS (
          SELECT 1 FROM jsonb_array_elements_text(f.beginnings) AS beginning
          WHERE starts_with(e.type, beginning)))
        AND NOT EXISTS (
          SELECT 1 FROM outbox_mark m
          WHERE m.tenant_id = e.tenant_id AND m.feed = f.feed AND m.seq = e.seq)) AS waiting
    FROM jsonb_to_recordset(${feeds}::jsonb)
      AS f(name text, feed text, key text, exact jsonb, beginnings jsonb)
    JOIN feed_position p ON p.feed = f.feed
    WHERE p.settled < (SELECT max(seq) FROM outbox_event)`;
}

/** Moves positions on, and removes the marks that they make needless. */
async function moveOn(tx: Transaction, feeds: string[], upTo: bigint): Promise<void> {
  if (feeds.length === 0) return;
  await tx.feedPosition.updateMany({
    where: { feed: { in: feeds }, settled: { lt: upTo } },
    data: { settled: upTo },
  });
  await tx.outboxMark.deleteMany({ where: { feed: { in: feeds }, seq: { lte: upTo } } });
}
