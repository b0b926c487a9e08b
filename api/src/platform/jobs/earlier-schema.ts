import type pg from 'pg';
import type { PgBoss, QueuePolicy } from 'pg-boss';

/** pg-boss 11 and later upgrade from this version of the schema on; pg-boss 10 ended with 24. */
const OLDEST_UPGRADABLE = 25;

/** Name of the renamed pg-boss 10 schema until its jobs are moved. */
const asideOf = (schema: string) => `${schema}_earlier`;

/**
 * pg-boss does not upgrade the tables of its version 10. They are renamed, so that the new ones can
 * be created; {@link moveEarlierJobs} then moves the pending jobs.
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
 * Moves unfinished jobs, including dead letters, from the renamed tables, and drops those, in one
 * transaction: a crash is repaired by the next start. An active job runs again. Schedules are
 * written by each process at its start.
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
    // Their parameters, including dead letters, are set by the process that handles them.
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

/** @param aside the renamed schema. */
async function moveQueue(
  admin: pg.Client,
  aside: string,
  boss: PgBoss,
  queue: string,
): Promise<void> {
  // One waiting job per key: an active one gives way to the waiting one.
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
