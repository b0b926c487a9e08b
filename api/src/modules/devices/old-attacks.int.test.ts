import { createHash, randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type DeviceKind, deviceKinds, newDeviceSecret } from '@anshi/contracts/device-secret';
import { newEvidenceKeyPair } from '@anshi/contracts/evidence-signature';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeviceClass } from '../../platform/access/devices.ts';
import { openDatabase } from '../../platform/db/database.ts';
import { enrolWorker, makeDevice, type TestDevice } from '../../testing/devices.ts';
import {
  openSite,
  type RunningApi,
  type Site,
  startApi,
  until,
  WORKER_TOKEN,
} from '../../testing/site.ts';
import { putVerdicts } from '../../testing/verdicts.ts';
import { testFile } from '../../testing/worker.ts';

/*
 * Every route for devices is asked with every wrong credential: other kinds, other names, revoked,
 * rotated, ended, of another tenant, changed by one character. Each is refused, and no row changes.
 * Routes come from the program itself: a new one needs a request in `goodRequest`.
 */
let site: Site;
let api: RunningApi;
/** The API of another company on the same database. */
let foreign: RunningApi;
let urls: { appUrl: string; superUrl: string };
let sql: pg.Client;
const devices = new Map<DeviceKind, TestDevice>();
let routes: { method: string; url: string; kinds: readonly DeviceClass[] }[];

beforeAll(async () => {
  site = await openSite();
  urls = await site.seededDatabase(['elsewhere']);
  api = await startApi(site, urls.appUrl);
  // On a broker of its own, where it may have the same names.
  const dataDir = join(site.folder, 'elsewhere');
  await mkdir(dataDir);
  foreign = await startApi(site, urls.appUrl, { tenant: 'elsewhere', dataDir });
  sql = new pg.Client({ connectionString: urls.superUrl });
  await sql.connect();
  // Each API anchors its audit log shortly after the start; later comparisons must not see it.
  const anchored = "SELECT DISTINCT tenant_id FROM outbox_event WHERE type LIKE '%.anchored.v1'";
  await until(async () => (await sql.query(anchored)).rows.length === 2, 'both logs are anchored');
  // Each also looks at its devices when it starts, and opens a finding about one of the demonstration.
  const unfound = `SELECT 1 FROM device_file d JOIN area a ON a.tenant_id = d.tenant_id AND a.id = d.area_id
    WHERE a.dust = 'dusty' AND d.ip_solids < 6 AND NOT EXISTS (SELECT 1 FROM device_finding f
      WHERE f.tenant_id = d.tenant_id AND f.device_id = d.id)`;
  await until(async () => (await sql.query(unfound)).rows.length === 0, 'the findings are opened');
  await sql.query("SELECT set_config('app.tenant', 'demo', false)");
  for (const kind of deviceKinds) devices.set(kind, await makeDevice(api, kind, `${kind}-1`));
  await giveOrder(devices.get('worker') as TestDevice);
  routes = api.routes
    .filter(({ device, method }) => device && !['HEAD', 'OPTIONS'].includes(method))
    .map(({ method, url, device }) => ({ method, url, kinds: device ?? [] }));
});
afterAll(async () => {
  await sql?.end();
  await foreign?.stop();
  await api?.stop();
  await site?.stop();
});

/** The violation whose clip `worker-1` is to blur. */
let order: string;

/** Gives a worker an order of evidence that is there. */
async function giveOrder(worker: TestDevice): Promise<void> {
  const files = [testFile('image/jpeg'), testFile('video/mp4'), testFile('application/json')];
  for (const { sha256, mediaType, bytes } of files) {
    await fetch(`${api.url}/api/v1/ingest/evidence/${sha256}`, {
      method: 'PUT',
      headers: { ...worker.headers, 'content-type': mediaType },
      body: new Uint8Array(bytes),
    });
  }
  const [snapshot, clip, boxes] = files.map(({ sha256 }) => sha256) as [string, string, string];
  const database = openDatabase(urls.appUrl);
  const one = { startedAt: new Date(), status: 'pending', snapshot } as const;
  [order] = (await putVerdicts(database, [one])) as [string];
  await database.transaction({ tenant: 'demo', user: null }, async (tx) => {
    const at = new Date();
    const data = { clipSha256: clip, clipBoxesSha256: boxes, clipFrom: at, clipTo: at };
    const more = { clipDurationSeconds: 15, clipPartial: false };
    await tx.violation.updateMany({ where: { id: order }, data: { ...data, ...more } });
    await tx.blurOrder.create({
      data: {
        tenantId: 'demo',
        violationId: order,
        of: 'clip',
        worker: 'worker-1',
        untilAt: new Date(at.getTime() + 3_600_000),
      },
    });
  });
  await database.close();
}

type Route = (typeof routes)[number];
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

/** A request that the right device may send, under its own name. */
function goodRequest({ method, url }: Route, name: string): { path: string; init: RequestInit } {
  const json = (body: unknown): RequestInit => ({
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  const fix = `lat=31.2&lon=121.4&id=${name}`;
  const location = { device_id: name, location: { coords: { latitude: 31, longitude: 121 } } };
  const event = { eventType: 'tagInventory', tagInventoryEvent: { epcHex: 'AB', antennaPort: 1 } };
  const picture = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(200)]);
  const sha256 = createHash('sha256').update(picture).digest('hex');
  const orderPath = (pattern: string) => pattern.replace(':id', order).replace(':of', 'clip');
  const requests: Record<string, { path: string; init: RequestInit }> = {
    'GET /api/v1/ingest/cameras': { path: url, init: {} },
    'GET /api/v1/ingest/worker': { path: url, init: {} },
    'POST /api/v1/ingest/health': {
      path: url,
      init: json({
        worker: name,
        minutes: [
          {
            at: new Date(Math.floor(Date.now() / 60_000) * 60_000).toISOString(),
            worker: { lagMs: 1, waiting: 0, recording: true, problem: null },
            cameras: [],
          },
        ],
      }),
    },
    'POST /api/v1/ingest/worker/heartbeat': {
      path: url,
      init: json({ capacity: 20, most: null, load: 0, cameras: [] }),
    },
    'POST /api/v1/ingest/worker': {
      path: url,
      init: json({ worker: 'worker-new', secret: newDeviceSecret().text }),
    },
    'PUT /api/v1/ingest/worker/evidence-key': {
      path: url,
      init: json({ publicKey: newEvidenceKeyPair().publicKey }),
    },
    'PUT /api/v1/ingest/evidence/:sha256': {
      path: url.replace(':sha256', sha256),
      init: { body: new Uint8Array(picture), headers: { 'content-type': 'image/jpeg' } },
    },
    'POST /api/v1/ingest/blur-orders/claim': { path: url, init: {} },
    'GET /api/v1/ingest/blur-orders/:id/:of/original': { path: orderPath(url), init: {} },
    'GET /api/v1/ingest/blur-orders/:id/:of/boxes': { path: orderPath(url), init: {} },
    'POST /api/v1/ingest/blur-orders/:id/:of/failed': {
      path: orderPath(url),
      init: json({ reason: 'it is no film' }),
    },
    'POST /api/v1/ingest/rfid/impinj': { path: url, init: json([{ ...event, hostname: name }]) },
    'GET /api/v1/ingest/gps/traccar': { path: `${url}?${fix}`, init: {} },
    'POST /api/v1/ingest/gps/traccar': { path: url, init: json(location) },
    'GET /api/v1/ingest/gps/traccar/:token': { path: `${url}?${fix}`, init: {} },
    'POST /api/v1/ingest/gps/traccar/:token': { path: url, init: json(location) },
  };
  const found = requests[`${method} ${url}`];
  if (!found) throw new Error(`${method} ${url} is new: say here what a right request is`);
  return { ...found, init: { ...found.init, method } };
}

/** Sends it with this secret, in the header and, where the address takes one, there. */
async function send(route: Route, secret: string, name: string): Promise<Response[]> {
  const { path, init } = goodRequest(route, name);
  const hasPlace = path.includes(':token');
  const inPath = path.replace(':token', encodeURIComponent(secret));
  const inQuery = `${inPath}${path.includes('?') ? '&' : '?'}token=${encodeURIComponent(secret)}`;
  const ways: [string, Record<string, string>][] = [
    [inPath, hasPlace ? {} : bearer(secret)],
    [inQuery, {}],
    [inPath, bearer(secret)],
  ];
  return Promise.all(
    ways.map(([at, headers]) =>
      fetch(`${api.url}${at}`, {
        ...init,
        headers: { ...(init.headers as Record<string, string>), ...headers },
      }),
    ),
  );
}

/** A digest of every table, without what is there to tell of refusals and where readers stand. */
async function contents(): Promise<Record<string, string>> {
  const tells = ['audit_log', 'audit_seal', 'notice', 'notice_recipient', 'notice_delivery'];
  // Many refusals are unusual use, which a loop looks for twice a minute.
  tells.push('feed_position', 'outbox_mark', 'audit_finding');
  const { rows: tables } = await sql.query(
    `SELECT c.relname AS name FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relrowsecurity
       AND NOT c.relispartition AND c.relname <> ALL ($1::text[])`,
    [tells],
  );
  const found: Record<string, string> = {};
  for (const { name } of tables as { name: string }[]) {
    const row =
      name === 'device_credential'
        ? `to_jsonb(t) - ARRAY['refused_count', 'refused_at', 'refused_from', 'refused_reason', 'refused_told_at']`
        : 'to_jsonb(t)';
    const told = name === 'outbox_event' ? `WHERE type NOT LIKE 'cn.anshi.audit-finding.%'` : '';
    const { rows } = await sql.query(
      `SELECT md5(coalesce(string_agg((${row})::text, '|' ORDER BY (${row})::text), '')) AS digest
       FROM "${name}" t ${told}`,
    );
    found[name] = rows[0].digest;
  }
  return found;
}

async function expectRefused(secret: string, asked: readonly Route[], name: string) {
  for (const route of asked) {
    for (const answer of await send(route, secret, name)) {
      const { code } = (await answer.json()) as { code?: string };
      expect([route.method, route.url, answer.status, code]).toEqual([
        route.method,
        route.url,
        expect.toSatisfy((status: number) => status === 401 || status === 403),
        expect.stringMatching(/^device\./),
      ]);
    }
  }
}

describe('[SEC-02] [SEC-11] a route for devices', () => {
  it('takes the right credential, each of which works', async () => {
    const asked = new Set<string>();
    for (const [kind, device] of devices) {
      for (const route of routes.filter(({ kinds }) => kinds.includes(kind))) {
        const { path, init } = goodRequest(route, device.name);
        const answer = await fetch(`${api.url}${path.replace(':token', device.secret)}`, {
          ...init,
          headers: { ...(init.headers as Record<string, string>), ...device.headers },
        });
        expect([route.url, kind, answer.ok]).toEqual([route.url, kind, true]);
        asked.add(`${route.method} ${route.url}`);
      }
    }
    expect(asked.size).toBe(routes.filter(({ kinds }) => kinds[0] !== 'shared').length);
  });

  it('refuses every credential of another kind, and every other name, and nothing changes', async () => {
    const before = await contents();
    let pairs = 0;
    for (const [kind, device] of devices) {
      const closed = routes.filter(({ kinds }) => !kinds.includes(kind));
      await expectRefused(device.secret, closed, device.name);
      const named = routes.filter(({ kinds, url }) => kinds.includes(kind) && /rfid|gps/.test(url));
      await expectRefused(device.secret, named, 'somebody-else');
      pairs += closed.length + named.length;
    }
    expect(pairs).toBeGreaterThanOrEqual(routes.length * 4);
    expect(await contents()).toEqual(before);
  });

  it('refuses what is revoked, rotated, ended, foreign, guessed or changed, and nothing changes', async () => {
    const before: Record<string, string> = {};
    const secrets: string[] = [];
    for (const kind of deviceKinds) {
      const revoked = await makeDevice(api, kind, `revoked-${kind}`);
      const reason = { reason: 'a test' };
      const admin = await api.signIn('admin');
      await api.post(`/api/v1/devices/${revoked.id}/revocation`, reason, admin);
      const rotated = await makeDevice(api, kind, `rotated-${kind}`);
      const anew = { version: 1, overlapHours: 1 };
      await api.post(`/api/v1/devices/${rotated.id}/secret`, anew, admin);
      const ended = await makeDevice(api, kind, `ended-${kind}`);
      const { secret, keyId } = devices.get(kind) as TestDevice;
      const changed = secret.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'));
      const other = newDeviceSecret().text.replace(/_[0-9a-z]{16}_/, `_${keyId}_`);
      secrets.push(revoked.secret, rotated.secret, ended.secret, changed, other);
      await sql.query(
        "UPDATE device_credential SET old_until = now() - interval '1 s' WHERE id = $1",
        [rotated.id],
      );
      await sql.query(
        "UPDATE device_credential SET expires_at = now() - interval '1 s' WHERE id = $1",
        [ended.id],
      );
      // Right in another company, unknown here.
      secrets.push((await makeDevice(foreign, kind, `${kind}-1`)).secret);
    }
    secrets.push(newDeviceSecret().text, 'anshi_', '', 'undefined', "' OR 1=1 --", '0'.repeat(40));
    Object.assign(before, await contents());
    for (const secret of secrets) await expectRefused(secret, routes, 'reader-1');
    expect(await contents()).toEqual(before);
  });

  it('takes no name on the broker from another company, which is told to choose another', async () => {
    await makeDevice(api, 'reader', 'reader-of-both');
    const sameBroker = await startApi(site, urls.appUrl, { tenant: 'elsewhere' });
    const body = { kind: 'reader', name: 'reader-of-both' };
    const answer = await sameBroker.post('/api/v1/devices', body, await sameBroker.signIn('admin'));
    expect([answer.status, await answer.json()]).toMatchObject([
      409,
      { code: 'device.name-taken' },
    ]);
    expect(site.busUsers.find('reader-reader-of-both')?.tenant).toBe('demo');
    await sameBroker.stop();
  });

  it('is all that a credential opens: no route of people takes it, live views least of all', async () => {
    const before = await contents();
    const ofPeople = api.routes.filter(
      ({ permission, method }) => permission && !['HEAD', 'OPTIONS'].includes(method),
    );
    expect(ofPeople.length).toBeGreaterThan(150);
    expect(ofPeople.some(({ url }) => url === '/api/v1/live/:camera/whep')).toBe(true);
    for (const { secret, name } of devices.values()) {
      const login = Buffer.from(`${name}:${secret}`).toString('base64');
      for (const headers of [bearer(secret), { authorization: `Basic ${login}` }]) {
        const answers = await Promise.all(
          ofPeople.map(async ({ method, url }) => {
            const path = url.replaceAll(/:\w+/g, '01JZZZZZZZZZZZZZZZZZZZZZZZ');
            const answer = await fetch(`${api.url}${path}?token=${secret}`, { method, headers });
            await answer.body?.cancel();
            return `${method} ${url} ${answer.status}`;
          }),
        );
        expect(answers.filter((one) => !one.endsWith(' 401'))).toEqual([]);
      }
    }
    expect(await contents()).toEqual(before);
  });

  it('refuses the shared token to readers and trackers at any time, and to workers a day after the first has its own', async () => {
    const token = WORKER_TOKEN;
    const ofReaders = routes.filter(({ kinds }) => !kinds.includes('shared'));
    expect(ofReaders.length).toBeGreaterThan(4);
    await expectRefused(token, ofReaders, 'reader-1');
    const evidence = routes.find(({ url }) => url.endsWith('/evidence/:sha256')) as Route;
    const put = async () => (await send(evidence, token, ''))[0];
    // The worker of the first test has used its own: the last day runs.
    const { rows } = await sql.query(
      "SELECT expires_at AS at FROM device_credential WHERE kind = 'shared' AND tenant_id = 'demo'",
    );
    const hours = (rows[0].at.getTime() - Date.now()) / 3_600_000;
    expect([hours > 23.9, hours <= 24, (await put())?.ok]).toEqual([true, true, true]);
    const { headers } = await enrolWorker(api, 'worker-late');
    await sql.query(
      "UPDATE device_credential SET expires_at = now() - interval '1 s' WHERE kind = 'shared' AND tenant_id = 'demo'",
    );
    const before = await contents();
    expect((await put())?.status).toBe(401);
    await expectRefused(token, routes, 'worker-1');
    expect(await contents()).toEqual(before);
    // A worker that enrolled in time keeps working.
    expect((await api.get('/api/v1/ingest/worker', headers)).status).toBe(200);
  });
});
