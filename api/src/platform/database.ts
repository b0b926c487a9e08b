import { setTimeout as sleep } from 'node:timers/promises';
import { PrismaPg } from '@prisma/adapter-pg';
import { type Prisma, PrismaClient } from '../generated/prisma/client.ts';
import { isWorthRepeating } from './errors.ts';

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
  const adapter = new PrismaPg(
    {
      connectionString: url,
      max: options.connections ?? 10,
      connectionTimeoutMillis: 3_000,
      // A server that vanished without a word must not hold a request for ever.
      query_timeout: 20_000,
      idleTimeoutMillis: 30_000,
      keepAlive: true,
      application_name: 'anshi-api',
    },
    { onPoolError: onError, onConnectionError: onError },
  );
  const prisma = new PrismaClient({ adapter });
  const once = <Result>(actor: Actor, work: (tx: Transaction) => Promise<Result>) =>
    prisma.$transaction(
      async (tx) => {
        // `true` binds the setting to this transaction: a pooled connection keeps nothing of it.
        await tx.$queryRaw`SELECT set_config('app.tenant', ${actor.tenant}, true), set_config('app.user', ${actor.user ?? ''}, true)`;
        return work(tx);
      },
      { maxWait: 5_000, timeout: 15_000 },
    );
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
    close: () => prisma.$disconnect(),
  };
}
