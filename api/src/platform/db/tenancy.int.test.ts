import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DatabaseUrls,
  openSite,
  type RunningApi,
  type Site,
  startApi,
} from '../../testing/site.ts';
import { startWorker } from '../../testing/worker.ts';
import { openDatabase } from './database.ts';
import { checkDatabase, migrate, migrateTo } from './migrate.ts';

let site: Site;
let urls: DatabaseUrls;
let apiA: RunningApi;
let apiB: RunningApi;

beforeAll(async () => {
  site = await openSite({ ownServer: true });
  urls = await site.seededDatabase(['other']);
  apiA = await startApi(site, urls.appUrl);
  apiB = await startApi(site, urls.appUrl, { tenant: 'other' });
});
afterAll(async () => {
  await apiA?.stop();
  await apiB?.stop();
  await site?.stop();
});

async function asApp<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: urls.appUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

describe('row-level security', () => {
  it('guards every table: enabled, forced and with a policy on the tenant', async () => {
    const withoutTenant = ['_prisma_migrations', 'tenant'];
    const tables = await asApp((client) =>
      client.query(`
        SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced,
               EXISTS (SELECT 1 FROM pg_policies p WHERE p.tablename = c.relname
                         AND p.qual LIKE '%app.tenant%' AND p.with_check LIKE '%app.tenant%') AS policy
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')`),
    );
    const guarded = tables.rows.filter(({ name }) => !withoutTenant.includes(name));
    expect(guarded.length).toBeGreaterThanOrEqual(11);
    expect(guarded.filter(({ forced, policy }) => !forced || !policy)).toEqual([]);
  });

  it('returns and accepts no rows where no tenant is set', async () => {
    const worker = await startWorker(site, apiA);
    await worker.confirm();
    await worker.stop();
    await asApp(async (client) => {
      for (const table of ['violation', 'evidence', 'app_user', 'violation_event_inbox']) {
        expect((await client.query(`SELECT 1 FROM ${table}`)).rowCount).toBe(0);
      }
      await expect(
        client.query("INSERT INTO site (tenant_id, id, name) VALUES ('demo', 'x', '{}')"),
      ).rejects.toThrow('row-level security');
    });
  });

  it("hides one tenant's rows and their ids from another", async () => {
    const worker = await startWorker(site, apiA);
    const { id } = await worker.confirm();
    await worker.stop();
    const userA = await apiA.signIn();
    const userB = await apiB.signIn();
    expect((await apiA.get(`/api/v1/violations/${id}`, userA)).status).toBe(200);
    for (const path of ['', '/snapshot', '/verdicts']) {
      expect((await apiB.get(`/api/v1/violations/${id}${path}`, userB)).status).toBe(404);
    }
    // The cameras of a process, and its live view, have no tenant of their own.
    for (const path of [`violations/${id}`, 'cameras', 'sites', 'system', 'auth/me']) {
      expect((await apiB.get(`/api/v1/${path}`, userA)).status).toBe(401);
    }
    const verdict = { decision: 'confirm', version: 1 };
    expect((await apiB.post(`/api/v1/violations/${id}/verdict`, verdict, userB)).status).toBe(404);
    const list = await (await apiB.get('/api/v1/violations', userB)).json();
    expect(list).toMatchObject({ items: [], counts: { pending: 0 } });
  });

  it('prevents writing for another tenant', async () => {
    const database = openDatabase(urls.appUrl);
    const write = database.transaction({ tenant: 'other', user: null }, (tx) =>
      tx.site.create({ data: { tenantId: 'demo', id: 'stolen', name: { zh: 'x', en: 'x' } } }),
    );
    await expect(write).rejects.toThrow('row-level security');
    await database.close();
  });

  it('leaves no setting of a transaction on its connection', async () => {
    const database = openDatabase(urls.appUrl, { connections: 1 });
    const count = (tenant: string) =>
      database.transaction({ tenant, user: null }, (tx) => tx.appUser.count());
    expect(await count('demo')).toBeGreaterThanOrEqual(3);
    expect(await count('nobody')).toBe(0);
    // Without the transaction's own setting, the previous one would be visible.
    const left = await database.transaction({ tenant: 'other', user: null }, async (tx) => {
      await tx.$executeRaw`ROLLBACK`;
      const [row] = await tx.$queryRaw<{ tenant: string | null }[]>`
        SELECT current_setting('app.tenant', true) AS tenant`;
      return row?.tenant;
    });
    expect(left).toBe('');
    await database.close();
  });
});

const migrations = async () =>
  (await readdir(new URL('../../../prisma/migrations', import.meta.url), { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

const folder = fileURLToPath(new URL('../../..', import.meta.url));

/** Runs Prisma's command line on the database. */
async function prisma(command: string): Promise<string> {
  const cli = createRequire(import.meta.url).resolve('prisma/build/index.js');
  const env = { ...process.env, ANSHI_DATABASE_ADMIN_URL: urls.adminUrl };
  const options = { cwd: folder, env };
  return (await promisify(execFile)(process.execPath, [cli, ...command.split(' ')], options))
    .stdout;
}

describe('migrations', () => {
  it('run once when two processes start together', async () => {
    const fresh = await site.freshDatabase([]);
    const name = { zh: '甲', en: 'A' };
    const applied = await Promise.all([
      migrate(fresh.adminUrl, fresh.appUrl, { id: 'a', name }),
      migrate(fresh.adminUrl, fresh.appUrl, { id: 'b', name }),
    ]);
    expect(applied.map((names) => names.length)).toContain(0);
    expect(applied.flat()).toEqual(await migrations());
    await checkDatabase(fresh.appUrl);
  });

  it('are retried where one was interrupted', async () => {
    const fresh = await site.freshDatabase([]);
    const admin = new pg.Client({ connectionString: fresh.adminUrl });
    await admin.connect();
    const tenant = { id: 'a', name: { zh: '甲', en: 'A' } };
    await migrate(fresh.adminUrl, fresh.appUrl, tenant);
    await admin.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    await admin.query(`CREATE TABLE _prisma_migrations (
      id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz,
      migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,
      started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`);
    await admin.query(
      "INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('1', 'x', '20261125140000_first')",
    );
    await admin.end();
    expect(await migrate(fresh.adminUrl, fresh.appUrl, tenant)).toEqual(await migrations());
  });

  it('create the tables of the client’s schema', async () => {
    const script = await prisma(
      'migrate diff --from-config-datasource --to-schema prisma/schema --script',
    );
    expect(script).toContain('This is an empty migration');
  });

  it('are recognised by Prisma’s command line', async () => {
    expect(await prisma('migrate status')).toContain('Database schema is up to date');
  });

  it('roll back a failed one, and continue with it', async () => {
    const [first = '', second = ''] = await migrations();
    const fresh = await site.freshDatabase([]);
    await migrateTo(fresh.adminUrl, [first]);
    const admin = new pg.Client({ connectionString: fresh.adminUrl });
    await admin.connect();
    const script = await readFile(
      join(folder, 'prisma/migrations', second, 'migration.sql'),
      'utf8',
    );
    const tables = [...script.matchAll(/^CREATE TABLE "(\w+)"/gm)].map(([, name]) => name);
    await admin.query(`CREATE TABLE "${tables.at(-1)}" (n int)`);
    await expect(migrate(fresh.adminUrl, fresh.appUrl, null)).rejects.toThrow(
      `the migration ${second} failed: relation "${tables.at(-1)}" already exists`,
    );
    const { rows } = await admin.query(
      `SELECT (SELECT count(*)::int FROM _prisma_migrations) AS lines, to_regclass('"${tables[0]}"') AS made`,
    );
    expect(rows).toEqual([{ lines: 1, made: null }]);
    await admin.query(`DROP TABLE "${tables.at(-1)}"`);
    await admin.end();
    expect(await migrate(fresh.adminUrl, fresh.appUrl, null)).toEqual(
      (await migrations()).slice(1),
    );
  });

  it('are not mixed with tables of another program', async () => {
    const fresh = await site.freshDatabase([]);
    const admin = new pg.Client({ connectionString: fresh.adminUrl });
    await admin.connect();
    await admin.query('CREATE TABLE invoice (n int)');
    await admin.end();
    await expect(migrate(fresh.adminUrl, fresh.appUrl, null)).rejects.toThrow(
      'the database has tables (invoice), but no migrations of this program',
    );
  });

  it('are named where they are missing, and a role that bypasses the policies is refused', async () => {
    const fresh = await site.freshDatabase([]);
    await expect(checkDatabase(fresh.appUrl)).rejects.toThrow('lacks the migrations');
    await expect(checkDatabase(urls.superUrl)).rejects.toThrow('bypasses row-level security');
    await expect(checkDatabase(urls.adminUrl)).rejects.toThrow('owns the tables');

    const admin = new pg.Client({ connectionString: fresh.superUrl });
    await admin.connect();
    await admin.query("CREATE ROLE half LOGIN PASSWORD 'secret'; CREATE ROLE whole BYPASSRLS");
    const name = admin.escapeIdentifier(new URL(fresh.superUrl).pathname.slice(1));
    await admin.query(`GRANT CONNECT ON DATABASE ${name} TO half`);
    await admin.query('CREATE TABLE anything (n int); ALTER TABLE anything OWNER TO half');
    const half = Object.assign(new URL(fresh.appUrl), { username: 'half', password: 'secret' });
    await expect(checkDatabase(half.href)).rejects.toThrow('owns the tables');
    await admin.query('DROP TABLE anything; GRANT whole TO half');
    await expect(checkDatabase(half.href)).rejects.toThrow('bypasses row-level security');
    const tenant = { id: 'a', name: { zh: '甲', en: 'A' } };
    await expect(migrate(fresh.adminUrl, half.href, tenant)).rejects.toThrow('may become a role');
    await admin.end();
  });
});
