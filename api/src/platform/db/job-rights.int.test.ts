import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type DatabaseUrls, openSite, type Site } from '../../testing/site.ts';
import { migrate } from './migrate.ts';
import { walkRights } from './rights-walk.ts';

let site: Site;
let urls: DatabaseUrls;
let above: pg.Client;

beforeAll(async () => {
  site = await openSite({ ownServer: true });
  urls = await site.freshDatabase([]);
  await start();
  above = await connect(urls.superUrl);
});
afterAll(async () => {
  await above?.end();
  await site?.stop();
});

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

/** What a start does with the database; it fails where it would have to wait for a lock. */
const start = () => migrate(`${urls.adminUrl}?options=-c%20lock_timeout%3D2s`, urls.appUrl, null);

describe('[SEC-23] connecting to the database', () => {
  it('is for its owner and the role of the API, and for no other role of the server', async () => {
    await above.query("CREATE ROLE of_another_company LOGIN PASSWORD 'known'");
    onTestFinished(async () => void (await above.query('DROP ROLE of_another_company')));
    const foreign = Object.assign(new URL(urls.appUrl), {
      username: 'of_another_company',
      password: 'known',
    });
    await expect(connect(foreign.href)).rejects.toThrow('permission denied for database');
    for (const url of [urls.adminUrl, urls.appUrl]) await (await connect(url)).end();
  });
});

/** The guards of the jobs, with the rows of the catalogue that hold them. */
async function guards(): Promise<unknown[]> {
  const { rows } = await above.query(`
    SELECT c.relname, c.relrowsecurity, c.relacl::text,
      (SELECT json_agg(json_build_array(p.oid, p.polname, p.polcmd, p.polroles, p.polpermissive,
          pg_get_expr(p.polqual, c.oid), pg_get_expr(p.polwithcheck, c.oid)) ORDER BY p.polname)
        FROM pg_policy p WHERE p.polrelid = c.oid) AS policies,
      (SELECT json_agg(json_build_array(pg_get_triggerdef(t.oid), t.tgenabled) ORDER BY t.tgname)
        FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal) AS triggers
    FROM pg_class c WHERE c.relnamespace = 'pgboss'::regnamespace AND c.relkind IN ('r', 'p')
    ORDER BY c.relname`);
  return rows;
}
const withoutIds = (rows: unknown[]) =>
  JSON.parse(JSON.stringify(rows), (key, value) =>
    key === 'policies' && value ? value.map(([, ...rest]: unknown[]) => rest) : value,
  );

describe('a start', () => {
  it('does not wait for those who work with jobs, where nothing is to be changed', async () => {
    const before = await guards();
    const app = await connect(urls.appUrl);
    onTestFinished(() => app.end());
    await app.query('BEGIN');
    for (const table of ['version', 'queue', 'schedule', 'job', 'job_common', 'instance']) {
      await app.query(`SELECT 1 FROM pgboss.${table}`);
    }
    await start();
    await app.query('ROLLBACK');
    expect(await guards()).toEqual(before);
  });

  it.each([
    'DROP POLICY tenant_isolation ON pgboss.job',
    'ALTER POLICY tenant_isolation ON pgboss.queue USING (true) WITH CHECK (true)',
    'CREATE POLICY open ON pgboss.job_common USING (true)',
    'ALTER POLICY tenant_isolation ON pgboss.schedule TO anshi_owner',
    'ALTER TABLE pgboss.schedule DISABLE ROW LEVEL SECURITY',
    'DROP TRIGGER leave_cron_unclaimed ON pgboss.version',
    'ALTER TABLE pgboss.version DISABLE TRIGGER leave_cron_unclaimed',
    'GRANT SELECT ON pgboss.bam TO anshi_app',
  ])('takes back %s', async (wrong) => {
    const before = withoutIds(await guards());
    await above.query(wrong);
    expect(withoutIds(await guards())).not.toEqual(before);
    await start();
    expect(withoutIds(await guards())).toEqual(before);
    expect(await walkRights(above, 'anshi_app')).toEqual([]);
  });
});
