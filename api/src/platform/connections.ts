import { AsyncLocalStorage } from 'node:async_hooks';
import type { Duplex } from 'node:stream';
import pg from 'pg';
import type { Actor } from './database.ts';
import { createStatementNames } from './statements.ts';

/** A transaction that is about to begin, and then the connection that it has. */
export interface Opening {
  actor: Actor;
  client: TenantClient | null;
  /** The last statement, which is not waited for before the commit is sent. */
  last?: Promise<unknown>;
}

const opening = new AsyncLocalStorage<Opening>();

/**
 * Whatever begins a transaction within `work` begins it under the tenant of the actor.
 *
 * @returns what `work` does; `one.client` is the connection once the transaction has begun.
 */
export const beginAs = <Result>(one: Opening, work: () => Result): Result => opening.run(one, work);

/**
 * What begins a transaction under one tenant, in one message to the server. The setting is bound to
 * the transaction: a pooled connection keeps nothing of it.
 */
function beginUnder({ tenant, user }: Actor): string {
  const [ofTenant, ofUser] = [pg.escapeLiteral(tenant), pg.escapeLiteral(user ?? '')];
  return `BEGIN; SELECT set_config('app.tenant', ${ofTenant}, true), set_config('app.user', ${ofUser}, true)`;
}

type Send = (...given: unknown[]) => Promise<pg.QueryResult>;

/**
 * A connection that makes few and full messages, since each of them costs more than most
 * statements. A transaction begins with its first statement, in one message with the setting of its
 * tenant, and statements that are sent at the same moment go out together.
 */
export class TenantClient extends pg.Client {
  /** Whose transaction it is in. */
  during: Opening | null = null;
  /** The beginning that is not sent yet. */
  #beginning: string | null = null;

  // The driver's own signature has eight overloads; they all come through here.
  override query(...given: unknown[]): never {
    return this.#query(given) as never;
  }

  #query(given: unknown[]): unknown {
    const one = opening.getStore();
    const [query] = given as [{ text?: string } | string];
    const text = typeof query === 'object' ? query?.text : query;
    if (one && text === 'BEGIN' && one.client === null) {
      one.client = this;
      this.during = one;
      this.#beginning = beginUnder(one.actor);
      return Promise.resolve(NOTHING);
    }
    const isEnd = text === 'COMMIT' || text === 'ROLLBACK';
    if (isEnd) this.during = null;
    const beginning = this.#beginning;
    this.#beginning = null;
    if (beginning === null) return this.#send(given);
    if (isEnd) return Promise.resolve(NOTHING);
    const begun = this.#send([beginning]);
    // Both are waited for: what is sent into a transaction that did not begin sees no tenant.
    return Promise.all([this.#send(given), begun]).then(([result]) => result);
  }

  #send(given: unknown[]): Promise<pg.QueryResult> {
    const { stream } = (this as unknown as { connection: { stream: Duplex } }).connection;
    stream.cork();
    process.nextTick(() => stream.uncork());
    return (super.query as Send)(...given);
  }
}

/** What a statement answers that was not needed. */
const NOTHING = { command: '', rowCount: 0, oid: 0, rows: [], fields: [] };

const nameOf = createStatementNames();
/** Statements that steer the transaction are one message each as they are. */
const STEERING = /^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET)\b/;
/** The name under which each connection keeps a statement that comes often; see {@link createStatementNames}. */
export const statementName = (text: string): string | undefined =>
  STEERING.test(text) ? undefined : nameOf(text);

/** A pool of connections as the role that row-level security binds; each is made when it is needed. */
export function openPool(
  url: string,
  options: { connections: number; onError: (error: Error) => void },
): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.connections,
    connectionTimeoutMillis: 3_000,
    // A server that vanished without a word must not hold a request for ever.
    query_timeout: 20_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: 'anshi-api',
    Client: TenantClient,
    pipeline: true,
  });
  pool.on('error', options.onError);
  return pool;
}
