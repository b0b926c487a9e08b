import type pg from 'pg';
import { JOBS_SCHEMA } from '../jobs/schema.ts';

/**
 * The functions that the application calls by itself or that run in its name from inside a trigger.
 * It may execute no others; triggers need no right of their own.
 */
export const APP_FUNCTIONS = [
  'public.tell_account_change(text, text)',
  'public.new_row_id()',
  'public.perceptual_distance(text, text)',
  'public.purge_outbox(timestamptz, integer)',
  'public.purge_violation_inbox(timestamptz, integer)',
] as const;

/** The same of pg-boss: it makes queues. */
export const APP_JOB_FUNCTIONS = [
  `${JOBS_SCHEMA}.create_queue(text, jsonb)`,
  `${JOBS_SCHEMA}.job_now()`,
] as const;

/** What the application does with tables of which it may not do everything. */
const LESS = [
  'REVOKE INSERT, UPDATE, DELETE ON public.tenant, public._prisma_migrations',
  'REVOKE UPDATE, DELETE ON public.violation_event_inbox',
  'REVOKE DELETE ON public.violation, public.evidence',
  'REVOKE UPDATE ON public.gate_decision',
] as const;

/**
 * Grants the application role what it needs in the schema `public`, and revokes the default grants
 * of PUBLIC: connections, temporary tables, new objects, functions. Done at each start, since a restored or copied
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
    // The owner keeps what it has as the owner.
    `REVOKE ALL ON DATABASE ${database} FROM PUBLIC, ${role}`,
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
