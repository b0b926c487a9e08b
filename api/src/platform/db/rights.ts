import type pg from 'pg';
import { JOBS_SCHEMA } from '../jobs/schema.ts';

/**
 * The functions that the application calls by itself or that run in its name from inside a trigger.
 * It may execute no others; triggers need no right of their own.
 */
export const APP_FUNCTIONS = [
  'public.tell_account_change(text, text)',
  'public.perceptual_distance(text, text)',
  'public.purge_outbox(timestamptz, integer)',
  'public.purge_violation_inbox(timestamptz, integer)',
] as const;

/** The same of pg-boss: it makes queues. */
export const APP_JOB_FUNCTIONS = [
  `${JOBS_SCHEMA}.create_queue(text, jsonb)`,
  `${JOBS_SCHEMA}.job_now()`,
] as const;

/** pg-boss puts there what is due of any schedule, for the process that sends it. */
const DUE_QUEUE = '__pgboss__send-it';

/** What the application does with tables of which it may not do everything. */
const LESS = [
  'REVOKE INSERT, UPDATE, DELETE ON public.tenant, public._prisma_migrations',
  'REVOKE UPDATE, DELETE ON public.violation_event_inbox',
  'REVOKE DELETE ON public.violation, public.evidence',
] as const;

/**
 * Grants the application role what it needs in the schema `public`, and revokes the default grants
 * of PUBLIC: temporary tables, new objects, functions. Done at each start, since a restored or copied
 * database has the grants of its server, not of its origin.
 *
 * @param admin connected as the owner of the tables and of the database.
 */
export async function grantRights(admin: pg.Client, appRole: string): Promise<void> {
  const role = admin.escapeIdentifier(appRole);
  const { rows } = await admin.query('SELECT current_database() AS name');
  const database = admin.escapeIdentifier(rows[0].name as string);
  // make_append_only leaves the comment: a migration says there which of its tables only grow.
  const appendOnly = await admin.query(`
    SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND obj_description(c.oid, 'pg_class') = 'append-only'`);
  const statements = [
    `REVOKE CREATE, TEMPORARY ON DATABASE ${database} FROM PUBLIC, ${role}`,
    `GRANT CONNECT ON DATABASE ${database} TO ${role}`,
    `REVOKE CREATE ON SCHEMA public FROM PUBLIC, ${role}`,
    `GRANT USAGE ON SCHEMA public TO ${role}`,
    `REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, ${role}`,
    `REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, ${role}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role}`,
    `GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${role}`,
    ...LESS.map((what) => `${what} FROM ${role}`),
    ...appendOnly.rows.map(({ name }) => `REVOKE UPDATE, DELETE ON ${name} FROM ${role}`),
    `REVOKE ALL ON ALL ROUTINES IN SCHEMA public FROM PUBLIC, ${role}`,
    `GRANT EXECUTE ON FUNCTION ${APP_FUNCTIONS.join(', ')} TO ${role}`,
    // Of what this role makes from now on.
    'ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM PUBLIC',
  ];
  // Together, so that a running process never finds less than it needs.
  await admin.query(['BEGIN', ...statements, 'COMMIT'].join(';\n'));
}

/**
 * The same in the schema of the jobs, whose tables pg-boss makes. A queue is named `tenant.job`: a row
 * is seen and written under the tenant of its queue, as everywhere. Their owner is not bound, which
 * nothing but the migrations of pg-boss runs as. What the application does not use of pg-boss it may
 * not touch: `bam` holds statements that pg-boss runs as the owner.
 *
 * @param admin connected as the owner of the tables.
 */
export async function grantJobRights(admin: pg.Client, appRole: string): Promise<void> {
  const role = admin.escapeIdentifier(appRole);
  const schema = JOBS_SCHEMA;
  const tables = await admin.query<{ name: string; columns: string[] }>(
    `SELECT c.relname AS name, array_agg(a.attname::text) AS columns
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p') GROUP BY c.oid`,
    [schema],
  );
  const functions = await admin.query<{ name: string }>(
    `SELECT oid::regprocedure::text AS name FROM pg_proc WHERE pronamespace = $1::regnamespace`,
    [schema],
  );
  const own = (column: string) =>
    `starts_with(${column}, pg_catalog.current_setting('app.tenant', true) || '.')`;
  const statements = [
    // One process would run the schedules of all. Here each claims them, and sees its tenant's; that two of
    // a tenant send one job is the unique index of pg-boss.
    `CREATE OR REPLACE FUNCTION ${schema}.leave_cron_unclaimed() RETURNS trigger LANGUAGE plpgsql
       SET search_path = pg_catalog, ${schema}, pg_temp
       AS $$ BEGIN NEW.cron_on := OLD.cron_on; RETURN NEW; END $$`,
    `CREATE OR REPLACE TRIGGER leave_cron_unclaimed BEFORE UPDATE OF cron_on ON ${schema}.version
       FOR EACH ROW EXECUTE FUNCTION ${schema}.leave_cron_unclaimed()`,
    `REVOKE ALL ON SCHEMA ${schema} FROM PUBLIC, ${role}`,
    `GRANT USAGE ON SCHEMA ${schema} TO ${role}`,
    `REVOKE ALL ON ALL TABLES IN SCHEMA ${schema} FROM PUBLIC, ${role}`,
    `REVOKE ALL ON ALL ROUTINES IN SCHEMA ${schema} FROM PUBLIC, ${role}`,
    ...functions.rows.map(
      ({ name }) => `ALTER ROUTINE ${name} SET search_path = pg_catalog, ${schema}, pg_temp`,
    ),
    `GRANT EXECUTE ON FUNCTION ${APP_JOB_FUNCTIONS.join(', ')} TO ${role}`,
    `GRANT SELECT, UPDATE (cron_on, flow_on, reindex_on, monitor_backoff_on) ON ${schema}.version TO ${role}`,
  ];
  for (const { name, columns } of tables.rows) {
    const table = `${schema}.${admin.escapeIdentifier(name)}`;
    const column = ['name', 'child_name'].find((one) => columns.includes(one));
    const used = name === 'queue' || name === 'schedule' || /^job(_|$)/.test(name);
    statements.push(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
    if (name === 'version') {
      // One row, of no tenant.
      statements.push(
        `DROP POLICY IF EXISTS read_by_all ON ${table}`,
        `CREATE POLICY read_by_all ON ${table} USING (true)`,
      );
    } else if (name === 'instance') {
      // Every process prunes this table; none registers in it, and none sees a row.
      statements.push(
        `DELETE FROM ${table}`,
        `DROP POLICY IF EXISTS no_rows ON ${table}`,
        `CREATE POLICY no_rows ON ${table} USING (false)`,
        `GRANT SELECT, DELETE ON ${table} TO ${role}`,
      );
    } else if (used && column) {
      // What is due of a schedule waits in one queue for all: there the job names its own.
      const isDue = `${column} = '${DUE_QUEUE}'`;
      const mine =
        /^job(_|$)/.test(name) && columns.includes('data')
          ? own(`CASE WHEN ${isDue} THEN data ->> 'name' ELSE ${column} END`)
          : name === 'queue'
            ? `(${own(column)} OR ${isDue})`
            : own(column);
      // A queue with a table of its own would be made in the owner's name.
      const allowed = name === 'queue' ? `${mine} AND NOT partition` : mine;
      statements.push(
        `DROP POLICY IF EXISTS tenant_isolation ON ${table}`,
        `CREATE POLICY tenant_isolation ON ${table} USING (${mine}) WITH CHECK (${allowed})`,
        `GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO ${role}`,
      );
    }
  }
  await admin.query(['BEGIN', ...statements, 'COMMIT'].join(';\n'));
}
