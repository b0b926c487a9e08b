import { EventEmitter } from 'node:events';
import pg from 'pg';
import type { Logger } from 'pino';

/** What an account may do has changed, or whether it may sign in at all. */
export interface AccountChange {
  tenant: string;
  /** Null for every user of the tenant, as when a role changed. */
  user: string | null;
}

/**
 * Tells of changes of accounts, roles, posts and sessions, whichever process made them: triggers in
 * the database say so in the transaction of the change.
 */
export interface AccountEvents {
  /**
   * True while every change is heard of. What is remembered of accounts is good only as long.
   */
  readonly listening: boolean;
  /** @returns what ends it. Called in the order of subscribing. */
  on(listener: (change: AccountChange) => void): () => void;
  /** Called where changes may have been missed: whatever is remembered must go. */
  onGap(listener: () => void): () => void;
  /** For a change of this process, right after its commit, so that nobody waits for the database. */
  publish(change: AccountChange): void;
  close(): Promise<void>;
}

const CHANNEL = 'anshi_account';
const RETRY_MS = 1_000;
/** How often the connection is tried, so that one that broke without a word is noticed. */
const PROBE_EVERY_MS = 10_000;
const PROBE_WITHIN_MS = 5_000;

/** @param databaseUrl null where there is no database to listen to: nothing is remembered then. */
export function followAccounts(databaseUrl: string | null, log: Logger): AccountEvents {
  const emitter = new EventEmitter();
  // Open sockets, live views and caches of one process; no leak to be warned of.
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
      log.debug({ why: error.message }, 'changes of accounts are not heard');
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
        // What changed before is not heard of: who remembers starts anew.
        emitter.emit('gap');
        listening = true;
        probe(one);
      })
      .catch((error: Error) => {
        log.debug({ why: error.message }, 'changes of accounts are not heard yet');
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
