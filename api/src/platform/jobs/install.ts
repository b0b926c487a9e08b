import type pg from 'pg';
import { getConstructionPlans, PgBoss } from 'pg-boss';
import { moveEarlierJobs, setEarlierAside } from './earlier-schema.ts';

/** The schema of pg-boss, beside the tables of the program. */
export const JOBS_SCHEMA = 'pgboss';

/**
 * Installs or upgrades the tables of pg-boss, and grants the application's role its rights.
 *
 * They are in a separate schema and have no policies: pg-boss handles the jobs of all tenants. So
 * jobs contain a tenant and ids, never personal data; a handler reads the rest under that tenant's
 * policies.
 *
 * @param admin connected as the owner of the tables.
 */
export async function installJobs(admin: pg.Client, appRole: string): Promise<void> {
  const role = admin.escapeIdentifier(appRole);
  await setEarlierAside(admin, JOBS_SCHEMA);
  const installed = await admin.query(`SELECT to_regclass('${JOBS_SCHEMA}.version') AS name`);
  if (installed.rows[0].name === null) await admin.query(getConstructionPlans(JOBS_SCHEMA));
  const boss = bossOf(admin, true);
  await boss.start();
  await moveEarlierJobs(admin, JOBS_SCHEMA, boss);
  await boss.stop({ graceful: false });
  await admin.query(`
    GRANT USAGE ON SCHEMA ${JOBS_SCHEMA} TO ${role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${JOBS_SCHEMA} TO ${role};
    REVOKE INSERT, DELETE ON ${JOBS_SCHEMA}.version FROM ${role};
    REVOKE ALL ON FUNCTION ${JOBS_SCHEMA}.delete_queue(text) FROM PUBLIC;
  `);
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
