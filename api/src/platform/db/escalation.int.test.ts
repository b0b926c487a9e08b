import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../testing/foreign-rows.ts';
import { type DatabaseUrls, openSite, type Site } from '../../testing/site.ts';
import { migrate } from './migrate.ts';

/** The role of the API, in the hands of someone who runs any SQL with it. */
let site: Site;
let urls: DatabaseUrls;
let app: pg.Client;
let above: pg.Client;

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

beforeAll(async () => {
  site = await openSite({ ownServer: true });
  urls = await site.seededDatabase(['other']);
  // The rights of the place: a database that was copied has none of them.
  await migrate(urls.adminUrl, urls.appUrl, null);
  app = await connect(urls.appUrl);
  above = await connect(urls.superUrl);
  await app.query("SELECT set_config('app.tenant', 'demo', false)");
  await above.query(`INSERT INTO site (tenant_id, id, name) VALUES ('other', 'secret-site', '{}')`);
  await above.query(
    `INSERT INTO pgboss.queue (name, policy, retry_limit, retry_delay, retry_backoff, expire_seconds,
       retention_seconds, deletion_seconds, partition, table_name)
     VALUES ('other.mail', 'standard', 2, 0, false, 900, 1209600, 604800, false, 'job_common')`,
  );
  await above.query(`INSERT INTO pgboss.job (name, data) VALUES ('other.mail', '{"id":"secret"}')`);
});
afterAll(async () => {
  await app?.end();
  await above?.end();
  await site?.stop();
});

/** Everything that an attack could leave behind: rows, roles, rights, functions, objects. */
async function snapshot(): Promise<unknown> {
  const { rows } = await above.query(`
    SELECT (SELECT json_agg(r ORDER BY rolname) FROM pg_roles r) AS roles,
      (SELECT json_agg(m ORDER BY oid) FROM pg_auth_members m) AS members,
      (SELECT json_agg(json_build_array(oid, prosrc, proconfig, proacl, proowner) ORDER BY oid)
         FROM pg_proc WHERE oid >= 16384) AS functions,
      (SELECT json_agg(json_build_array(oid, relname, relowner, relacl, relrowsecurity,
         relforcerowsecurity, reltriggers) ORDER BY oid)
         FROM (SELECT *, relhastriggers AS reltriggers FROM pg_class) c WHERE oid >= 16384
           AND relkind <> 'i') AS relations,
      (SELECT json_agg(n ORDER BY oid) FROM pg_namespace n WHERE nspname !~ '^pg_(toast_)?temp')
        AS schemas,
      (SELECT json_agg(json_build_array(datname, datdba, datacl) ORDER BY oid) FROM pg_database)
        AS databases,
      (SELECT json_agg(e ORDER BY oid) FROM pg_extension e) AS extensions,
      (SELECT count(*) FROM pg_largeobject_metadata) AS "largeObjects",
      (SELECT count(*) FROM pg_operator) AS operators, (SELECT count(*) FROM pg_cast) AS casts,
      (SELECT json_agg(s ORDER BY setdatabase, setrole) FROM pg_db_role_setting s) AS settings,
      (SELECT json_agg(j ORDER BY id) FROM pgboss.job j) AS jobs,
      (SELECT json_agg(q ORDER BY name) FROM pgboss.queue q) AS queues,
      (SELECT json_agg(b ORDER BY id) FROM pgboss.bam b) AS statements`);
  const rowsOf = await Promise.all(
    ['demo', 'other'].map(async (tenant) => [...(await digestOf(urls.superUrl, tenant))]),
  );
  return { ...rows[0], rows: rowsOf };
}

const DENIED =
  /permission denied|must be owner|must be superuser|must be a superuser|must be able to|Must be superuser|must have|only roles with|not a superuser|row-level security|no privileges were granted|cannot set parameter|only superusers|is not allowed/i;

/** These are answered without an error, and do nothing: the snapshot shows it. */
const VAIN = ['pg_terminate_backend', 'GRANT ALL ON'];

/** What someone tries, and nothing of it works. */
const attempts: Record<string, string[]> = {
  'becoming another role': [
    'SET ROLE anshi_owner',
    'SET ROLE anshi_superuser',
    'SET SESSION AUTHORIZATION anshi_owner',
    'SET SESSION AUTHORIZATION anshi_superuser',
    'ALTER ROLE anshi_app SUPERUSER',
    'ALTER ROLE anshi_app BYPASSRLS',
    'ALTER ROLE anshi_app CREATEDB CREATEROLE',
    'CREATE ROLE stronger SUPERUSER',
    'GRANT anshi_owner TO anshi_app',
    'GRANT pg_execute_server_program TO anshi_app',
    `ALTER ROLE anshi_owner PASSWORD 'known'`,
    'ALTER ROLE anshi_owner RENAME TO gone',
  ],
  'shadowing by temporary tables': [
    'CREATE TEMP TABLE violation_event_inbox (tenant_id text, source text, event_id text)',
    'CREATE TEMP VIEW outbox_event AS SELECT 1',
    'SELECT 1 AS x INTO TEMP feed_position',
    'CREATE TABLE pg_temp.consumer (name text)',
    'CREATE TEMP SEQUENCE s',
  ],
  'shadowing by functions, operators, casts and types': [
    `CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT clock_timestamp()'`,
    `CREATE FUNCTION public.tell_account_change(varchar, varchar) RETURNS void LANGUAGE sql AS 'SELECT'`,
    `CREATE FUNCTION pg_temp.current_setting(text, boolean) RETURNS text LANGUAGE sql AS 'SELECT ''other'''`,
    `CREATE FUNCTION pgboss.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT clock_timestamp()'`,
    `CREATE OR REPLACE FUNCTION public.refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`,
    'CREATE OPERATOR public.= (LEFTARG = varchar, RIGHTARG = text, FUNCTION = textne)',
    'CREATE OPERATOR pg_temp.= (LEFTARG = varchar, RIGHTARG = text, FUNCTION = textne)',
    'CREATE CAST (text AS timestamptz) WITH INOUT AS IMPLICIT',
    'CREATE DOMAIN public.text AS varchar',
    'CREATE AGGREGATE public.min(bigint) (SFUNC = int8larger, STYPE = bigint)',
    'CREATE SCHEMA anshi_app',
  ],
  'functions that are not for it': [
    `SELECT public.guard_tenant_table('site')`,
    `SELECT public.make_append_only('site')`,
    `SELECT pgboss.delete_queue('other.mail')`,
    `SELECT pgboss.job_table_run('DROP TABLE pgboss.job')`,
    `SELECT pgboss.job_table_run_async('x', 1, 'ALTER ROLE anshi_app SUPERUSER')`,
  ],
  'the tables of the jobs': [
    `INSERT INTO pgboss.bam (name, version, table_name, command)
       VALUES ('x', 1, 'job_common', 'ALTER ROLE anshi_app SUPERUSER')`,
    'SELECT * FROM pgboss.bam',
    'UPDATE pgboss.version SET version = 1',
    `INSERT INTO pgboss.job (name, data) VALUES ('other.mail', '{}')`,
    `INSERT INTO pgboss.job_common (name, data) VALUES ('other.mail', '{}')`,
    `SELECT pgboss.create_queue('other.mine', '{"policy":"standard"}')`,
    `SELECT pgboss.create_queue('demo.mine', '{"policy":"standard","partition":"true"}')`,
    'TRUNCATE pgboss.job',
  ],
  'files, programs and the server': [
    `COPY (SELECT 1) TO PROGRAM 'touch /tmp/owned'`,
    `COPY site FROM PROGRAM 'id'`,
    `COPY (SELECT 1) TO '/tmp/owned'`,
    `SELECT pg_read_file('/etc/passwd')`,
    `SELECT pg_ls_dir('/')`,
    `ALTER SYSTEM SET archive_command = 'touch /tmp/owned'`,
    'SELECT pg_reload_conf()',
    `LOAD '/tmp/evil.so'`,
    'SELECT * FROM pg_authid',
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $$anshi_superuser$$',
  ],
  'large objects': [
    `SELECT lo_from_bytea(0, 'x')`,
    'SELECT lo_create(0)',
    'SELECT lo_creat(-1)',
    `SELECT lo_import('/etc/passwd')`,
  ],
  'extensions and languages': [
    'CREATE EXTENSION pg_trgm',
    'CREATE EXTENSION file_fdw',
    'CREATE EXTENSION dblink',
    'CREATE LANGUAGE plpython3u',
    `CREATE FUNCTION public.f() RETURNS int LANGUAGE c AS 'libc', 'system'`,
    'CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION refuse_change()',
    'CREATE PUBLICATION p FOR ALL TABLES',
  ],
  'the tables themselves': [
    'ALTER TABLE site DISABLE ROW LEVEL SECURITY',
    'ALTER TABLE site NO FORCE ROW LEVEL SECURITY',
    'DROP POLICY tenant_isolation ON site',
    'CREATE POLICY mine ON site USING (true)',
    'CREATE TRIGGER t BEFORE INSERT ON site FOR EACH ROW EXECUTE FUNCTION refuse_change()',
    'ALTER TABLE audit_log DISABLE TRIGGER ALL',
    `SET session_replication_role = 'replica'`,
    `COMMENT ON TABLE audit_log IS ''`,
    'GRANT ALL ON audit_log TO PUBLIC',
    'TRUNCATE audit_log',
    'DELETE FROM audit_log',
    `UPDATE audit_log SET action = 'x'`,
    'DELETE FROM outbox_event',
    'DELETE FROM violation',
    `INSERT INTO tenant (id, name) VALUES ('mine', '{}')`,
    `UPDATE _prisma_migrations SET checksum = 'x'`,
    'CREATE TABLE mine (n int)',
    `INSERT INTO site (tenant_id, id, name) VALUES ('other', 'mine', '{}')`,
    'SET row_security = off; SELECT * FROM site',
  ],
};

describe('[SEC-23] someone who runs SQL as the role of the API', () => {
  it.each(Object.entries(attempts))('gains nothing by %s', async (_, statements) => {
    const before = await snapshot();
    for (const statement of statements) {
      const error = await app.query(statement).then(
        () => new Error('it was done'),
        (reason: Error) => reason,
      );
      if (VAIN.some((one) => statement.includes(one))) continue;
      else expect(error?.message, statement).toMatch(DENIED);
    }
    await app.query("RESET ALL; SELECT set_config('app.tenant', 'demo', false)");
    expect(await snapshot()).toEqual(before);
  });

  it('sees and changes no rows of another tenant, whichever table', async () => {
    const before = await snapshot();
    for (const table of ['site', 'app_user', 'role', 'audit_log', 'violation']) {
      const { rows } = await app.query(`SELECT 1 FROM ${table} WHERE tenant_id = 'other'`);
      expect(rows).toEqual([]);
    }
    for (const table of ['queue', 'job', 'job_common']) {
      const { rows } = await app.query(`SELECT 1 FROM pgboss.${table} WHERE name LIKE 'other.%'`);
      expect(rows).toEqual([]);
    }
    await app.query(`UPDATE pgboss.job SET state = 'cancelled'; DELETE FROM pgboss.queue
      WHERE name LIKE 'other.%'; UPDATE site SET name = '{}' WHERE tenant_id = 'other'`);
    expect(await snapshot()).toEqual(before);
  });

  it('may name another tenant: the policies are a guard against mistakes, not against this', async () => {
    await app.query("SELECT set_config('app.tenant', 'other', false)");
    const { rows } = await app.query('SELECT id FROM site');
    await app.query("SELECT set_config('app.tenant', 'demo', false)");
    // docs/decisions/0032-the-database-role-stays-small.md says so.
    expect(rows).toEqual([{ id: 'secret-site' }]);
  });
});

describe('a function that runs as its owner', () => {
  /** As a temporary table with a trigger, which runs as the role that deletes from the table. */
  const trap = async (client: pg.Client) => {
    await client.query(`
      CREATE TEMP TABLE IF NOT EXISTS violation_event_inbox
        (tenant_id text, source text, event_id text, received_at timestamptz);
      CREATE OR REPLACE FUNCTION pg_temp.caught() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM set_config('attack.ran_as', current_user, false); RETURN OLD; END $$;
      CREATE OR REPLACE TRIGGER caught BEFORE DELETE ON pg_temp.violation_event_inbox
        FOR EACH ROW EXECUTE FUNCTION pg_temp.caught();
      GRANT ALL ON pg_temp.violation_event_inbox TO PUBLIC;
      INSERT INTO pg_temp.violation_event_inbox
        VALUES ('demo', 's', 'e', now() - interval '1 year');
      SELECT set_config('app.tenant', 'demo', false), set_config('attack.ran_as', 'nobody', false)`);
    await client.query('SELECT * FROM public.purge_violation_inbox(now(), 10)');
    const { rows } = await client.query(`SELECT current_setting('attack.ran_as') AS role`);
    return rows[0].role as string;
  };

  it('takes no temporary table for its own, even where the role is given TEMPORARY', async () => {
    const loose = await site.freshDatabase();
    const owner = await connect(loose.superUrl);
    const name = new URL(loose.adminUrl).pathname.slice(1);
    await owner.query(`GRANT TEMPORARY ON DATABASE "${name}" TO anshi_app`);
    const attacker = await connect(loose.appUrl);
    try {
      expect(await trap(attacker)).toBe('nobody');
      // The attack is a real one: the function as it was before runs it in the owner's name.
      await owner.query(`
        CREATE OR REPLACE FUNCTION public.purge_violation_inbox(cutoff timestamptz, most int)
        RETURNS TABLE (source text, event_id text, received_at timestamptz)
        LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
          DELETE FROM violation_event_inbox v
          WHERE v.tenant_id = current_setting('app.tenant', true) AND v.received_at < cutoff
          RETURNING v.source, v.event_id, v.received_at
        $$`);
      expect(await trap(attacker)).toBe('anshi_owner');
    } finally {
      await attacker.end();
      await owner.end();
    }
  });
});
