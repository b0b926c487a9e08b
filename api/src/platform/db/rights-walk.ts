import type pg from 'pg';
import { APP_FUNCTIONS, APP_JOB_FUNCTIONS } from './rights.ts';

/** Something that gives a role more than it needs. */
export interface RightsFinding {
  /** What was looked at: functions, roles, tables … */
  area: string;
  /** The object. */
  name: string;
  problem: string;
}

/** Tables without a tenant: every role of the program may read them, none but the owner writes them. */
const SHARED_TABLES = ['tenant', '_prisma_migrations'];
/** What runs as its owner. */
const DEFINERS = ['purge_outbox', 'purge_violation_inbox'];
/** Functions of PostgreSQL that reach files, programs, or objects that no policy guards. */
const SYSTEM_FUNCTIONS = [
  'lo_creat',
  'lo_create',
  'lo_export',
  'lo_from_bytea',
  'lo_import',
  'pg_ls_dir',
  'pg_read_binary_file',
  'pg_read_file',
  'pg_reload_conf',
  'pg_rotate_logfile',
];

/**
 * Each query gives `name` and `problem` of what is wrong in its area. In all of them: `$app` is the
 * role of the API, `own_schema` the schemas that are not PostgreSQL's, `owner` the owner of the tables.
 */
const CHECKS: Record<string, string> = {
  functions: `
    SELECT p.oid::regprocedure::text AS name, problem FROM pg_proc p
    JOIN own_schema s ON s.oid = p.pronamespace, owner,
    LATERAL (VALUES
      (p.prosqlbody IS NULL AND p.proconfig IS DISTINCT FROM
         ARRAY[format('search_path=pg_catalog, %s, pg_temp', s.nspname)],
       'its search_path is not "pg_catalog, its schema, pg_temp"'),
      (p.prosecdef AND p.proname <> ALL ($definers), 'runs as its owner and is not on the list'),
      (EXISTS (SELECT 1 FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
               WHERE a.grantee = 0), 'PUBLIC may execute it'),
      (has_function_privilege($app, p.oid, 'EXECUTE')
         AND p.oid <> ALL ($functions::regprocedure[]::oid[]), 'the API may execute it'),
      (p.proowner <> owner.oid, 'has another owner than the tables'),
      ((SELECT lanname FROM pg_language l WHERE l.oid = p.prolang) NOT IN ('sql', 'plpgsql'),
       'is in another language than sql and plpgsql')
    ) AS checked (wrong, problem) WHERE wrong`,

  roles: `
    SELECT r.rolname AS name, problem FROM pg_roles r, owner,
    LATERAL (VALUES
      (r.rolsuper, 'is a superuser'), (r.rolbypassrls, 'bypasses row-level security'),
      (r.rolcreaterole, 'may make roles'), (r.rolreplication, 'may replicate'),
      (r.rolcreatedb AND r.rolname = $app, 'may make databases')
    ) AS checked (wrong, problem)
    WHERE wrong AND (r.rolname = $app OR r.oid = owner.oid)`,

  memberships: `
    SELECT m.rolname AS name, 'is a member of ' || g.rolname AS problem
    FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member JOIN pg_roles g ON g.oid = a.roleid, owner
    WHERE m.rolname = $app OR m.oid = owner.oid OR g.oid = owner.oid AND NOT m.rolsuper`,

  settings: `
    SELECT coalesce(r.rolname, 'every role') AS name, 'has a setting of its own: ' || setting AS problem
    FROM pg_db_role_setting d LEFT JOIN pg_roles r ON r.oid = d.setrole, owner,
      unnest(d.setconfig) AS setting
    WHERE (d.setdatabase = 0 OR d.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()))
      AND (d.setrole = 0 OR r.rolname = $app OR r.oid = owner.oid)
      AND split_part(setting, '=', 1) IN ('search_path', 'row_security', 'role', 'session_authorization',
        'session_preload_libraries', 'local_preload_libraries', 'lo_compat_privileges', 'app.tenant')
    UNION ALL
    SELECT parname, 'may be set by ' || CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END
    FROM pg_parameter_acl, aclexplode(paracl) a WHERE a.grantee = 0 OR a.grantee = $app::regrole`,

  database: `
    SELECT d.datname AS name, problem FROM pg_database d, owner,
    LATERAL (VALUES
      (d.datdba <> owner.oid, 'has another owner than the tables'),
      (EXISTS (SELECT 1 FROM aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
               WHERE a.grantee = 0 AND a.privilege_type = 'CONNECT'),
       'every role of the server may connect to it'),
      (has_database_privilege($app, d.oid, 'TEMPORARY'), 'the API may make temporary tables in it'),
      (has_database_privilege($app, d.oid, 'CREATE'), 'the API may make schemas in it')
    ) AS checked (wrong, problem) WHERE wrong AND d.datname = current_database()`,

  schemas: `
    SELECT s.nspname AS name, problem FROM own_schema s, owner,
    LATERAL (VALUES
      (has_schema_privilege($app, s.oid, 'CREATE'), 'the API may make objects in it'),
      (s.nspowner <> owner.oid AND s.nspowner <> 'pg_database_owner'::regrole,
       'has another owner than the tables')
    ) AS checked (wrong, problem) WHERE wrong`,

  tables: `
    SELECT c.oid::regclass::text AS name, problem FROM pg_class c
    JOIN own_schema s ON s.oid = c.relnamespace, owner,
    LATERAL (SELECT has_table_privilege($app, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
                 OR has_any_column_privilege($app, c.oid, 'SELECT, INSERT, UPDATE') AS used) u,
    LATERAL (SELECT has_table_privilege($app, c.oid, 'INSERT, UPDATE, DELETE')
                 OR has_any_column_privilege($app, c.oid, 'INSERT, UPDATE') AS written) w,
    LATERAL (SELECT s.nspname = 'public' AND c.relname = ANY ($shared) AS shared) t,
    LATERAL (VALUES
      (c.relkind NOT IN ('r', 'p'), 'is no table: no policy guards it'),
      (c.relowner <> owner.oid, 'has another owner'),
      (EXISTS (SELECT 1 FROM aclexplode(c.relacl) a WHERE a.grantee = 0), 'PUBLIC has rights on it'),
      (has_table_privilege($app, c.oid, 'TRUNCATE, REFERENCES, TRIGGER, MAINTAIN'),
       'the API may do more than read and write rows'),
      (shared AND written, 'the API may write it'),
      (used AND NOT shared AND NOT c.relrowsecurity, 'has no row-level security'),
      (used AND NOT shared AND s.nspname = 'public' AND NOT c.relforcerowsecurity,
       'its row-level security does not bind its owner'),
      (used AND NOT shared AND c.relname <> 'version' AND NOT EXISTS (
         SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid), 'has no policy'),
      (obj_description(c.oid, 'pg_class') = 'append-only'
         AND has_table_privilege($app, c.oid, 'UPDATE, DELETE'), 'only grows, and the API may change it')
    ) AS checked (wrong, problem)
    WHERE wrong AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`,

  policies: `
    SELECT polrelid::regclass || ' ' || polname AS name, 'does not compare the tenant' AS problem
    FROM pg_policy WHERE polpermissive AND polrelid <> to_regclass('pgboss.version')
      AND pg_get_expr(polqual, polrelid) <> 'false'
      AND (pg_get_expr(polqual, polrelid) NOT LIKE '%app.tenant%'
        OR coalesce(pg_get_expr(polwithcheck, polrelid), '') NOT LIKE '%app.tenant%')`,

  sequences: `
    SELECT c.oid::regclass::text AS name, 'may be set by the API or used by PUBLIC' AS problem
    FROM pg_class c JOIN own_schema s ON s.oid = c.relnamespace
    WHERE c.relkind = 'S' AND (has_sequence_privilege($app, c.oid, 'UPDATE')
      OR EXISTS (SELECT 1 FROM aclexplode(c.relacl) a WHERE a.grantee = 0))`,

  'default privileges': `
    SELECT d.defaclrole::regrole::text AS name, 'gives rights on new objects to PUBLIC or the API' AS problem
    FROM pg_default_acl d, aclexplode(d.defaclacl) a WHERE a.grantee = 0 OR a.grantee = $app::regrole
    UNION ALL
    SELECT owner.oid::regrole::text, 'PUBLIC may execute each function that it makes' FROM owner
    WHERE NOT EXISTS (SELECT 1 FROM pg_default_acl d WHERE d.defaclrole = owner.oid
                        AND d.defaclobjtype = 'f' AND d.defaclnamespace = 0)`,

  objects: `
    SELECT 'extension ' || extname AS name, 'is not needed' AS problem FROM pg_extension
      WHERE extname <> 'plpgsql'
    UNION ALL SELECT 'language ' || lanname, 'may do what the server may' FROM pg_language
      WHERE NOT lanpltrusted AND lanname NOT IN ('internal', 'c')
    UNION ALL SELECT 'operator ' || o.oid::regoperator, 'is not PostgreSQL''s own' FROM pg_operator o
      JOIN own_schema s ON s.oid = o.oprnamespace
    UNION ALL SELECT format('cast %s to %s', castsource::regtype, casttarget::regtype),
      'is not PostgreSQL''s own' FROM pg_cast WHERE oid >= 16384
    UNION ALL SELECT 'rule ' || rulename || ' on ' || ev_class::regclass, 'changes what a statement does'
      FROM pg_rewrite WHERE oid >= 16384 AND rulename <> '_RETURN'
    UNION ALL SELECT 'event trigger ' || evtname, 'runs as whoever changes the schema' FROM pg_event_trigger
    UNION ALL SELECT 'foreign server ' || srvname, 'reaches another server' FROM pg_foreign_server
    UNION ALL SELECT 'publication ' || pubname, 'sends rows elsewhere' FROM pg_publication
    UNION ALL SELECT 'large object ' || oid, 'is guarded by no policy' FROM pg_largeobject_metadata
    UNION ALL SELECT 'object ' || d.objid || ' of ' || d.classid::regclass, 'is owned by the API'
      FROM pg_shdepend d WHERE d.deptype = 'o' AND d.refobjid = $app::regrole
        AND d.dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))`,

  'functions of PostgreSQL': `
    SELECT p.oid::regprocedure::text AS name, 'the API may execute it' AS problem FROM pg_proc p
    WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname = ANY ($system)
      AND has_function_privilege($app, p.oid, 'EXECUTE')`,
};

/**
 * Walks all functions, roles, memberships, settings, grants, default privileges, schemas and tables of
 * a database, and tells what gives the API or PUBLIC more than the program needs.
 *
 * @param client any role: the catalogue is readable by all.
 * @param appRole the role of DATABASE_URL.
 * @returns empty where nothing is to be done.
 */
export async function walkRights(client: pg.Client, appRole: string): Promise<RightsFinding[]> {
  const literal = (text: string) => client.escapeLiteral(text);
  const list = (texts: readonly string[]) => `ARRAY[${texts.map(literal).join(', ')}]::text[]`;
  const values: Record<string, string> = {
    app: literal(appRole),
    definers: list(DEFINERS),
    functions: list([...APP_FUNCTIONS, ...APP_JOB_FUNCTIONS]),
    shared: list(SHARED_TABLES),
    system: list(SYSTEM_FUNCTIONS),
  };
  const findings: RightsFinding[] = [];
  for (const [area, check] of Object.entries(CHECKS)) {
    const { rows } = await client.query<{ name: string; problem: string }>(`
      WITH own_schema AS (
        SELECT * FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
      ), owner AS (SELECT relowner AS oid FROM pg_class WHERE oid = 'public.tenant'::regclass)
      ${check.replace(/\$(\w+)/g, (_, name: string) => values[name] ?? '')}
      ORDER BY 1, 2`);
    for (const row of rows) findings.push({ area, ...row });
  }
  return findings;
}
