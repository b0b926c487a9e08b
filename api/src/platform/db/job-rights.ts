import { createHash } from 'node:crypto';
import type pg from 'pg';
import { JOBS_SCHEMA } from '../jobs/schema.ts';
import { APP_JOB_FUNCTIONS } from './rights.ts';

/** pg-boss puts there what is due of any schedule, for the process that sends it. */
const DUE_QUEUE = '__pgboss__send-it';

const schema = JOBS_SCHEMA;

/**
 * One process would run the schedules of all. Here each claims them, and sees its tenant's; that two of a
 * tenant send one job is the unique index of pg-boss.
 */
const CLAIM_TRIGGER =
  `CREATE TRIGGER leave_cron_unclaimed BEFORE UPDATE OF cron_on ON ${schema}.version ` +
  `FOR EACH ROW EXECUTE FUNCTION ${schema}.leave_cron_unclaimed()`;

/** A table of pg-boss as it is. */
interface JobTable {
  name: string;
  columns: string[];
  guarded: boolean;
  policies: { name: string; expressions: string; comment: string | null }[];
}

/** The policy that a table is to have, and what the application may do there. */
interface Guard {
  policy: string;
  /** `USING (…)`, and `WITH CHECK (…)` where it differs. */
  rule: string;
  grant: string;
}

/**
 * The rights in the schema of the jobs, whose tables pg-boss makes. A queue is named `tenant.job`: a row
 * is seen and written under the tenant of its queue, as everywhere. Their owner is not bound, which
 * nothing but the migrations of pg-boss runs as. What the application does not use of pg-boss it may
 * not touch: `bam` holds statements that pg-boss runs as the owner.
 *
 * Policies and triggers lock a table against every reader, so they are made only where they differ: a
 * process that starts does not wait for the jobs of the others, nor they for it.
 *
 * @param admin connected as the owner of the tables.
 */
export async function grantJobRights(admin: pg.Client, appRole: string): Promise<void> {
  const role = admin.escapeIdentifier(appRole);
  const tables = await findTables(admin);
  const functions = await admin.query<{ name: string }>(
    'SELECT oid::regprocedure::text AS name FROM pg_proc WHERE pronamespace = $1::regnamespace',
    [schema],
  );
  const statements = [
    `CREATE OR REPLACE FUNCTION ${schema}.leave_cron_unclaimed() RETURNS trigger LANGUAGE plpgsql
       SET search_path = pg_catalog, ${schema}, pg_temp
       AS $$ BEGIN NEW.cron_on := OLD.cron_on; RETURN NEW; END $$`,
    ...(await claimTrigger(admin)),
    `REVOKE ALL ON SCHEMA ${schema} FROM PUBLIC, ${role}`,
    `GRANT USAGE ON SCHEMA ${schema} TO ${role}`,
    `REVOKE ALL ON ALL TABLES IN SCHEMA ${schema} FROM PUBLIC, ${role}`,
    `REVOKE ALL ON ALL ROUTINES IN SCHEMA ${schema} FROM PUBLIC, ${role}`,
    ...functions.rows.map(
      ({ name }) => `ALTER ROUTINE ${name} SET search_path = pg_catalog, ${schema}, pg_temp`,
    ),
    `GRANT EXECUTE ON FUNCTION ${APP_JOB_FUNCTIONS.join(', ')} TO ${role}`,
  ];
  const made: string[] = [];
  for (const table of tables) {
    const name = `${schema}.${admin.escapeIdentifier(table.name)}`;
    const guard = guardOf(table);
    if (!table.guarded) statements.push(`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`);
    if (!guard) continue;
    if (!isGuardedBy(table, guard)) {
      // A process of an earlier version may have registered in it.
      if (table.name === 'instance') statements.push(`DELETE FROM ${name}`);
      statements.push(
        ...table.policies.map(
          (one) => `DROP POLICY ${admin.escapeIdentifier(one.name)} ON ${name}`,
        ),
        `CREATE POLICY ${guard.policy} ON ${name} ${guard.rule}`,
      );
      made.push(table.name);
    }
    statements.push(`GRANT ${guard.grant} ON ${name} TO ${role}`);
  }
  await admin.query(['BEGIN', ...statements].join(';\n'));
  await mark(admin, made);
  await admin.query('COMMIT');
}

/** What guards a table of pg-boss; null where the application does not use it. */
function guardOf({ name, columns }: Pick<JobTable, 'name' | 'columns'>): Guard | null {
  const own = (column: string) =>
    `starts_with(${column}, pg_catalog.current_setting('app.tenant', true) || '.')`;
  if (name === 'version') {
    // One row, of no tenant.
    const written = 'UPDATE (cron_on, flow_on, reindex_on, monitor_backoff_on)';
    return { policy: 'read_by_all', rule: 'USING (true)', grant: `SELECT, ${written}` };
  }
  if (name === 'instance') {
    // Every process prunes this table; none registers in it, and none sees a row.
    return { policy: 'no_rows', rule: 'USING (false)', grant: 'SELECT, DELETE' };
  }
  const used = name === 'queue' || name === 'schedule' || /^job(_|$)/.test(name);
  const column = ['name', 'child_name'].find((one) => columns.includes(one));
  if (!used || !column) return null;
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
  return {
    policy: 'tenant_isolation',
    rule: `USING (${mine}) WITH CHECK (${allowed})`,
    grant: 'SELECT, INSERT, UPDATE, DELETE',
  };
}

/** A policy as PostgreSQL shows it: the server writes expressions in its own way. */
const SHOWN = `concat_ws(' ', p.polcmd, p.polpermissive, p.polroles,
  pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))`;

async function findTables(admin: pg.Client): Promise<JobTable[]> {
  const { rows } = await admin.query<JobTable>(
    `SELECT c.relname AS name, c.relrowsecurity AS guarded,
       (SELECT array_agg(a.attname::text) FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
       coalesce((SELECT json_agg(json_build_object('name', p.polname, 'expressions', ${SHOWN},
           'comment', obj_description(p.oid, 'pg_policy')) ORDER BY p.polname)
         FROM pg_policy p WHERE p.polrelid = c.oid), '[]') AS policies
     FROM pg_class c WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p')
     ORDER BY c.relname`,
    [schema],
  );
  return rows;
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);
/** Tells by which rule a policy was made, and how the server showed it then. */
const markOf = ({ policy, rule }: Guard, expressions: string) =>
  `${digest(`${policy} ${rule}`)} ${digest(expressions)}`;

/** Whether the table has this policy, unchanged since it was made, and no other. */
function isGuardedBy({ policies }: JobTable, guard: Guard): boolean {
  const [only, ...others] = policies;
  if (!only || others.length > 0 || only.name !== guard.policy) return false;
  return only.comment === markOf(guard, only.expressions);
}

/** Writes to the policies just made how they are, for the next start. */
async function mark(admin: pg.Client, made: readonly string[]): Promise<void> {
  if (made.length === 0) return;
  for (const table of await findTables(admin)) {
    const guard = made.includes(table.name) ? guardOf(table) : null;
    const [policy] = table.policies;
    if (!guard || !policy) continue;
    await admin.query(
      `COMMENT ON POLICY ${guard.policy} ON ${schema}.${admin.escapeIdentifier(table.name)}
       IS ${admin.escapeLiteral(markOf(guard, policy.expressions))}`,
    );
  }
}

/** The trigger of the claims, where it is missing or another one. */
async function claimTrigger(admin: pg.Client): Promise<string[]> {
  const { rows } = await admin.query<{ made: string; on: string }>(
    `SELECT pg_get_triggerdef(oid) AS made, tgenabled AS on FROM pg_trigger
     WHERE tgrelid = $1::regclass AND tgname = 'leave_cron_unclaimed'`,
    [`${schema}.version`],
  );
  const isThere = rows[0]?.made === CLAIM_TRIGGER && rows[0].on === 'O';
  return isThere ? [] : [CLAIM_TRIGGER.replace('CREATE', 'CREATE OR REPLACE')];
}
