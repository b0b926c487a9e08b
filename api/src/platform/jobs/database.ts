import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { isDatabaseUnavailable } from '../db/database-errors.ts';

interface Rows {
  // biome-ignore lint/suspicious/noExplicitAny: pg-boss reads its own columns.
  rows: any[];
}

export interface JobsDatabase {
  /** For pg-boss's own loops: waits while the database is unavailable. */
  patient: { executeSql(text: string, values?: unknown[]): Promise<Rows> };
  /** For callers that await a result: fails while the database is unavailable. */
  prompt: { executeSql(text: string, values?: unknown[]): Promise<Rows> };
  close(): Promise<void>;
}

/** Retry interval while the server is unavailable. */
const AGAIN_MS = 1_000;

/**
 * Connections for pg-boss. Its loops do not handle a database failure while a job is being
 * completed: the rejection would end the process. Here such a statement waits until the database is
 * back; once closed, it never settles.
 *
 * @param tenant whose queues they see; letters, digits and hyphens.
 * @param onAway called once per outage.
 */
export function openJobsDatabase(
  url: string,
  tenant: string,
  onAway: (error: Error) => void,
): JobsDatabase {
  const pool = new pg.Pool({
    connectionString: url,
    // The policies on the tables of the jobs read it: these connections see one tenant's queues.
    options: `-c app.tenant=${tenant}`,
    max: 3,
    connectionTimeoutMillis: 10_000,
    query_timeout: 20_000,
    keepAlive: true,
    application_name: 'anshi-jobs',
  });
  pool.on('error', onAway);
  let closed = false;
  let away = false;
  const running = new Set<Promise<Rows | null>>();

  /** @returns null where it was closed before there was a result. */
  async function patiently(text: string, values?: unknown[]): Promise<Rows | null> {
    while (!closed) {
      try {
        const result = await pool.query(text, values);
        away = false;
        return result;
      } catch (error) {
        if (closed) break;
        if (!isDatabaseUnavailable(error)) throw error;
        if (!away) onAway(error as Error);
        away = true;
        await sleep(AGAIN_MS, undefined, { ref: false });
      }
    }
    return null;
  }

  return {
    patient: {
      executeSql(text, values) {
        const one = patiently(text, values);
        running.add(one);
        const done = () => running.delete(one);
        one.then(done, done);
        // Once closed, nothing uses a result, and pg-boss's loops accept only one with rows: they
        // end here.
        return one.then((rows) => rows ?? new Promise<never>(() => {}));
      },
    },
    prompt: { executeSql: (text, values) => pool.query(text, values) },
    async close() {
      if (closed) return;
      closed = true;
      // pg-boss does not await the last completion.
      await Promise.allSettled(running);
      await pool.end();
    },
  };
}
