import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** A role and its password. */
export interface Role {
  name: string;
  password: string;
}

/** What the owner of the tables may do: make a database for a drill of a backup, and no more. */
export const OWNER_RIGHTS = 'LOGIN NOSUPERUSER NOBYPASSRLS CREATEDB NOCREATEROLE NOREPLICATION';
/** What the role of the API may do. */
export const APP_RIGHTS = 'LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION';
/** The role that a server is made with can never lose its rights; it can be renamed. */
const FIRST_ROLE = 10;
const HELPER = 'anshi_move_owner';

/**
 * Makes the owner of the tables and the role of the API with the least rights, and gives the owner the
 * database and all that is in it. Where the owner is a superuser, as it was in earlier versions, it is
 * none afterwards; where it is the first role of the server, that role keeps its rights under another
 * name. It can be done again, also where it was cut off.
 *
 * @param options.superUrl the database, as a superuser of the server; the owner itself may be it.
 * @param options.superuser what the first role of the server is called from then on.
 * @throws Error where the owner is the first role and no new password is given: it would lose its own.
 */
export async function moveOwner(options: {
  superUrl: string;
  superuser: Role;
  owner: Role;
  app: Role;
}): Promise<void> {
  const { superuser, owner, app } = options;
  let { superUrl } = options;
  await on(superUrl, async (client) => {
    const found = await findRole(client, owner.name);
    if (!found?.isSuper || found.oid !== FIRST_ROLE) return;
    if (!superuser.password) {
      throw new Error(
        `"${owner.name}" is the role that the server was made with: set ANSHI_SUPERUSER_PASSWORD to the password that it gets as "${superuser.name}"`,
      );
    }
    await renameFirst(client, superUrl, options);
    superUrl = withRole(superUrl, superuser);
  });
  await on(superUrl, async (client) => {
    await client.query(`DROP ROLE IF EXISTS ${HELPER}`);
    for (const [role, rights] of [[owner, OWNER_RIGHTS] as const, [app, APP_RIGHTS] as const]) {
      const verb = (await findRole(client, role.name)) ? 'ALTER' : 'CREATE';
      await client.query(
        `${verb} ROLE ${client.escapeIdentifier(role.name)} ${rights} PASSWORD ${client.escapeLiteral(role.password)}`,
      );
    }
    await giveObjects(client, { owner: owner.name, app: app.name });
    await closeLargeObjects(client);
  });
}

/** They belong to no tenant, and no policy guards them. */
export async function closeLargeObjects(client: pg.Client): Promise<void> {
  await client.query(
    'REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) FROM PUBLIC',
  );
}

/** Nobody renames the role of their own session: a helper does, which is gone afterwards. */
async function renameFirst(
  client: pg.Client,
  superUrl: string,
  { superuser, owner }: { superuser: Role; owner: Role },
): Promise<void> {
  const helper = { name: HELPER, password: randomBytes(24).toString('base64url') };
  await client.query(`DROP ROLE IF EXISTS ${HELPER}`);
  await client.query(
    `CREATE ROLE ${HELPER} LOGIN SUPERUSER PASSWORD ${client.escapeLiteral(helper.password)}`,
  );
  const [old, kept] = [owner.name, superuser.name].map((name) => client.escapeIdentifier(name));
  await on(withRole(superUrl, helper), async (one) => {
    await one.query('BEGIN');
    await one.query(`ALTER ROLE ${old} RENAME TO ${kept}`);
    await one.query(`ALTER ROLE ${kept} PASSWORD ${one.escapeLiteral(superuser.password)}`);
    await one.query(
      `CREATE ROLE ${old} ${OWNER_RIGHTS} PASSWORD ${one.escapeLiteral(owner.password)}`,
    );
    await one.query('COMMIT');
  });
}

/** REASSIGN OWNED takes nothing from the first role, so each object is given by name. */
const OBJECTS = `
  WITH own AS (
    SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  ), wanted AS (SELECT oid FROM pg_roles WHERE rolname = $1)
  SELECT 'SCHEMA' AS kind, quote_ident(nspname) AS name FROM pg_namespace
    WHERE oid IN (SELECT oid FROM own) AND nspowner NOT IN (SELECT oid FROM wanted)
      AND nspowner <> 'pg_database_owner'::regrole
  UNION ALL
  SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW'
           WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, c.oid::regclass::text
    FROM pg_class c WHERE c.relnamespace IN (SELECT oid FROM own)
      AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND c.relowner NOT IN (SELECT oid FROM wanted)
      -- A sequence of a column goes with its table.
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                        AND d.objid = c.oid AND c.relkind = 'S' AND d.deptype IN ('a', 'i'))
  UNION ALL
  SELECT 'ROUTINE', p.oid::regprocedure::text FROM pg_proc p
    WHERE p.pronamespace IN (SELECT oid FROM own) AND p.proowner NOT IN (SELECT oid FROM wanted)
  UNION ALL
  SELECT 'TYPE', t.oid::regtype::text FROM pg_type t
    WHERE t.typnamespace IN (SELECT oid FROM own) AND t.typtype IN ('e', 'd')
      AND t.typowner NOT IN (SELECT oid FROM wanted)`;

async function giveObjects(client: pg.Client, names: { owner: string; app: string }) {
  const [owner, app] = [names.owner, names.app].map((name) => client.escapeIdentifier(name));
  const { rows } = await client.query('SELECT current_database() AS name');
  const database = client.escapeIdentifier(rows[0].name as string);
  await client.query('BEGIN');
  await client.query(`ALTER DATABASE ${database} OWNER TO ${owner}`);
  // No other role of the server connects to it.
  await client.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
  await client.query(`GRANT CONNECT ON DATABASE ${database} TO ${app}`);
  const objects = await client.query<{ kind: string; name: string }>(OBJECTS, [names.owner]);
  for (const { kind, name } of objects.rows) {
    await client.query(`ALTER ${kind} ${name} OWNER TO ${owner}`);
  }
  await client.query('COMMIT');
}

async function findRole(client: pg.Client, name: string) {
  const { rows } = await client.query<{ oid: number; isSuper: boolean }>(
    'SELECT oid::integer AS oid, rolsuper AS "isSuper" FROM pg_roles WHERE rolname = $1',
    [name],
  );
  return rows[0] ?? null;
}

/** The address of another role, in the database of this one. */
export const inDatabaseOf = (url: string, other: string): string =>
  Object.assign(new URL(other), { pathname: new URL(url).pathname }).href;

const withRole = (url: string, { name, password }: Role): string =>
  Object.assign(new URL(url), { username: name, password: encodeURIComponent(password) }).href;

/** Does some work on a connection of its own. */
export async function on<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
