import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DatabaseUrls,
  openSite,
  PASSWORD,
  type RunningApi,
  type Site,
  startApi,
} from '../../testing/site.ts';

/** The marker in tenant A's data; it must not appear at B. */
const MARK = 'MARK-OF-TENANT-A';

let site: Site;
let urls: DatabaseUrls;
let apiA: RunningApi;
let apiB: RunningApi;
let stopped = false;

beforeAll(async () => {
  site = await openSite();
  urls = await site.freshDatabase(['tenant-a', 'tenant-b']);
  apiA = await startApi(site, urls.appUrl, { tenant: 'tenant-a' });
  apiB = await startApi(site, urls.appUrl, { tenant: 'tenant-b' });
});
afterAll(async () => {
  if (!stopped) {
    await apiA?.stop();
    await apiB?.stop();
  }
  await site?.stop();
});

async function connect(url: string, tenant: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  // The server may stop before the failed test could end it.
  client.on('error', () => undefined);
  await client.connect();
  await client.query("SELECT set_config('app.tenant', $1, false)", [tenant]);
  return client;
}

/** Every table with tenants' rows. */
async function tenantTables(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query(`
    SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND c.relname NOT IN ('_prisma_migrations', 'tenant') ORDER BY 1`);
  return rows.map(({ name }) => name as string);
}

interface Column {
  name: string;
  type: string;
  length: number | null;
}

/** A valid value of the column, with the marker where possible. */
function valueFor({ name, type, length }: Column): unknown {
  if (name === 'tenant_id') return 'tenant-a';
  const text = MARK.slice(0, length ?? MARK.length);
  if (type === 'ARRAY') return [];
  if (type === 'jsonb' || type === 'json') return JSON.stringify({ zh: MARK, en: MARK });
  if (/timestamp|date/.test(type)) return '2026-11-25T00:00:00Z';
  if (/int|numeric|double|real/.test(type)) return 987_654;
  if (type === 'boolean') return true;
  if (type === 'bytea') return Buffer.from(MARK);
  return text;
}

async function columnsOf(client: pg.Client, table: string): Promise<Column[]> {
  const { rows } = await client.query(
    `SELECT column_name AS name, data_type AS type, character_maximum_length AS length
     FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER'`,
    [table],
  );
  return rows as Column[];
}

/**
 * Inserts a row of tenant A into each empty table: as the owner, without foreign keys and triggers,
 * since only visibility matters here.
 */
async function fillTables(owner: pg.Client, tables: string[]): Promise<void> {
  await owner.query("SET session_replication_role = 'replica'");
  const { rows: checks } = await owner.query(`
    SELECT conrelid::regclass::text AS of, conname AS name FROM pg_constraint
    WHERE contype = 'c' AND connamespace = 'public'::regnamespace AND coninhcount = 0`);
  for (const table of tables) {
    const mine = await owner.query(`SELECT 1 FROM "${table}" WHERE tenant_id = 'tenant-a' LIMIT 1`);
    if (mine.rowCount === 1) continue;
    for (const check of checks.filter(({ of }) => of === table)) {
      await owner.query(`ALTER TABLE "${table}" DROP CONSTRAINT "${check.name}"`);
    }
    const columns = await columnsOf(owner, table);
    const names = columns.map(({ name }) => `"${name}"`).join(', ');
    const places = columns.map((_, at) => `$${at + 1}`).join(', ');
    await owner.query(
      `INSERT INTO "${table}" (${names}) VALUES (${places})`,
      columns.map(valueFor),
    );
  }
}

/** Data that users of A enter through the API. */
async function workAtA(): Promise<void> {
  const admin = await apiA.signIn('admin');
  const safety = await apiA.signIn('safety');
  const put = (path: string, body: object) =>
    fetch(`${apiA.url}/api/v1${path}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...admin },
      body: JSON.stringify(body),
    });
  const name = { zh: MARK, en: MARK };
  const made = [
    await put('/departments/mark', { name, kind: 'production', parentId: null, site: 'plant-1' }),
    await put('/areas/mark', { name, kind: 'workshop', site: 'plant-1' }),
    await put('/dictionaries/area-kind/mark', { name }),
    await apiA.post('/api/v1/notices/test', {}, safety),
    await apiA.post(
      '/api/v1/notices/robots',
      { name: MARK, format: 'wecom', url: 'https://robot.example/x' },
      admin,
    ),
    await apiA.post(
      '/api/v1/hazards',
      {
        id: ulid(),
        description: MARK,
        type: 'other',
        suggestedLevel: 'general',
        site: 'plant-1',
        foundAt: new Date().toISOString(),
        fileIds: [],
        source: 'desk',
      },
      safety,
    ),
  ];
  for (const answer of made) expect(answer.status, await answer.text()).toBeLessThan(300);
}

/** Several at a time. */
async function eachOf<Item>(items: readonly Item[], work: (item: Item) => Promise<void>) {
  const left = [...items];
  const take = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: 8 }, take));
}

describe('tenants', () => {
  it('[SME-01] return no data of another tenant to any user, on any list route', async () => {
    await workAtA();
    const lists = apiB.routes
      .filter(({ method, url }) => method === 'GET' && !url.includes(':') && !url.includes('*'))
      .map(({ url }) => url)
      .filter((url) => url.startsWith('/api/v1/') && !url.includes('live-events'));
    expect(lists.length).toBeGreaterThan(25);
    const seenAtA = new Set<string>();
    for (const user of ['admin', 'safety', 'operator', 'manager', 'auditor']) {
      const [headersA, headersB] = [await apiA.signIn(user), await apiB.signIn(user)];
      await eachOf(lists, async (url) => {
        const answer = await apiB.get(url, headersB);
        expect(await answer.text(), `${url} as ${user}`).not.toContain(MARK);
      });
      // Three see all that was entered.
      if (['admin', 'safety', 'auditor'].includes(user)) {
        await eachOf(lists, async (url) => {
          if ((await (await apiA.get(url, headersA)).text()).includes(MARK)) seenAtA.add(url);
        });
      }
      // A session of A is invalid at B.
      expect((await apiB.get('/api/v1/auth/me', headersA)).status).toBe(401);
    }
    // The marker does appear at A, so the check at B is not vacuous.
    expect(seenAtA.size).toBeGreaterThan(5);
  });

  it('[SME-01] see no rows of another tenant: neither the process of B, nor its role in any table', async () => {
    // Their jobs would remove transient rows, such as marks of published events.
    await apiA.stop();
    await apiB.stop();
    stopped = true;
    const owner = await connect(urls.superUrl, 'tenant-a');
    const tables = await tenantTables(owner);
    expect(tables.length).toBeGreaterThan(40);
    await fillTables(owner, tables);

    await owner.end();

    const asA = await connect(urls.appUrl, 'tenant-a');
    const asB = await connect(urls.appUrl, 'tenant-b');
    for (const table of tables) {
      const count = async (client: pg.Client) => {
        const query = `SELECT count(*)::int AS n FROM "${table}" WHERE tenant_id = 'tenant-a'`;
        return (await client.query(query)).rows[0].n as number;
      };
      // The row exists, and B's role does not see it, also not by its id.
      expect(await count(asA), `${table} has a row of A`).toBeGreaterThan(0);
      expect(await count(asB), table).toBe(0);
      for (const change of [
        `DELETE FROM "${table}" WHERE tenant_id = 'tenant-a'`,
        `UPDATE "${table}" SET tenant_id = 'tenant-b' WHERE tenant_id = 'tenant-a'`,
      ]) {
        const changed = await asB.query(change).then(
          ({ rowCount }) => rowCount,
          // Append-only tables accept no update from any role.
          (error: Error) => (/permission denied|append-only/.test(error.message) ? 0 : error),
        );
        expect(changed, change).toBe(0);
      }
      const names = (await columnsOf(asA, table)).map(({ name }) => `"${name}"`).join(', ');
      const rows = (await asA.query(`SELECT * FROM "${table}" LIMIT 1`)).rows;
      const stolen = asB.query(
        `INSERT INTO "${table}" (${names})
         SELECT ${names} FROM json_populate_recordset(NULL::"${table}", $1)`,
        [JSON.stringify(rows)],
      );
      await expect(stolen, `${table} takes a row of A from B`).rejects.toThrow(
        /row-level security|permission denied/,
      );
    }
    for (const client of [asA, asB]) await client.end();
  });
});

describe('the command that creates a tenant', () => {
  const command = fileURLToPath(new URL('../../tenant.ts', import.meta.url));
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, [command, ...args], {
      env: {
        ...process.env,
        ANSHI_DATABASE_ADMIN_URL: urls.adminUrl,
        DATABASE_URL: urls.appUrl,
        ANSHI_NEW_PASSWORD: PASSWORD,
      },
    });

  it('[SME-01] creates its roles, the industry preset and an administrator in one step', async () => {
    const add = ['add', 'gear-works', '--name', '齿轮厂', '--admin', 'boss'];
    const { stdout } = await run(...add, '--preset', 'small-machinery');
    expect(stdout).toContain('created the company gear-works');
    const again = await run(...add);
    expect(again.stdout).toContain('exists already');
    expect((await run('list')).stdout).toContain('gear-works\t齿轮厂');

    const api = await startApi(site, urls.appUrl, { tenant: 'gear-works', demo: null });
    const user = await api.signIn('boss');
    const me = (await (await api.get('/api/v1/auth/me', user)).json()) as object;
    expect(me).toMatchObject({ roles: ['admin'], features: ['people', 'hazards'] });
    const lists = (await (await api.get('/api/v1/features', user)).json()) as { preset: object };
    expect(lists.preset).toMatchObject({ id: 'small-machinery' });
    await api.stop();
  });

  it('reports invalid input', async () => {
    const add = (...args: string[]) => run('add', ...args);
    await expect(add('Big_Works', '--name', 'x', '--admin', 'a')).rejects.toThrow('lower-case');
    await expect(add('works', '--name', 'x', '--admin', 'a', '--preset', 'bakery')).rejects.toThrow(
      'there is no preset "bakery"',
    );
    await expect(run('add', 'works')).rejects.toThrow('--name and --admin are needed');
    expect((await run('list')).stdout).not.toContain('works\tx');
  });
});
