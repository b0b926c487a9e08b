import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';
import type { Actor } from './database.ts';
import { createStatementNames } from './statements.ts';

/** A transaction that is about to begin, and then the connection that it has. */
export interface Opening {
  actor: Actor;
  client: TenantClient | null;
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
export function beginUnder({ tenant, user }: Actor, mode: 'READ WRITE' | 'READ ONLY'): string {
  const [ofTenant, ofUser] = [pg.escapeLiteral(tenant), pg.escapeLiteral(user ?? '')];
  return `BEGIN ${mode}; SELECT set_config('app.tenant', ${ofTenant}, true), set_config('app.user', ${ofUser}, true)`;
}

/** Joins the beginning of a transaction and the setting of its tenant in one round trip. */
export class TenantClient extends pg.Client {
  /** Whose transaction it is in. */
  during: Opening | null = null;

  // The driver's own signature has eight overloads; what is changed is the text of one query.
  override query(...given: unknown[]): never {
    const one = opening.getStore();
    const [query, ...rest] = given as [{ text?: string } | string, ...unknown[]];
    const text = typeof query === 'object' ? query?.text : query;
    if (text === 'COMMIT' || text === 'ROLLBACK') this.during = null;
    if (one && text === 'BEGIN' && one.client === null) {
      one.client = this;
      this.during = one;
      return this.#send({ text: beginUnder(one.actor, 'READ WRITE') });
    }
    return this.#send(query, ...rest);
  }

  #send(...given: unknown[]): never {
    return (super.query as (...all: unknown[]) => never)(...given);
  }
}

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
  });
  pool.on('error', options.onError);
  return pool;
}
