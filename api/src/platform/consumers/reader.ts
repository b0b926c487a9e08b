import { systemCaller } from '../access/caller.ts';
import type { Transaction } from '../db/database.ts';
import type { Unit } from '../db/unit-of-work.ts';
import { holdFeed, settledPosition } from '../feed/feed.ts';
import { createOutboxFeed, type OutboxRow } from '../outbox/events.ts';
import { handleTraced } from './handle.ts';
import { bury, reasonOf } from './letters.ts';
import type { Consumer, ConsumerParts } from './types.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/**
 * Time limit of a handler, longer than that of a request, which a person waits for: on a busy machine a
 * handler that is cut off repeats all of its work.
 */
const LONGEST_MS = MINUTE;
/** Retry delays: eight attempts within about two hours. */
const WAITS = [SECOND, 5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, 60 * MINUTE];

/** Name of the consumer's position among the feeds. */
export const feedName = (consumer: string) => `consumer:${consumer}`;

/** Registers consumers in two statements; a new one starts at the present, or at the beginning. */
export async function registerConsumers(
  tx: Transaction,
  tenant: string,
  consumers: readonly Pick<Consumer, 'name' | 'from'>[],
): Promise<void> {
  // In the order of their names: several processes that start at the same time wait for one another.
  const sorted = [...consumers].sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = sorted.map(({ name }) => name);
  const feeds = names.map(feedName);
  const fromBeginning = sorted.map(({ from }) => from === 'beginning');
  await tx.$executeRaw`
    INSERT INTO consumer (tenant_id, name) SELECT ${tenant}, unnest(${names}::text[])
    ON CONFLICT (tenant_id, name) DO UPDATE SET seen_at = now()`;
  await tx.$executeRaw`
    INSERT INTO feed_position (tenant_id, feed, settled)
    SELECT ${tenant}, f.feed, CASE WHEN f.from_beginning THEN 0
      ELSE coalesce((SELECT max(seq) FROM outbox_event), 0) END
    FROM unnest(${feeds}::text[], ${fromBeginning}::boolean[]) AS f(feed, from_beginning)
    ON CONFLICT (tenant_id, feed) DO NOTHING`;
}

/** Passes the events of a consumer to its handler, one per unit of work. */
export function feedOfConsumer(
  parts: ConsumerParts,
  consumer: Consumer,
): { pass(): Promise<boolean> } {
  const { database, units, features, metrics, tenant, log } = parts;
  const { name } = consumer;
  const caller = systemCaller(tenant);
  /** The unit of the poll, and the event being handled. */
  let open: Unit | null = null;
  let current: OutboxRow | null = null;
  const feed = createOutboxFeed({
    database,
    tenant,
    name: feedName(name),
    types: consumer.types,
    // One event per unit: a failing one does not affect others.
    batch: 1,
    transaction: (work) =>
      units.run(
        caller,
        (unit) => {
          open = unit;
          current = null;
          return work(unit.tx);
        },
        { longestMs: LONGEST_MS },
      ),
    async take(tx, [row]) {
      if (!row || !open) return 0;
      const failing = await tx.consumer.findFirst({ where: { name } });
      if (failing?.retrySeq === row.seq && failing.nextAt && failing.nextAt > new Date()) return 0;
      if (consumer.feature !== undefined && !(await features.check(consumer.feature))) return 1;
      current = row;
      await handleTraced(consumer, open, row);
      await tx.consumer.updateMany({
        where: { name, retrySeq: { not: null } },
        data: { retrySeq: null, tries: 0, nextAt: null },
      });
      return 1;
    },
  });

  /** The failed attempt's transaction is rolled back: the attempt is recorded in another. */
  async function noteFailure(row: OutboxRow, error: unknown): Promise<boolean> {
    return units.run(caller, async (unit) => {
      const { tx } = unit;
      await holdFeed(tx, tenant, feedName(name));
      // Another process may have handled it in between.
      if (await isTaken(tx, feedName(name), row.seq)) return true;
      const failing = await tx.consumer.findFirst({ where: { name } });
      const tries = failing?.retrySeq === row.seq ? failing.tries + 1 : 1;
      const wait = WAITS[tries - 1];
      const state =
        wait === undefined
          ? { retrySeq: null, tries: 0, nextAt: null }
          : { retrySeq: row.seq, tries, nextAt: new Date(Date.now() + wait) };
      await tx.consumer.updateMany({ where: { name }, data: state });
      metrics.consumed.inc({ consumer: name, result: wait === undefined ? 'dead' : 'failed' });
      log.warn({ err: error, consumer: name, event: row.id, tries }, 'a consumer failed');
      if (wait !== undefined) return false;
      await bury(parts, unit, { consumer: name, row, tries, error: reasonOf(error) });
      await tx.outboxMark.create({
        data: { tenantId: tenant, feed: feedName(name), seq: row.seq },
      });
      return true;
    });
  }

  return {
    /** @returns whether there is more work. */
    async pass() {
      try {
        const done = await feed.pass();
        if (done && done.taken > 0 && current)
          metrics.consumed.inc({ consumer: name, result: 'handled' });
        return done?.more === true;
      } catch (error) {
        // Without an event the database failed, or the feature was not known: the loop retries.
        const failed = current as OutboxRow | null;
        if (!failed) throw error;
        return noteFailure(failed, error);
      }
    },
  };
}

async function isTaken(tx: Transaction, feed: string, seq: bigint): Promise<boolean> {
  if ((await settledPosition(tx, feed)) >= seq) return true;
  return (await tx.outboxMark.count({ where: { feed, seq } })) > 0;
}
