import type { Logger } from 'pino';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Database, Transaction } from '../db/database.ts';
import { createFeed } from '../feed/feed.ts';
import { type Loop, startLoop } from '../feed/loop.ts';
import type { Anchors } from './anchors.ts';
import { contentOf } from './chain.ts';
import { GENESIS, sealHash } from './seal-hash.ts';

/** Name of the sealer's position in the feed. */
export const SEAL_FEED = 'audit-seal';
const BATCH = 5_000;
/** Seals follow their rows within a second. */
const EVERY_MS = 400;

interface UnsealedRow {
  seq: bigint;
  content: string;
}

/** The newest seal of a chain. */
export interface Head {
  position: bigint;
  hash: string;
}

/**
 * Seals the committed rows of the log in the background. The chain is in the order of sealing, not
 * of the row numbers: a transaction that commits late is sealed late, and none is lost.
 */
export function startSealer(options: {
  database: Database;
  tenant: string;
  log: Logger;
  anchors?: Anchors;
}): Loop {
  const { tenant, log, anchors } = options;
  const feed = createSealing(options.database, tenant);
  return startLoop({
    name: SEAL_FEED,
    log,
    everyMs: EVERY_MS,
    async pass() {
      const done = await feed.pass();
      if (done && !done.more) await anchors?.keep();
      return done?.more === true;
    },
  });
}

/** One sealing pass, for the caller's loop; it seals at most a batch of rows. */
export function createSealing(database: Database, tenant: string) {
  return createFeed<UnsealedRow>({
    database,
    tenant,
    name: SEAL_FEED,
    table: 'audit_log',
    batch: BATCH,
    unread: (tx, after, limit) => tx.$queryRaw<UnsealedRow[]>`
      SELECT l.seq, ${contentOf} AS content FROM audit_log l
      WHERE l.seq > ${after} AND NOT EXISTS (
        SELECT 1 FROM audit_seal s
        WHERE s.tenant_id = l.tenant_id AND s.seq = l.seq AND s.seq > ${after})
      ORDER BY l.seq LIMIT ${limit}`,
    async take(tx, rows) {
      await seal(tx, tenant, rows);
      return rows.length;
    },
  });
}

async function seal(tx: Transaction, tenant: string, rows: UnsealedRow[]): Promise<void> {
  const head = await findHead(tx);
  let previous = head?.hash ?? GENESIS;
  let position = head?.position ?? 0n;
  const hashes = rows.map(({ seq, content }) => {
    position++;
    previous = sealHash({ tenant, position, seq, previous, content });
    return previous;
  });
  const seqs = rows.map(({ seq }) => seq).join(',');
  await tx.$executeRaw`
    INSERT INTO audit_seal (tenant_id, position, seq, hash, previous)
    SELECT ${tenant}, ${head?.position ?? 0n}::bigint + n, seq, decode(hash, 'hex'),
           decode(coalesce(lag(hash) OVER (ORDER BY n), ${head?.hash ?? GENESIS}), 'hex')
    FROM unnest(string_to_array(${seqs}, ',')::bigint[], string_to_array(${hashes.join(',')}, ','))
      WITH ORDINALITY AS sealed (seq, hash, n)`;
}

/** @returns null before the first seal. */
export async function findHead(tx: Transaction): Promise<Head | null> {
  const [head] = await tx.$queryRaw<Head[]>(
    Prisma.sql`SELECT position, encode(hash, 'hex') AS hash FROM audit_seal
               ORDER BY position DESC LIMIT 1`,
  );
  return head ?? null;
}
