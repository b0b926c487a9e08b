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
  /** It was told that it is over: its own commit is not the transaction's. */
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

/** The connection without what begins, ends and releases it, which stays with whoever lent it. */
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

/** What a statement answers that was not sent. */
const NOTHING = { command: '', rowCount: 0, oid: 0, rows: [], fields: [] };

/** A statement came after the end of its transaction, such as one that took too long. */
export class TransactionOver extends Error {
  /** As the query builder says it. */
  readonly code = 'P2028';
  override message = 'the transaction is over';
}

/** Far beyond what a transaction may take: the end is ours to say. */
const NEVER_MS = 3_600_000;

/** The query builder on a pool, which joins transactions that others began. */
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
     * The query builder in the transaction. It joins with its first use: beginning a transaction of
     * its own costs it more than most statements, and many transactions never need it.
     *
     * @returns `leave`: whatever is asked of it afterwards fails.
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
              { maxWait: 5_000, timeout: NEVER_MS },
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

/** What looks like the client of a transaction, and gets the real one when something is asked of it. */
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

/** An object that has every member that it is asked for. */
const lookAlike = (memberOf: (name: string) => unknown): object =>
  new Proxy(
    {},
    // A promise would be taken for one by whoever awaits it.
    {
      get: (_, name) => (typeof name === 'string' && name !== 'then' ? memberOf(name) : undefined),
    },
  );
