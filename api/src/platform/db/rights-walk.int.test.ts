import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DatabaseUrls, openSite, type Site } from '../../testing/site.ts';
import { migrate } from './migrate.ts';
import { walkRights } from './rights-walk.ts';

let site: Site;
let urls: DatabaseUrls;
let above: pg.Client;

beforeAll(async () => {
  site = await openSite({ ownServer: true });
  urls = await site.freshDatabase([]);
  await migrate(urls.adminUrl, urls.appUrl, { id: 'demo', name: { zh: 'demo', en: 'demo' } });
  above = new pg.Client({ connectionString: urls.superUrl });
  await above.connect();
});
afterAll(async () => {
  await above?.end();
  await site?.stop();
});

const walk = async () => {
  const found = await walkRights(above, 'anshi_app');
  return found.map(({ area, name, problem }) => `${area}: ${name} ${problem}`);
};

it('[SEC-23] a migrated database gives no role more than it needs', async () => {
  const findings = await walk();
  console.log(`walk of functions, roles, grants and tables: ${findings.length} findings`);
  expect(findings).toEqual([]);
});

/** One thing wrong in each area, and what takes it back. */
const wrongs: [area: string, wrong: string, right: string][] = [
  [
    'functions',
    `CREATE FUNCTION loose() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
    'DROP FUNCTION loose',
  ],
  [
    'functions',
    'ALTER FUNCTION purge_outbox SET search_path = public',
    'ALTER FUNCTION purge_outbox SET search_path = pg_catalog, public, pg_temp',
  ],
  ['roles', 'ALTER ROLE anshi_owner BYPASSRLS', 'ALTER ROLE anshi_owner NOBYPASSRLS'],
  ['roles', 'ALTER ROLE anshi_app CREATEROLE', 'ALTER ROLE anshi_app NOCREATEROLE'],
  [
    'memberships',
    'GRANT pg_read_server_files TO anshi_owner',
    'REVOKE pg_read_server_files FROM anshi_owner',
  ],
  ['memberships', 'GRANT anshi_owner TO anshi_app', 'REVOKE anshi_owner FROM anshi_app'],
  ['settings', 'ALTER ROLE anshi_app SET search_path = pg_temp', 'ALTER ROLE anshi_app RESET ALL'],
  [
    'settings',
    'GRANT SET ON PARAMETER session_replication_role TO anshi_app',
    'REVOKE SET ON PARAMETER session_replication_role FROM anshi_app',
  ],
  [
    'database',
    'GRANT TEMPORARY ON DATABASE $db TO PUBLIC',
    'REVOKE TEMPORARY ON DATABASE $db FROM PUBLIC',
  ],
  [
    'database',
    'GRANT CONNECT ON DATABASE $db TO PUBLIC',
    'REVOKE CONNECT ON DATABASE $db FROM PUBLIC',
  ],
  [
    'schemas',
    'GRANT CREATE ON SCHEMA public TO PUBLIC',
    'REVOKE CREATE ON SCHEMA public FROM PUBLIC',
  ],
  [
    'tables',
    'ALTER TABLE site NO FORCE ROW LEVEL SECURITY',
    'ALTER TABLE site FORCE ROW LEVEL SECURITY',
  ],
  [
    'tables',
    'GRANT TRUNCATE ON audit_log TO anshi_app',
    'REVOKE TRUNCATE ON audit_log FROM anshi_app',
  ],
  [
    'tables',
    'GRANT SELECT ON pgboss.bam TO anshi_app',
    'REVOKE SELECT ON pgboss.bam FROM anshi_app',
  ],
  ['tables', 'CREATE VIEW everything AS SELECT * FROM site', 'DROP VIEW everything'],
  ['policies', 'CREATE POLICY open ON site USING (true)', 'DROP POLICY open ON site'],
  [
    'sequences',
    'GRANT UPDATE ON ALL SEQUENCES IN SCHEMA public TO anshi_app',
    'REVOKE UPDATE ON ALL SEQUENCES IN SCHEMA public FROM anshi_app',
  ],
  [
    'default privileges',
    'ALTER DEFAULT PRIVILEGES FOR ROLE anshi_owner GRANT SELECT ON TABLES TO PUBLIC',
    'ALTER DEFAULT PRIVILEGES FOR ROLE anshi_owner REVOKE SELECT ON TABLES FROM PUBLIC',
  ],
  ['objects', 'SELECT lo_create(4711)', 'SELECT lo_unlink(4711)'],
  [
    'objects',
    'CREATE OPERATOR public.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)',
    'DROP OPERATOR public.=== (text, text)',
  ],
  [
    'functions of PostgreSQL',
    'GRANT EXECUTE ON FUNCTION pg_read_file(text) TO PUBLIC',
    'REVOKE EXECUTE ON FUNCTION pg_read_file(text) FROM PUBLIC',
  ],
];

it.each(wrongs)('%s: the walk finds %s', async (area, wrong, right) => {
  const name = above.escapeIdentifier(new URL(urls.adminUrl).pathname.slice(1));
  const run = (sql: string) => above.query(sql.replace('$db', name));
  await run(wrong);
  try {
    expect((await walk()).filter((line) => line.startsWith(`${area}:`))).not.toEqual([]);
  } finally {
    await run(right);
  }
  expect(await walk()).toEqual([]);
});
