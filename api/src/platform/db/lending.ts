import { AsyncLocalStorage } from 'node:async_hooks';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { type Prisma, PrismaClient } from '../../generated/prisma/client.ts';
import type { NameStatement, Opening } from './connections.ts';

/** The transaction that the query builder is about to join. */
const joining = new AsyncLocalStorage<Loan>();

/** A transaction of ours, lent to the query builder. */
interface Loan {
  opening: Opening;
  /** Prisma ended it: its own commit is not the transaction's. */
  over: boolean;
}

type Connect = (callback?: unknown) => unknown;

/** Gives the query builder the connection of the transaction that it joins, not one of its own. */
export class LendingPool extends pg.Pool {
  override connect(callback?: unknown): never {
    const loan = callback === undefined ? joining.getStore() : undefined;
    const given = loan ? Promise.resolve(lent(loan)) : (super.connect as Connect)(callback);
    return given as never;
  }
}

type Query = (...given: unknown[]) => Promise<unknown>;

/** The connection without begin, end and release, which stay with the lender. */
function lent(loan: Loan): object {
  const { opening } = loan;
  const { client } = opening;
  let joined = false;
  const query: Query = async (...given) => {
    const [config] = given as [string | { text?: string }];
    const text = typeof config === 'string' ? config : config.text;
    if (!joined && text === 'BEGIN') {
      joined = true;
      return NOTHING;
    }
    if (loan.over && (text === 'COMMIT' || text === 'ROLLBACK')) return NOTHING;
    if (client.during !== opening) throw new TransactionOver();
    return (client.query as Query)(...given);
  };
  return {
    query,
    release() {},
    on: client.on.bind(client),
    removeListener: client.removeListener.bind(client),
  };
}

/** The result of a statement that was not sent. */
const NOTHING = { command: '', rowCount: 0, oid: 0, rows: [], fields: [] };

/** A statement after the end of its transaction, such as one beyond the time limit. */
export class TransactionOver extends Error {
  /** The same in Prisma's wording. */
  readonly code = 'P2028';
  override message = 'the transaction is over';
}

/** Far beyond the limit of a transaction: its end is decided by us. */
const NEVER_MS = 3_600_000;
/** Longer than the pool waits for a connection (connections.ts), so that the pool says what is wrong. */
const MOST_WAIT_MS = 15_000;

/** The query builder on a pool; it joins transactions started by others. */
export function createQueryBuilder(
  pool: LendingPool,
  { onError, nameOf }: { onError: (error: Error) => void; nameOf: NameStatement },
) {
  const adapter = new PrismaPg(pool, {
    onConnectionError: onError,
    statementNameGenerator: ({ sql }) => nameOf(sql) as string,
  });
  const prisma = new PrismaClient({ adapter });
  return {
    /**
     * The query builder in the transaction. It joins on its first use: a transaction of its own
     * costs more than most statements, and many transactions never need it.
     *
     * @returns `leave`: later calls fail.
     */
    join(opening: Opening): { tx: Prisma.TransactionClient; leave(): Promise<void> } {
      const loan: Loan = { opening, over: false };
      let joined: Promise<Prisma.TransactionClient> | null = null;
      let left: Promise<unknown> = Promise.resolve();
      let end: () => void = () => {};
      const join = () => {
        joined ??= new Promise((resolve, reject) => {
          const whole = () =>
            prisma.$transaction(
              (tx) => {
                resolve(tx);
                return new Promise<void>((over) => {
                  end = over;
                  if (loan.over) over();
                });
              },
              { maxWait: MOST_WAIT_MS, timeout: NEVER_MS },
            );
          left = joining.run(loan, whole).catch(reject);
        });
        return joined;
      };
      return {
        tx: whenAsked(join),
        async leave() {
          loan.over = true;
          end();
          await left;
        },
      };
    },
    ping: () => prisma.$queryRaw`SELECT 1`,
    close: () => prisma.$disconnect(),
  };
}

type Call = (...given: unknown[]) => unknown;

/** A proxy of the transaction's client, which creates the real one on first use. */
function whenAsked(join: () => Promise<Prisma.TransactionClient>): Prisma.TransactionClient {
  const call =
    (find: (real: object) => { on: object; method: unknown }): Call =>
    (...given) =>
      join().then((real) => {
        const { on, method } = find(real);
        return (method as Call).apply(on, given);
      });
  const model = (name: string) =>
    lookAlike((method) =>
      call((real) => {
        const on = Reflect.get(real, name) as object;
        return { on, method: Reflect.get(on, method) };
      }),
    );
  const client = lookAlike((name) =>
    name.startsWith('$')
      ? call((real) => ({ on: real, method: Reflect.get(real, name) }))
      : model(name),
  );
  return client as Prisma.TransactionClient;
}

/** An object with every property. */
const lookAlike = (memberOf: (name: string) => unknown): object =>
  new Proxy(
    {},
    // Without `then`, so that `await` does not take it for a promise.
    {
      get: (_, name) => (typeof name === 'string' && name !== 'then' ? memberOf(name) : undefined),
    },
  );
