import type { Duplex } from 'node:stream';
import pg from 'pg';
import type { Actor } from './database.ts';
import { createStatementNames } from './statements.ts';

/** A transaction, and the connection that it has. */
export interface Opening {
  readonly actor: Actor;
  readonly client: TenantClient;
  readonly nameOf: NameStatement;
  /** The last statement, which is not waited for before the commit is sent. */
  last?: Promise<unknown>;
  /** Why its first statement that failed did. */
  failure?: unknown;
}

/**
 * What begins a transaction under one tenant, in one message to the server. The setting is bound to
 * the transaction: a pooled connection keeps nothing of it.
 */
function beginUnder({ tenant, user }: Actor): string {
  const [ofTenant, ofUser] = [pg.escapeLiteral(tenant), pg.escapeLiteral(user ?? '')];
  return `BEGIN; SELECT set_config('app.tenant', ${ofTenant}, true), set_config('app.user', ${ofUser}, true)`;
}

const { prepareValue } = (pg as unknown as { utils: { prepareValue(value: unknown): unknown } })
  .utils;

/**
 * Values as the driver sends them; what is written already stays.
 *
 * @throws where it cannot write one, as for an object that holds a bigint.
 */
export const writeValues = (values: readonly unknown[]): unknown[] =>
  values.map((value) => prepareValue(value));

/** PostgreSQL's answer to all that comes after a statement that failed. */
const ABORTED = '25P02';

type Send = (...given: unknown[]) => Promise<pg.QueryResult>;

/**
 * A connection that makes few and full messages, since each of them costs more than most
 * statements. A transaction begins with its first statement, in one message with the setting of its
 * tenant, and statements that are sent at the same moment go out together. What is sent outside of
 * a transaction sees no tenant.
 */
export class TenantClient extends pg.Client {
  /** The beginning that is not sent yet. */
  #beginning: string | null = null;

  /** The transaction that it is in. */
  during: Opening | null = null;

  /** What is sent from now on is of one transaction under the actor's tenant. */
  begin(opening: Opening): void {
    this.during = opening;
    this.#beginning = beginUnder(opening.actor);
  }

  /**
   * Ends the transaction behind all that was sent in it. Nothing more is taken for it.
   *
   * @returns whether it was committed: one in which a statement failed is rolled back whatever it is
   * told.
   */
  async finish(how: 'COMMIT' | 'ROLLBACK'): Promise<boolean> {
    this.during = null;
    if (this.#beginning !== null) {
      // Nothing was sent.
      this.#beginning = null;
      return how === 'COMMIT';
    }
    const { command } = await this.#send([how]);
    return command === 'COMMIT';
  }

  // The driver's own signature has eight overloads; they all come through here.
  override query(...given: unknown[]): never {
    return this.#query(given) as never;
  }

  #query(given: unknown[]): unknown {
    const beginning = this.#beginning;
    this.#beginning = null;
    if (beginning === null) return this.#send(given);
    const begun = this.#send([beginning]);
    // Both are waited for: what is sent into a transaction that did not begin sees no tenant.
    return Promise.all([this.#send(given), begun]).then(([result]) => result);
  }

  async #send(given: unknown[]): Promise<pg.QueryResult> {
    const [config] = given as [string | { values?: unknown[] }];
    // Now, and not while it is being sent: where that fails half way, the driver drops the statement
    // at the server and goes on believing that it is there.
    if (typeof config === 'object' && config.values) config.values = writeValues(config.values);
    const { stream } = (this as unknown as { connection: { stream: Duplex } }).connection;
    stream.cork();
    process.nextTick(() => stream.uncork());
    const { during } = this;
    try {
      return await (super.query as Send)(...given);
    } catch (error) {
      if (!during) throw error;
      // What was sent with a statement that failed may be heard first, and knows of no reason.
      if ((error as { code?: unknown }).code === ABORTED) throw during.failure ?? error;
      during.failure ??= error;
      throw error;
    }
  }
}

/** Statements that steer the transaction are one message each as they are. */
const STEERING = /^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET)\b/;

/** The name under which each connection of a pool keeps a statement that comes often. */
export type NameStatement = (text: string) => string | undefined;

/** The names of one pool; see {@link createStatementNames}. */
export function nameStatements(): NameStatement {
  const nameOf = createStatementNames();
  return (text) => (STEERING.test(text) ? undefined : nameOf(text));
}

/** A pool of connections as the role that row-level security binds; each is made when it is needed. */
export function openPool<Pool extends pg.Pool>(
  Pool: new (config: pg.PoolConfig & { pipeline: boolean }) => Pool,
  url: string,
  options: { connections: number; onError: (error: Error) => void },
): Pool {
  const pool = new Pool({
    connectionString: url,
    max: options.connections,
    connectionTimeoutMillis: 3_000,
    // A server that vanished without a word must not hold a request for ever.
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
