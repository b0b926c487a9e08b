import { EventEmitter } from 'node:events';
import pg from 'pg';
import type { Logger } from 'pino';

/** The rights of an account changed, or whether it may sign in. */
export interface AccountChange {
  tenant: string;
  /** Null for every user of the tenant, as when a role changed. */
  user: string | null;
}

/**
 * Reports changes of accounts, roles, posts and sessions, made by any process: database triggers
 * send a notification in the transaction of the change.
 */
export interface AccountEvents {
  /** True while every change is received. Cached accounts are valid only as long. */
  readonly listening: boolean;
  /** @returns a function that unsubscribes. Listeners are called in the order of subscribing. */
  on(listener: (change: AccountChange) => void): () => void;
  /** Called where changes may have been missed: caches must be cleared. */
  onGap(listener: () => void): () => void;
  /** For a change of this process, right after its commit, without waiting for the database. */
  publish(change: AccountChange): void;
  close(): Promise<void>;
}

const CHANNEL = 'anshi_account';
const RETRY_MS = 1_000;
/** Interval of the keep-alive, to detect a connection that broke silently. */
const PROBE_EVERY_MS = 10_000;
const PROBE_WITHIN_MS = 5_000;

/** @param databaseUrl null without a database to listen to: nothing is cached then. */
export function followAccounts(databaseUrl: string | null, log: Logger): AccountEvents {
  const emitter = new EventEmitter();
  // Open sockets, live views and caches of one process; not a leak.
  emitter.setMaxListeners(0);
  let client: pg.Client | null = null;
  let listening = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  const tell = (change: AccountChange) => emitter.emit('change', change);
  const lose = (lost: pg.Client) => {
    if (client !== lost) return;
    client = null;
    const was = listening;
    listening = false;
    clearTimeout(timer);
    lost.end().catch(() => {});
    if (was) emitter.emit('gap');
    if (!closed) timer = setTimeout(connect, RETRY_MS).unref();
  };
  const probe = (one: pg.Client) => {
    timer = setTimeout(() => {
      const late = setTimeout(() => lose(one), PROBE_WITHIN_MS).unref();
      one.query('SELECT 1').then(
        () => {
          clearTimeout(late);
          if (client === one) probe(one);
        },
        () => lose(one),
      );
    }, PROBE_EVERY_MS).unref();
  };

  function connect(): void {
    const one = new pg.Client({
      connectionString: databaseUrl!,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      application_name: 'anshi-accounts',
    });
    client = one;
    one.on('error', (error) => {
      log.debug({ why: error.message }, 'account changes are not received');
      lose(one);
    });
    one.on('end', () => lose(one));
    one.on('notification', ({ payload = '' }) => {
      const [tenant = '', user = '*'] = payload.split('|');
      tell({ tenant, user: user === '*' ? null : user });
    });
    one
      .connect()
      .then(() => one.query(`LISTEN ${CHANNEL}`))
      .then(() => {
        if (client !== one || closed) return;
        // Earlier changes were missed: caches start empty.
        emitter.emit('gap');
        listening = true;
        probe(one);
      })
      .catch((error: Error) => {
        log.debug({ why: error.message }, 'account changes are not received yet');
        lose(one);
      });
  }

  if (databaseUrl) connect();
  return {
    get listening() {
      return listening;
    },
    on(listener) {
      emitter.on('change', listener);
      return () => emitter.off('change', listener);
    },
    onGap(listener) {
      emitter.on('gap', listener);
      return () => emitter.off('gap', listener);
    },
    publish: tell,
    async close() {
      closed = true;
      clearTimeout(timer);
      listening = false;
      await client?.end().catch(() => {});
      client = null;
    },
  };
}
