import { setTimeout as sleep } from 'node:timers/promises';
import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { type Prisma, PrismaClient } from '../generated/prisma/client.ts';
import { beginAs, type Opening, openPool, statementName } from './connections.ts';
import { isWorthRepeating } from './database-errors.ts';

/** The database inside one transaction under one tenant. */
export type Transaction = Prisma.TransactionClient;

/** How often a transaction that the database gave up is tried in all. */
const MOST_TRIES = 5;

/** Who asks: row-level security shows the rows of this tenant only. */
export interface Actor {
  tenant: string;
  /** The user, for the record; null where a worker or the system acts. */
  user: string | null;
}

/**
 * Runs one statement and returns its rows as the driver reads them: JSON and arrays are parsed,
 * times are dates, numeric and bigint are texts.
 */
export type Sql = <Row>(statement: Prisma.Sql) => Promise<Row[]>;

export interface Database {
  /**
   * Runs `work` in one transaction under the actor's tenant: all of it is committed, or none.
   * Without this there is no way to a row.
   *
   * @param options.repeat runs `work` again, a few times, where the database chose the transaction
   * to end a deadlock. Only for work that does nothing outside of the transaction.
   */
  transaction<Result>(
    actor: Actor,
    work: (tx: Transaction) => Promise<Result>,
    options?: { repeat?: boolean },
  ): Promise<Result>;
  /** @throws where the database cannot be reached. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

const openings = new WeakMap<Transaction, Opening>();

/**
 * Statements in a transaction past the query builder, which reads every cell several times over:
 * for what is asked for often, or returns many rows.
 */
export const sqlIn = (tx: Transaction): Sql => {
  const opening = openings.get(tx);
  const client = opening?.client;
  if (!client) throw new Error('the transaction was not begun by this database');
  const run = sqlOf(client);
  return (statement) => {
    // One that took too long was given up, and its connection may be someone else's by now.
    if (client.during !== opening) throw new TransactionOver();
    return run(statement);
  };
};

/**
 * Sends the last statement of a transaction together with its commit. Where it fails, nothing is
 * committed and the transaction fails with its error.
 */
export function sendLast(tx: Transaction, statement: Prisma.Sql): void {
  const last = sqlIn(tx)(statement);
  // Thrown once the commit is answered.
  last.catch(() => {});
  openings.get(tx)!.last = last;
}

/** The tenant that the transaction is under. */
export function tenantIn(tx: Transaction): string {
  const opening = openings.get(tx);
  if (!opening) throw new Error('the transaction was not begun by this database');
  return opening.actor.tenant;
}

class TransactionOver extends Error {
  /** As the query builder says it. */
  readonly code = 'P2028';
  override message = 'the transaction is over';
}

const sqlOf =
  (client: pg.ClientBase): Sql =>
  async <Row>(statement: Prisma.Sql) => {
    const { text, values } = statement;
    const name = statementName(text);
    const { rows } = await client.query({ text, values, ...(name ? { name } : {}) });
    return rows as Row[];
  };

/**
 * Opens a pool of connections as the role that row-level security binds. Connections are made when
 * they are needed, so a database that is away at the start or restarts later is found again.
 *
 * @param url `postgresql://…` of the application's role.
 */
export function openDatabase(
  url: string,
  options: { connections?: number; onError?: (error: Error) => void } = {},
): Database {
  const onError = options.onError ?? (() => {});
  const pool = openPool(url, { connections: options.connections ?? 10, onError });
  const adapter = new PrismaPg(pool, {
    onConnectionError: onError,
    statementNameGenerator: ({ sql }) => statementName(sql) as string,
  });
  const prisma = new PrismaClient({ adapter });
  const once = <Result>(actor: Actor, work: (tx: Transaction) => Promise<Result>) => {
    const opening: Opening = { actor, client: null };
    return beginAs(opening, async () => {
      const result = await prisma.$transaction(
        async (tx) => {
          // No row is visible without: it would be found at once.
          if (!opening.client) throw new Error('the transaction began under no tenant');
          openings.set(tx, opening);
          return work(tx);
        },
        { maxWait: 5_000, timeout: 15_000 },
      );
      await opening.last;
      return result;
    });
  };
  return {
    async transaction(actor, work, { repeat = false } = {}) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await once(actor, work);
        } catch (error) {
          if (!repeat || attempt >= MOST_TRIES || !isWorthRepeating(error)) throw error;
          // Spread, so that the two that met do not meet again.
          await sleep(Math.random() * 20 * 2 ** attempt);
        }
      }
    },
    async ping() {
      await prisma.$queryRaw`SELECT 1`;
    },
    async close() {
      await prisma.$disconnect();
      if (!pool.ended) await pool.end();
    },
  };
}
