import pg from 'pg';
import { checkJobs, installJobs } from '../jobs/install.ts';
import { applyMigrations, finishedMigrations, migrationNames } from './migrations.ts';
import { grantRights } from './rights.ts';

/** Any number that no other lock uses. */
const LOCK = 4_141_001;

/**
 * Upgrades a database to this version: applies missing migrations, creates the application's role
 * or checks it, grants its rights, and creates the tenant. API processes that start together take
 * turns.
 *
 * @param adminUrl `postgresql://…` of the owner of the tables.
 * @param appUrl the same database as the application's role.
 * @param tenant null to create none.
 * @returns the names of the migrations applied now.
 */
export async function migrate(
  adminUrl: string,
  appUrl: string,
  tenant: { id: string; name: { zh: string; en: string } } | null,
): Promise<string[]> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query('SELECT pg_advisory_lock($1)', [LOCK]);
    const applied = await applyMigrations(admin, await migrationNames());
    await ensureAppRole(admin, appUrl);
    await installJobs(admin, decodeURIComponent(new URL(appUrl).username));
    if (tenant) {
      await admin.query(
        'INSERT INTO tenant (id, name) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING',
        [tenant.id, JSON.stringify(tenant.name)],
      );
    }
    return applied;
  } finally {
    await admin.end();
  }
}

/**
 * Migrates an empty database to the state of an earlier version: for a backup of that version.
 *
 * @throws Error where this program lacks one of the migrations: the backup is of a newer version.
 */
export async function migrateTo(adminUrl: string, names: readonly string[]): Promise<void> {
  const known = await migrationNames();
  const missing = names.filter((name) => !known.includes(name));
  if (missing.length > 0) {
    throw new Error(
      `this program does not know the migrations ${missing.join(', ')}: take the version of the program that made the backup, or a newer one`,
    );
  }
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await applyMigrations(admin, names);
  } finally {
    await admin.end();
  }
}

async function ensureAppRole(admin: pg.Client, appUrl: string): Promise<void> {
  const { username, password } = new URL(appUrl);
  const name = decodeURIComponent(username);
  const role = admin.escapeIdentifier(name);
  const found = await admin.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
  if (found.rowCount === 0) {
    const secret = admin.escapeLiteral(decodeURIComponent(password));
    const rights = 'LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION';
    try {
      await admin.query(`CREATE ROLE ${role} ${rights} PASSWORD ${secret}`);
    } catch (error) {
      if ((error as { code?: string }).code !== '42501') throw error;
      throw new Error(
        `there is no role "${name}", and the owner of the tables may not make one: run "npm run -w api roles" with a superuser of the server, or make the role by hand`,
        { cause: error },
      );
    }
  } else await refuseAbove(admin, name);
  await grantRights(admin, name);
}

/**
 * Checks, as the application's role, that the database has the expected schema.
 *
 * @throws Error with the remedy: migrations are missing, or the role bypasses the policies.
 */
export async function checkDatabase(appUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: appUrl });
  await client.connect();
  try {
    const role = await client.query('SELECT current_user AS name');
    await refuseAbove(client, role.rows[0].name);
    const finished = await finishedMigrations(client);
    const missing = (await migrationNames()).filter((name) => !finished.has(name));
    if (missing.length > 0) {
      throw new Error(
        `the database lacks the migrations ${missing.join(', ')}: set ANSHI_DATABASE_ADMIN_URL to the owner of the tables, or run "npm run -w api migrate" with it`,
      );
    }
    await checkJobs(client);
  } finally {
    await client.end();
  }
}

/**
 * A role also bypasses the policies where it may become another role that does, and where it owns a
 * table, whose policies it could drop.
 */
async function refuseAbove(client: pg.Client, role: string): Promise<void> {
  const above = await client.query(
    `SELECT EXISTS (SELECT 1 FROM pg_roles r
                    WHERE (r.rolsuper OR r.rolbypassrls) AND pg_has_role($1::name, r.oid, 'MEMBER'))
            AS bypasses,
            EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
                      AND pg_has_role($1::name, c.relowner, 'MEMBER'))
            AS owns`,
    [role],
  );
  const { bypasses, owns } = above.rows[0] as { bypasses: boolean; owns: boolean };
  if (!bypasses && !owns) return;
  const why = bypasses ? 'is a superuser or bypasses row-level security' : 'owns the tables';
  throw new Error(
    `the role "${role}" of DATABASE_URL ${why}, or may become a role that does, so tenants would not be kept apart: name a role without these rights`,
  );
}
