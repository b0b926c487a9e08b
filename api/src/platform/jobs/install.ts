import type pg from 'pg';
import { getConstructionPlans, PgBoss } from 'pg-boss';
import { grantJobRights } from '../db/job-rights.ts';
import { moveEarlierJobs, setEarlierAside } from './earlier-schema.ts';
import { JOBS_SCHEMA } from './schema.ts';

/**
 * Installs or upgrades the tables of pg-boss, and grants the application's role its rights on the
 * queues of one tenant: the one that its connection names.
 *
 * Jobs contain a tenant and ids, never personal data; a handler reads the rest under that tenant's
 * policies.
 *
 * @param admin connected as the owner of the tables.
 */
export async function installJobs(admin: pg.Client, appRole: string): Promise<void> {
  // pg-boss runs what waits in this table as the owner; nothing of an earlier version may wait there.
  const waiting = await admin.query(`SELECT to_regclass('${JOBS_SCHEMA}.bam') AS name`);
  if (waiting.rows[0].name !== null && (await mayWrite(admin, appRole, `${JOBS_SCHEMA}.bam`))) {
    await admin.query(`DELETE FROM ${JOBS_SCHEMA}.bam WHERE status <> 'completed'`);
  }
  await setEarlierAside(admin, JOBS_SCHEMA);
  const installed = await admin.query(`SELECT to_regclass('${JOBS_SCHEMA}.version') AS name`);
  if (installed.rows[0].name === null) await admin.query(getConstructionPlans(JOBS_SCHEMA));
  const boss = bossOf(admin, true);
  await boss.start();
  await moveEarlierJobs(admin, JOBS_SCHEMA, boss);
  await boss.stop({ graceful: false });
  await grantJobRights(admin, appRole);
}

async function mayWrite(admin: pg.Client, role: string, table: string): Promise<boolean> {
  const { rows } = await admin.query(
    "SELECT has_table_privilege($1, $2, 'INSERT, UPDATE') AS yes",
    [role, table],
  );
  return rows[0].yes as boolean;
}

/**
 * @param client connected as the application's role.
 * @throws Error with the remedy where the job tables are missing or of another version.
 */
export async function checkJobs(client: pg.Client): Promise<void> {
  const boss = bossOf(client, false);
  try {
    await boss.start();
    await boss.stop({ graceful: false });
  } catch (error) {
    throw new Error(
      `the tables of the jobs are not those of this version (${(error as Error).message}): set ANSHI_DATABASE_ADMIN_URL to the owner of the tables, or run "npm run -w api migrate" with it`,
      { cause: error },
    );
  }
}

/** pg-boss on one connection, without its own loops. */
function bossOf(client: pg.Client, migrate: boolean): PgBoss {
  return new PgBoss({
    db: { executeSql: (text, values) => client.query(text, values) },
    schema: JOBS_SCHEMA,
    supervise: false,
    schedule: false,
    registerInstance: false,
    migrate,
  });
}
