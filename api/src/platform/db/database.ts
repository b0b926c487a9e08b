import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Prisma } from '../../generated/prisma/client.ts';
import {
  nameStatements,
  type Opening,
  openPool,
  type TenantClient,
  writeValues,
} from './connections.ts';
import { isOfOutdatedPlan, isWorthRepeating } from './database-errors.ts';
import { createQueryBuilder, LendingPool, TransactionOver } from './lending.ts';

/** The database within one transaction under one tenant. */
export type Transaction = Prisma.TransactionClient;

/** Maximum number of attempts of an aborted transaction. */
const MOST_TRIES = 5;

/** The actor: row-level security shows the rows of this tenant only. */
export interface Actor {
  tenant: string;
  /** The user, for the record; null for a worker or the system. */
  user: string | null;
}

/**
 * Runs one statement and returns its rows as the driver parses them: JSON and arrays are parsed,
 * times are dates, numeric and bigint are strings.
 */
export type Sql = <Row>(statement: Prisma.Sql) => Promise<Row[]>;

export interface Database {
  /**
   * Runs `work` in one transaction under the actor's tenant: all of it is committed, or none. There
   * is no other access to rows.
   *
   * @param options.longestMs time limit, in the place of that of the pool.
   * @param options.repeat repeats `work`, a few times, where the database aborted the transaction
   *   to end a deadlock. Only for work without side effects outside of the transaction.
   */
  transaction<Result>(
    actor: Actor,
    work: (tx: Transaction) => Promise<Result>,
    options?: { repeat?: boolean; longestMs?: number },
  ): Promise<Result>;
  /** @throws where the database is unavailable. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

const openings = new WeakMap<Transaction, Opening>();

function openingOf(tx: Transaction): Opening {
  const opening = openings.get(tx);
  if (!opening) throw new Error('the transaction was not begun by this database');
  return opening;
}

/**
 * Statements in a transaction without the query builder, which parses every cell several times: for
 * frequent queries, or those with many rows.
 */
export const sqlIn = (tx: Transaction): Sql => {
  const opening = openingOf(tx);
  const { client } = opening;
  return async <Row>({ text, values }: Prisma.Sql) => {
    // After the time limit the transaction was aborted, and its connection may belong to another.
    if (client.during !== opening) throw new TransactionOver();
    const name = opening.nameOf(text);
    const { rows } = await client.query({ text, values, ...(name ? { name } : {}) });
    return rows as Row[];
  };
};

/**
 * Sends the last statement of a transaction together with its commit. If it fails, nothing is
 * committed and the transaction fails with its error.
 *
 * @returns its rows, to be awaited after the transaction.
 * @throws where one of its values cannot be converted.
 */
export function sendLast<Row>(tx: Transaction, statement: Prisma.Sql): Promise<Row[]> {
  const { text } = statement;
  // Values that cannot be converted fail here: the commit must not be sent without the statement.
  const values = writeValues(statement.values);
  const last = sqlIn(tx)<Row>({ text, values } as Prisma.Sql);
  // Thrown once the commit is answered.
  last.catch(() => {});
  openingOf(tx).last = last;
  return last;
}

/** The rows of one query in a transaction of its own, in one message with its begin and its commit. */
export async function readOnce<Row>(
  database: Pick<Database, 'transaction'>,
  actor: Actor,
  query: Prisma.Sql,
): Promise<Row[]> {
  let rows: Promise<Row[]> | undefined;
  await database.transaction(actor, async (tx) => {
    rows = sendLast<Row>(tx, query);
  });
  return rows ?? [];
}

/** The tenant of the transaction. */
export const tenantIn = (tx: Transaction): string => openingOf(tx).actor.tenant;

const LONGEST_MS = 15_000;

/**
 * Opens a pool of connections as the role bound by row-level security. Connections are opened on
 * demand, so a database that is unavailable at the start or restarts later is found again.
 *
 * @param url `postgresql://…` of the application's role.
 * @param options.longestMs time limit of a transaction: it holds a connection, and perhaps row
 *   locks.
 */
export function openDatabase(
  url: string,
  options: { connections?: number; longestMs?: number; onError?: (error: Error) => void } = {},
): Database {
  const { longestMs = LONGEST_MS, onError = () => {} } = options;
  const pool = openPool(LendingPool, url, { connections: options.connections ?? 10, onError });
  const nameOf = nameStatements();
  const builder = createQueryBuilder(pool, { onError, nameOf });

  async function once<Result>(
    actor: Actor,
    work: (tx: Transaction) => Promise<Result>,
    limitMs: number,
  ): Promise<Result> {
    const client = (await pool.connect()) as TenantClient & pg.PoolClient;
    const opening: Opening = { actor, client, nameOf };
    const { tx, leave } = builder.join(opening);
    openings.set(tx, opening);
    client.on('error', onError);
    client.begin(opening);
    let broken: Error | undefined;
    try {
      const result = await within(limitMs, work(tx));
      const [committed] = await Promise.all([client.finish('COMMIT'), leave()]);
      await opening.last;
      if (!committed) throw new NotCommitted(opening.failure);
      return result;
    } catch (error) {
      if (client.during === opening) {
        const undone = client.finish('ROLLBACK').catch((lost: Error) => {
          broken = lost;
        });
        await Promise.all([undone, leave()]);
      }
      throw error;
    } finally {
      client.removeListener('error', onError);
      if (isOfOutdatedPlan(opening.failure)) broken ??= opening.failure as Error;
      // The next user must not find the connection in a transaction.
      if (client.getTransactionStatus() !== 'I') broken ??= new NotCommitted(opening.failure);
      client.release(broken);
    }
  }

  return {
    async transaction(actor, work, { repeat = false, longestMs: limitMs = longestMs } = {}) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await once(actor, work, limitMs);
        } catch (error) {
          if (!repeat || attempt >= MOST_TRIES || !isWorthRepeating(error)) throw error;
          // Randomised, so that two colliding transactions do not collide again.
          await sleep(Math.random() * 20 * 2 ** attempt);
        }
      }
    },
    async ping() {
      await builder.ping();
    },
    async close() {
      await builder.close();
      if (!pool.ended) await pool.end();
    },
  };
}

class NotCommitted extends Error {
  /** @param cause why the statement failed. */
  constructor(cause: unknown) {
    super(
      'the transaction was rolled back: a statement in it failed, and whoever sent it went on',
      { cause },
    );
  }
}

/** @throws TransactionOver after the time limit; the work is not awaited any longer. */
async function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TransactionOver()), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
