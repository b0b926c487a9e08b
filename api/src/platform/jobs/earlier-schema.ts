import type pg from 'pg';
import type { PgBoss, QueuePolicy } from 'pg-boss';

/** pg-boss 11 and later upgrade from this version of the schema on; pg-boss 10 ended with 24. */
const OLDEST_UPGRADABLE = 25;

/** Where the tables of pg-boss 10 wait until their jobs are moved. */
const asideOf = (schema: string) => `${schema}_earlier`;

/**
 * pg-boss does not upgrade the tables of its version 10. They are renamed, so that the new ones can
 * be made in their place; {@link moveEarlierJobs} then moves what still has to be done.
 *
 * @param admin connected as the owner of the tables.
 */
export async function setEarlierAside(admin: pg.Client, schema: string): Promise<void> {
  const { rows } = await admin.query(`SELECT to_regclass('${schema}.version') AS name`);
  if (rows[0].name === null) return;
  const version = (await admin.query(`SELECT version FROM ${schema}.version`)).rows[0]?.version;
  if (version === undefined || version >= OLDEST_UPGRADABLE) return;
  await admin.query(`ALTER SCHEMA ${schema} RENAME TO ${asideOf(schema)}`);
}

/**
 * Moves the jobs that are not done, dead letters included, from the tables that were set aside, and
 * removes those, in one transaction: a crash before its end is made good by the next start. A job
 * that was in hand runs again. Schedules are written anew by each process as it starts.
 *
 * @param boss started on the connection `admin`.
 */
export async function moveEarlierJobs(
  admin: pg.Client,
  schema: string,
  boss: PgBoss,
): Promise<void> {
  const aside = asideOf(schema);
  const { rows } = await admin.query(`SELECT to_regclass('${aside}.job') AS name`);
  if (rows[0].name === null) return;
  await admin.query('BEGIN');
  try {
    const queues = await admin.query<{ name: string; policy: QueuePolicy }>(
      `SELECT name, policy FROM ${aside}.queue`,
    );
    // Their terms, dead letters among them, are set by the process that works on them.
    for (const { name, policy } of queues.rows) {
      await admin.query(`SELECT ${schema}.create_queue($1, $2)`, [
        name,
        JSON.stringify({ policy: policy ?? 'standard' }),
      ]);
    }
    for (const { name } of queues.rows) await moveQueue(admin, aside, boss, name);
    await admin.query(`DROP SCHEMA ${aside} CASCADE`);
    await admin.query('COMMIT');
  } catch (error) {
    await admin.query('ROLLBACK');
    throw error;
  }
}

interface EarlierJob {
  id: string;
  data: object;
  priority: number;
  startAfter: Date;
  singletonKey: string;
  retryLimit: number;
  retryDelay: number;
  retryBackoff: boolean;
  expireInSeconds: number;
  deadLetter: string;
}

/** @param aside the schema that was set aside. */
async function moveQueue(
  admin: pg.Client,
  aside: string,
  boss: PgBoss,
  queue: string,
): Promise<void> {
  // Of one key, one may wait: that of a job in hand gives way to the one that waits already.
  const jobs = await admin.query<EarlierJob>(
    `SELECT DISTINCT ON (coalesce(singleton_key, id::text))
            id, data, priority, start_after AS "startAfter",
            coalesce(singleton_key, id::text) AS "singletonKey",
            retry_limit AS "retryLimit", retry_delay AS "retryDelay",
            retry_backoff AS "retryBackoff",
            extract(epoch FROM expire_in)::int AS "expireInSeconds",
            dead_letter AS "deadLetter"
       FROM ${aside}.job
      WHERE name = $1 AND state IN ('created', 'retry', 'active')
      ORDER BY coalesce(singleton_key, id::text), (state = 'created') DESC, created_on`,
    [queue],
  );
  if (jobs.rows.length > 0) await boss.insert(queue, jobs.rows);
}
