import { Prisma } from '../../generated/prisma/client.ts';
import { type Database, sqlIn, type Transaction } from '../db/database.ts';
import { createFeed, type Feed, type RunLook } from '../feed/feed.ts';

/** A committed event in the outbox. */
export interface OutboxRow {
  seq: bigint;
  id: string;
  type: string;
  entity: string;
  subject: string | null;
  at: Date;
  data: Prisma.JsonValue;
  /** The trace of its unit of work; null without one. */
  traceparent: string | null;
}

/** One source for all API processes: consumers drop duplicates by source and id. */
const SOURCE = '/api';

/** The event as a CloudEvent 1.0, identical at each sending. */
export function toCloudEvent(row: Omit<OutboxRow, 'seq' | 'entity'>) {
  const { id, type, subject, at, data, traceparent } = row;
  return {
    specversion: '1.0' as const,
    id,
    source: SOURCE,
    type,
    time: at.toISOString(),
    ...(subject === null ? {} : { subject }),
    datacontenttype: 'application/json' as const,
    ...(traceparent === null ? {} : { traceparent }),
    data,
  };
}

/**
 * Passes every committed event to `take` once, in the order of commits.
 *
 * @param options.types only events of these types: exact, or a prefix and `*`. Default all.
 * @param options.transaction runs each poll; default a plain transaction.
 * @param options.name of this reader, which has its own position.
 * @param options.data false if the reader needs no data: it is null then, and not parsed.
 * @param options.take returns how many of the first it took; those are marked in the same
 *   transaction, the others are repeated.
 */
export function createOutboxFeed(options: {
  database: Database;
  tenant: string;
  name: string;
  batch: number;
  types?: readonly string[];
  data?: false;
  transaction?: RunLook;
  take: (tx: Transaction, rows: OutboxRow[]) => Promise<number>;
}): Feed {
  const { tenant, name, types } = options;
  const wanted = types ? typesSql(types) : Prisma.sql`TRUE`;
  const data = options.data === false ? Prisma.sql`NULL::jsonb` : Prisma.sql`e.data`;
  return createFeed<OutboxRow>({
    ...options,
    table: 'outbox_event',
    unread: (tx, after, limit) => tx.$queryRaw<OutboxRow[]>`
      SELECT e.seq, e.id, e.type, e.entity, e.subject, e.at, ${data} AS data, e.traceparent
      FROM outbox_event e
      WHERE e.seq > ${after} AND ${wanted} AND NOT EXISTS (
        SELECT 1 FROM outbox_mark m
        WHERE m.tenant_id = e.tenant_id AND m.feed = ${name} AND m.seq = e.seq AND m.seq > ${after})
      ORDER BY e.seq LIMIT ${limit}`,
    async take(tx, rows) {
      const taken = await options.take(tx, rows);
      const seqs = rows.slice(0, taken).map(({ seq }) => String(seq));
      await sqlIn(tx)(Prisma.sql`
        INSERT INTO outbox_mark (tenant_id, feed, seq)
        SELECT ${tenant}, ${name}, seq FROM unnest(${seqs}::bigint[]) AS seq`);
      return taken;
    },
    async settle(tx, upTo) {
      await tx.outboxMark.deleteMany({ where: { feed: name, seq: { lte: upTo } } });
    },
  });
}

/** The condition for events `e` of the types. */
function typesSql(types: readonly string[]): Prisma.Sql {
  const exact = types.filter((type) => !type.endsWith('*'));
  const beginnings = types.filter((type) => type.endsWith('*')).map((type) => type.slice(0, -1));
  return Prisma.sql`(e.type = ANY (${exact}::text[]) OR EXISTS (
    SELECT 1 FROM unnest(${beginnings}::text[]) AS beginning WHERE starts_with(e.type, beginning)))`;
}

/** @param wanted a type, or a prefix and `*`. */
export function matches(wanted: string, type: string): boolean {
  return wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : wanted === type;
}
