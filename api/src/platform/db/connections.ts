import type { Duplex } from 'node:stream';
import pg from 'pg';
import type { Actor } from './database.ts';
import { createStatementNames } from './statements.ts';

/** A transaction and its connection. */
export interface Opening {
  readonly actor: Actor;
  readonly client: TenantClient;
  readonly nameOf: NameStatement;
  /** The last statement, which is sent together with the commit. */
  last?: Promise<unknown>;
  /** The error of its first failed statement. */
  failure?: unknown;
}

/**
 * Begins a transaction for one tenant, in one message to the server. The setting is local to the
 * transaction: a pooled connection keeps nothing of it.
 */
function beginUnder({ tenant, user }: Actor): string {
  const [ofTenant, ofUser] = [pg.escapeLiteral(tenant), pg.escapeLiteral(user ?? '')];
  return `BEGIN; SELECT set_config('app.tenant', ${ofTenant}, true), set_config('app.user', ${ofUser}, true)`;
}

const { prepareValue } = (pg as unknown as { utils: { prepareValue(value: unknown): unknown } })
  .utils;

/**
 * Values in the driver's format; already converted ones are unchanged.
 *
 * @throws where a value cannot be converted, as for an object that holds a bigint.
 */
export const writeValues = (values: readonly unknown[]): unknown[] =>
  values.map((value) => prepareValue(value));

/** PostgreSQL's response to every statement after a failed one. */
const ABORTED = '25P02';

type Send = (...given: unknown[]) => Promise<pg.QueryResult>;

/**
 * A connection that sends few and large messages, since a message costs more than most statements.
 * A transaction begins with its first statement, in one message with the tenant setting, and
 * statements issued in the same tick are sent together. Outside of a transaction no tenant is
 * visible.
 */
export class TenantClient extends pg.Client {
  /** The begin that is not sent yet. */
  #beginning: string | null = null;

  /** The current transaction. */
  during: Opening | null = null;

  /** Later statements belong to one transaction under the actor's tenant. */
  begin(opening: Opening): void {
    this.during = opening;
    this.#beginning = beginUnder(opening.actor);
  }

  /**
   * Ends the transaction after its pending statements. No more are accepted.
   *
   * @returns whether it was committed: one with a failed statement is always rolled back.
   */
  async finish(how: 'COMMIT' | 'ROLLBACK'): Promise<boolean> {
    this.during = null;
    if (this.#beginning !== null) {
      // No statement was sent.
      this.#beginning = null;
      return how === 'COMMIT';
    }
    const { command } = await this.#send([how]);
    return command === 'COMMIT';
  }

  // The driver's own signature has eight overloads; all pass through here.
  override query(...given: unknown[]): never {
    return this.#query(given) as never;
  }

  #query(given: unknown[]): unknown {
    const beginning = this.#beginning;
    this.#beginning = null;
    if (beginning === null) return this.#send(given);
    const begun = this.#send([beginning]);
    // Both are awaited: statements in a transaction that did not begin see no tenant.
    return Promise.all([this.#send(given), begun]).then(([result]) => result);
  }

  async #send(given: unknown[]): Promise<pg.QueryResult> {
    const [config] = given as [string | { values?: unknown[] }];
    // Converted before sending: if that fails half way, the driver drops the statement at the
    // server and still assumes that it exists.
    if (typeof config === 'object' && config.values) config.values = writeValues(config.values);
    const { stream } = (this as unknown as { connection: { stream: Duplex } }).connection;
    stream.cork();
    process.nextTick(() => stream.uncork());
    const { during } = this;
    try {
      return await (super.query as Send)(...given);
    } catch (error) {
      if (!during) throw error;
      // The response of a statement sent with a failed one may arrive first, without the cause.
      if ((error as { code?: unknown }).code === ABORTED) throw during.failure ?? error;
      during.failure ??= error;
      throw error;
    }
  }
}

/** Transaction control statements are sent alone, unmodified. */
const STEERING = /^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET)\b/;

/** The prepared statement names of a pool's connections for frequent statements. */
export type NameStatement = (text: string) => string | undefined;

/** The names of one pool; see {@link createStatementNames}. */
export function nameStatements(): NameStatement {
  const nameOf = createStatementNames();
  return (text) => (STEERING.test(text) ? undefined : nameOf(text));
}

/** A pool of connections as the role bound by row-level security; each is opened on demand. */
export function openPool<Pool extends pg.Pool>(
  Pool: new (config: pg.PoolConfig & { pipeline: boolean }) => Pool,
  url: string,
  options: { connections: number; onError: (error: Error) => void },
): Pool {
  const pool = new Pool({
    connectionString: url,
    max: options.connections,
    // A server that is down refuses at once; one whose disk is busy may need seconds to answer.
    connectionTimeoutMillis: 10_000,
    // A server that vanished silently must not block a request for ever.
    query_timeout: 20_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: 'anshi-api',
    Client: TenantClient as never,
    pipeline: true,
  });
  pool.on('error', options.onError);
  return pool;
}
