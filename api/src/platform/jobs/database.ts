import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { isDatabaseUnavailable } from '../db/database-errors.ts';

interface Rows {
  // biome-ignore lint/suspicious/noExplicitAny: pg-boss reads its own columns.
  rows: any[];
}

export interface JobsDatabase {
  /** For pg-boss's own loops: waits for a database that is away. */
  patient: { executeSql(text: string, values?: unknown[]): Promise<Rows> };
  /** For whoever waits for an answer: fails where the database is away. */
  prompt: { executeSql(text: string, values?: unknown[]): Promise<Rows> };
  close(): Promise<void>;
}

/** A server that is away is asked again so often. */
const AGAIN_MS = 1_000;

/**
 * Connections for pg-boss. Its loops do not handle a database that goes away in the midst of
 * completing a job: the rejection would end the process. Here such a statement waits until the
 * database is back; once it is closed, there is no answer.
 *
 * @param onAway told once for each time that the database goes away.
 */
export function openJobsDatabase(url: string, onAway: (error: Error) => void): JobsDatabase {
  const pool = new pg.Pool({
    connectionString: url,
    max: 3,
    connectionTimeoutMillis: 3_000,
    query_timeout: 20_000,
    keepAlive: true,
    application_name: 'anshi-jobs',
  });
  pool.on('error', onAway);
  let closed = false;
  let away = false;
  const running = new Set<Promise<Rows | null>>();

  /** @returns null where it was closed before there was an answer. */
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
        // Where it is closed, nobody is left to do anything with an answer, and pg-boss's loops take
        // no other than one with its rows in it: theirs end here.
        return one.then((rows) => rows ?? new Promise<never>(() => {}));
      },
    },
    prompt: { executeSql: (text, values) => pool.query(text, values) },
    async close() {
      if (closed) return;
      closed = true;
      // The last completion is not waited for by pg-boss.
      await Promise.allSettled(running);
      await pool.end();
    },
  };
}
