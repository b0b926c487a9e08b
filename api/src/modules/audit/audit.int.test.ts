import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookForUnusual } from '../../platform/audit/unusual/watch.ts';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { createUnits } from '../../platform/db/unit-of-work.ts';
import { createNotices } from '../../platform/notices/notify.ts';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';

interface Line {
  seq: string;
  at: string;
  user: { id: string; name: string } | null;
  action: string;
  entity: string;
  entityId: string | null;
  position: string | null;
  after: unknown;
  text: { zh: string; en: string };
}
interface Page {
  items: Line[];
  next: string | null;
}

let site: Site;
let api: RunningApi;
let admin: pg.Client;
let database: Database;
let auditor: { authorization: string };

beforeAll(async () => {
  site = await openSite();
  const urls = await site.seededDatabase();
  api = await startApi(site, urls.appUrl);
  auditor = await api.signIn('auditor');
  database = openDatabase(urls.appUrl);
  admin = new pg.Client({ connectionString: urls.adminUrl });
  await admin.connect();
  await admin.query("SELECT set_config('app.tenant', 'demo', false)");
});
afterAll(async () => {
  await admin?.end();
  await database?.close();
  await api?.stop();
  await site?.stop();
});

const userId = async (username: string) =>
  (await admin.query('SELECT id FROM app_user WHERE username = $1', [username])).rows[0]
    .id as string;

/** A line as if it had been written then. */
async function seed(line: {
  user: string;
  action: string;
  at: Date;
  entity?: string;
  entityId?: string;
  person?: string;
  address?: string;
}): Promise<void> {
  const by = line.action === 'sign-in-failed' ? null : await userId(line.user);
  await admin.query(
    `INSERT INTO audit_log (tenant_id, at, user_id, user_name, action, entity, entity_id, person_id, address)
     VALUES ('demo', $1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      line.at,
      by,
      by === null ? null : line.user,
      line.action,
      line.entity ?? 'person',
      line.entityId ?? null,
      line.person ?? null,
      line.address ?? '198.51.100.7',
    ],
  );
}

const read = async (query: string, who = auditor) =>
  (await (await api.get(`/api/v1/audit?${query}`, who)).json()) as Page;

describe('the query', () => {
  it('[SEC-09] finds what was done by user, person, thing, action and time, page by page', async () => {
    const at = (minute: number) => new Date(Date.UTC(2026, 5, 1, 8, minute));
    for (let minute = 0; minute < 7; minute++) {
      await seed({
        user: 'safety',
        action: 'view',
        at: at(minute),
        entityId: `p-${minute}`,
        person: 'P1',
      });
    }
    await seed({ user: 'manager', action: 'update', at: at(3), entity: 'hazard', entityId: 'h-1' });
    const safety = await userId('safety');
    const ofUser = await read(`user=${safety}&entity=person`);
    expect(ofUser.items).toHaveLength(7);
    expect(ofUser.items[0]?.text).toMatchObject({
      zh: 'safety 查看了人员档案 p-6',
      en: 'safety looked at person p-6',
    });
    expect((await read('person=P1&action=view')).items).toHaveLength(7);
    expect((await read('entity=hazard&entityId=h-1')).items).toMatchObject([{ action: 'update' }]);
    const between = `from=${at(2).toISOString()}&to=${at(4).toISOString()}`;
    expect((await read(between)).items).toHaveLength(3);
    const first = await read(`person=P1&limit=5`);
    const rest = await read(`person=P1&limit=5&cursor=${first.next}`);
    expect([...first.items, ...rest.items].map(({ entityId }) => entityId)).toEqual(
      [6, 5, 4, 3, 2, 1, 0].map((n) => `p-${n}`),
    );
    expect(rest.next).toBeNull();
    await until(
      async () => (await read('person=P1')).items.every(({ position }) => position !== null),
      'the lines are in the chain',
      10_000,
    );
  });

  it('[SEC-08] leaves a line for each reading of the log itself', async () => {
    await read('entity=only-this-once');
    const { items } = await read('entity=audit&action=query');
    expect(items).toContainEqual(
      expect.objectContaining({
        user: expect.objectContaining({ name: 'auditor' }),
        after: { entity: 'only-this-once' },
      }),
    );
  });

  it('is not for those without the permission, and exports as CSV and as JSON lines', async () => {
    const worker = await api.signIn('worker.press');
    for (const path of ['', '/export', '/verification', '/findings', '/rules']) {
      expect((await api.get(`/api/v1/audit${path}`, worker)).status).toBe(403);
    }
    await seed({
      user: 'safety',
      action: 'view',
      at: new Date(),
      entityId: '=1+1',
      entity: 'trap',
    });
    const csv = await api.get('/api/v1/audit/export?entity=trap', auditor);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    const text = await csv.text();
    expect(text.split('\r\n')[0]).toContain('seq,at,user');
    expect(text).toContain(",trap,'=1+1,");
    const ndjson = await api.get('/api/v1/audit/export?entity=trap&format=ndjson', auditor);
    const lines = (await ndjson.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([{ entity: 'trap', entityId: '=1+1' }]);
    expect((await read('entity=audit&action=export')).items).toHaveLength(2);
  });
});

describe('a narrower scope', () => {
  it('shows no further than it reaches: the lines of and about the own department', async () => {
    await admin.query(
      `INSERT INTO role (tenant_id, id, name, permissions)
       VALUES ('demo', 'dept-auditor', '{"zh":"x","en":"x"}', '{audit:read@department}')`,
    );
    await admin.query(
      `INSERT INTO user_role (tenant_id, user_id, role_id)
       SELECT tenant_id, id, 'dept-auditor' FROM app_user WHERE username = 'head.press'`,
    );
    const { rows } = await admin.query(
      `SELECT u.username, p.id FROM app_user u JOIN person p ON p.id = u.person_id
       WHERE u.username IN ('worker.press', 'keeper')`,
    );
    const at = new Date('2026-04-01T02:00:00.000Z');
    for (const { username, id } of rows) {
      await seed({
        user: 'safety',
        action: 'view',
        at,
        entity: 'reach',
        entityId: username,
        person: id,
      });
      await seed({
        user: username,
        action: 'update',
        at,
        entity: 'reach',
        entityId: `by-${username}`,
      });
    }
    const head = await api.signIn('head.press');
    const seen = async (who: { authorization: string }) =>
      (await read('entity=reach', who)).items.map(({ entityId }) => entityId).sort();
    expect(await seen(head)).toEqual(['by-worker.press', 'worker.press']);
    expect(await seen(auditor)).toHaveLength(4);
    const exported = await (await api.get('/api/v1/audit/export?entity=reach', head)).text();
    expect(exported).not.toContain('keeper');
    for (const path of [
      '/audit/findings',
      '/audit/rules',
      '/audit/verification',
      '/data-catalogue/department/warehouse/lineage',
    ]) {
      expect([path, (await api.get(`/api/v1${path}`, head)).status]).toEqual([path, 403]);
    }
    expect((await api.post('/api/v1/audit/verification', {}, head)).status).toBe(403);
  });
});

describe('findings', () => {
  const zone = 'Asia/Shanghai';
  /** Eleven in the morning in Shanghai. */
  const now = new Date('2026-11-20T03:00:00.000Z');
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
  const look = () => {
    const units = createUnits({ database, onError: (error) => pino().error(error) });
    const notices = createNotices({ written: () => {} });
    return lookForUnusual({ units, notices, tenant: 'demo', timeZone: zone }, now);
  };
  const found = async () =>
    (await admin.query('SELECT id, rule, subject, count FROM audit_finding ORDER BY id')).rows as {
      id: string;
      rule: string;
      subject: string;
      count: number;
    }[];

  it('[SEC-09] names unusual use, and leaves the usual alone', async () => {
    // keeper exports thirty files an hour, every working day: that is the job.
    for (let day = 1; day <= 10; day++) {
      for (let i = 0; i < 30; i++) {
        await seed({ user: 'keeper', action: 'export', at: ago(day * 1440 + (i % 50)) });
      }
    }
    for (let i = 0; i < 30; i++) await seed({ user: 'keeper', action: 'export', at: ago(i) });
    // buyer never did, until now.
    for (let i = 0; i < 20; i++) {
      await seed({ user: 'buyer', action: 'reveal', at: ago(i * 2), entityId: `p-${i}` });
    }
    // operator works at night, maintainer does not.
    for (let day = 1; day <= 10; day++) {
      for (let i = 0; i < 6; i++) {
        await seed({ user: 'operator', action: 'update', at: ago(day * 1440 + 420 + i) });
        await seed({ user: 'maintainer', action: 'update', at: ago(day * 1440 + i) });
      }
    }
    for (let i = 0; i < 6; i++) {
      await seed({ user: 'operator', action: 'update', at: ago(420 + i) });
      await seed({ user: 'maintainer', action: 'update', at: ago(420 + i) });
    }
    for (let i = 0; i < 6; i++) {
      await seed({
        user: 'env',
        action: 'sign-in-failed',
        entity: 'user',
        entityId: await userId('env'),
        at: ago(i),
      });
    }
    await seed({
      user: 'manager',
      action: 'sign-in-failed',
      entity: 'user',
      entityId: await userId('manager'),
      at: ago(1),
    });
    for (let i = 0; i < 5; i++) {
      await seed({ user: 'head.press', action: 'view', at: ago(i), address: `203.0.113.${i}` });
    }
    for (let i = 0; i < 12; i++) await seed({ user: 'head.press', action: 'delete', at: ago(i) });

    const ids = await look();
    const all = await found();
    expect(ids).toHaveLength(all.length);
    const names = new Map<string, string>();
    for (const name of ['buyer', 'maintainer', 'env', 'head.press']) {
      names.set(await userId(name), name);
    }
    expect(
      all.map(({ rule, subject, count }) => [rule, names.get(subject) ?? subject, count]).sort(),
    ).toEqual([
      ['bulk-reading', 'buyer', 20],
      ['failed-sign-ins', 'env', 6],
      ['many-addresses', 'head.press', 6],
      ['mass-delete', 'head.press', 12],
      ['night', 'maintainer', 6],
    ]);
    // Looking again finds nothing anew; what goes on makes the finding grow.
    expect(await look()).toEqual([]);
    await seed({ user: 'buyer', action: 'reveal', at: ago(0) });
    expect(await look()).toEqual([]);
    expect((await found()).find(({ rule }) => rule === 'bulk-reading')?.count).toBe(21);
  });

  it('show the lines behind them, reach the auditors, and are closed by somebody else', async () => {
    const list = (await (await api.get('/api/v1/audit/findings?state=open', auditor)).json()) as {
      items: { id: string; rule: string; text: { zh: string; en: string } }[];
      counts: { open: number };
    };
    expect(list.counts.open).toBe(5);
    const bulk = list.items.find(({ rule }) => rule === 'bulk-reading');
    expect(bulk?.text.en).toContain('buyer');
    const path = `/api/v1/audit/findings/${bulk?.id}`;
    const detail = (await (await api.get(path, auditor)).json()) as { lines: Line[] };
    expect(detail.lines).toHaveLength(21);
    expect(detail.lines.every(({ action }) => action === 'reveal')).toBe(true);
    const told = await admin.query(
      `SELECT DISTINCT u.username FROM notice n JOIN notice_recipient r ON r.notice_id = n.id
       JOIN app_user u ON u.id = r.user_id WHERE n.kind = 'audit.finding' AND n.subject_id = $1`,
      [bulk?.id],
    );
    expect(told.rows.map(({ username }) => username)).toContain('auditor');
    const handled = await api.post(`${path}/handle`, { note: 'asked: stocktaking' }, auditor);
    expect(await handled.json()).toMatchObject({ handled: { note: 'asked: stocktaking' } });
    expect((await api.post(`${path}/handle`, { note: 'again' }, auditor)).status).toBe(409);
    // One more of the same is no news after it was dealt with; a whole new run is.
    await seed({ user: 'buyer', action: 'reveal', at: ago(0) });
    expect(await look()).toEqual([]);
    for (let i = 0; i < 16; i++) await seed({ user: 'buyer', action: 'reveal', at: ago(0) });
    expect(await look()).toHaveLength(1);
  });

  it('go by the numbers of the tenant where it has its own', async () => {
    const put = (id: string, body: object) =>
      fetch(`${api.url}/api/v1/audit/rules/${id}`, {
        method: 'PUT',
        headers: { ...auditor, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await put('night', { active: true, params: { nonsense: 1 } })).status).toBe(400);
    expect((await put('nothing', { active: true, params: {} })).status).toBe(404);
    const changed = await put('mass-delete', { active: true, params: { minimum: 3 } });
    expect(await changed.json()).toMatchObject({ params: { minimum: 3 }, usual: { minimum: 10 } });
    for (let i = 0; i < 3; i++) await seed({ user: 'manager', action: 'delete', at: ago(i) });
    const [id] = await look();
    expect((await found()).find((one) => one.id === id)).toMatchObject({
      rule: 'mass-delete',
      count: 3,
    });
  });
});

describe('every write', () => {
  it('[SEC-08] of a user leaves a line with its request, and one that does not is counted', async () => {
    const administrator = await api.signIn('admin');
    const send = (method: string, path: string, body: object, who = administrator) =>
      fetch(`${api.url}/api/v1${path}`, {
        method,
        headers: { ...who, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const hook = { name: 'x', url: 'https://example.org/', types: ['cn.anshi.nothing'] };
    const made = (await (await send('POST', '/webhooks', hook)).json()) as { id: string };
    const at = `/webhooks/${made.id}`;
    await send('PATCH', at, { name: 'y', version: 1 });
    await send('POST', `${at}/secret`, { overlapHours: 1 });
    await fetch(`${api.url}/api/v1${at}`, { method: 'DELETE', headers: administrator });
    const put = { active: true, params: {} };
    await send('PUT', '/audit/rules/night', put, auditor);
    const { rows } = await admin.query(
      `SELECT action, count(DISTINCT request_id)::int AS requests FROM audit_log
       WHERE entity = 'webhook' AND entity_id = $1 GROUP BY action ORDER BY action`,
      [made.id],
    );
    expect(rows.map(({ action }) => action)).toEqual(['create', 'delete', 'rotate', 'update']);
    expect(rows.every(({ requests }) => requests === 1)).toBe(true);

    // Which notices one has read is one's own.
    await send('POST', '/notices/read', { all: true }, auditor);
    const scraped = await (await api.get('/metrics', administrator)).text();
    const unaudited = scraped.split('\n').filter((line) => line.startsWith('anshi_unaudited'));
    expect(unaudited.some((line) => line.includes('/notices/read'))).toBe(true);
    expect(unaudited.filter((line) => /webhooks|audit\//.test(line))).toEqual([]);
  });
});

describe('the verification', () => {
  const verify = async (method: 'GET' | 'POST') =>
    (await (
      await fetch(`${api.url}/api/v1/audit/verification`, { method, headers: auditor })
    ).json()) as { state: string; flaws: { kind: string; seq: string }[]; sealed: string };

  it('[SEC-08] is there for auditors, and a change by the owner of the tables is found and told', async () => {
    const whole = await until(async () => {
      const result = await verify('POST');
      return result.state === 'ok' ? result : null;
    }, 'a first walk');
    expect(Number(whole.sealed)).toBeGreaterThan(100);
    const { rows } = await admin.query(
      "SELECT seq FROM audit_log WHERE entity = 'hazard' AND entity_id = 'h-1'",
    );
    await admin.query(`BEGIN; SET LOCAL session_replication_role = replica;
      UPDATE audit_log SET user_name = 'somebody else' WHERE seq = ${rows[0].seq}; COMMIT`);
    const broken = await until(async () => {
      const result = await verify('POST');
      return result.state === 'broken' ? result : null;
    }, 'a second walk');
    expect(broken.flaws).toMatchObject([{ kind: 'changed', seq: rows[0].seq }]);
    const { rows: findings } = await admin.query(
      "SELECT severity FROM audit_finding WHERE rule = 'chain'",
    );
    expect(findings).toEqual([{ severity: 'critical' }]);
  });
});
