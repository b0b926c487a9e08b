import { createHash, randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type DeviceKind, deviceKinds, newDeviceSecret } from '@anshi/contracts/device-secret';
import { newEvidenceKeyPair } from '@anshi/contracts/evidence-signature';
import pg from 'pg';
import { expect } from 'vitest';
import type { DeviceClass } from '../platform/access/devices.ts';
import { openDatabase } from '../platform/db/database.ts';
import { makeDevice, type TestDevice } from './devices.ts';
import { outageToTell, putOutage } from './outages.ts';
import { untilSettled } from './settled.ts';
import { openSite, type RunningApi, startApi, until } from './site.ts';
import { putVerdicts } from './verdicts.ts';
import { testFile } from './worker.ts';

/** A route for devices, and the kinds that it is for. */
export interface DeviceRoute {
  method: string;
  url: string;
  kinds: readonly DeviceClass[];
}

export const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

/**
 * An API with a device of each kind, and that of another company on the same database. Routes come
 * from the program itself: a new one needs a request in `goodRequest`.
 */
export async function openDeviceRoutes() {
  const site = await openSite();
  const urls = await site.seededDatabase(['elsewhere']);
  const api = await startApi(site, urls.appUrl);
  // On a broker of its own, where it may have the same names.
  const dataDir = join(site.folder, 'elsewhere');
  await mkdir(dataDir);
  const foreign = await startApi(site, urls.appUrl, { tenant: 'elsewhere', dataDir });
  const sql = new pg.Client({ connectionString: urls.superUrl });
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
  const devices = new Map<DeviceKind, TestDevice>();
  for (const kind of deviceKinds) devices.set(kind, await makeDevice(api, kind, `${kind}-1`));
  await api.send('admin', 'POST', '/readers', { name: 'reader-1', kind: 'omlox' });
  const point = { device: 'gate-1', name: { zh: '点', en: 'Point' } };
  const targets = { machineId: 'lathe-1', areaId: 'robot-cell', edge: true };
  await api.send('maintainer', 'POST', '/gates/points', { ...point, ...targets });
  const listed = `SELECT 1 FROM gate_edge_list l JOIN gate_point p ON (p.tenant_id, p.id) = (l.tenant_id, l.point_id)
    WHERE p.device = 'gate-1' AND l.issued_at IS NOT NULL`;
  await until(async () => (await sql.query(listed)).rows.length > 0, 'the point has its permits');
  const order = await giveOrder(api, urls.appUrl, devices.get('worker') as TestDevice);
  await putOutage(urls.appUrl);
  const routes: DeviceRoute[] = api.routes
    .filter(({ device, method }) => device && !['HEAD', 'OPTIONS'].includes(method))
    .map(({ method, url, device }) => ({ method, url, kinds: device ?? [] }));

  /** Sends it with this secret, in the header and, where the address takes one, there. */
  async function send(route: DeviceRoute, secret: string, name: string): Promise<Response[]> {
    const { path, init } = goodRequest(route, name, order);
    const hasPlace = path.includes(':token');
    const inPath = path.replace(':token', encodeURIComponent(secret));
    const inQuery = `${inPath}${path.includes('?') ? '&' : '?'}token=${encodeURIComponent(secret)}`;
    const ways: [string, Record<string, string>][] = [
      [inPath, hasPlace ? {} : bearer(secret)],
      [inQuery, {}],
      ...(hasPlace ? ([[inPath, bearer(secret)]] as [string, Record<string, string>][]) : []),
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

  /**
   * A digest of every table, without what is there to tell of refusals and where readers stand; of the
   * events their types, so that a difference says what happened.
   */
  async function contents(): Promise<Record<string, string>> {
    await untilSettled(sql);
    const tells = ['audit_log', 'audit_seal', 'notice', 'notice_recipient', 'notice_delivery'];
    // Many refusals are unusual use, which a loop looks for twice a minute.
    tells.push('feed_position', 'outbox_mark', 'audit_finding');
    const { rows: tables } = await sql.query(
      `SELECT c.relname AS name FROM pg_class c
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relrowsecurity
         AND NOT c.relispartition AND c.relname <> ALL ($1::text[])`,
      [tells],
    );
    const untold: Record<string, string[]> = {
      device_credential: [
        'refused_count',
        'refused_at',
        'refused_from',
        'refused_reason',
        'refused_told_at',
      ],
      // When a reader was heard and refused is told within moments.
      position_reader: ['last_read_at', 'refused', 'refused_at', 'refused_code', 'refused_reason'],
      // Made again at its time.
      gate_edge_list: ['entries', 'sequence', 'issued_at', 'expires_at', 'check_at'],
      // When it is looked at next, which a loop moves on.
      work_assignment: ['check_at'],
    };
    const found: Record<string, string> = {};
    for (const { name } of tables as { name: string }[]) {
      const without = untold[name];
      const row = without
        ? `to_jsonb(t) - ARRAY[${without.map((one) => `'${one}'`).join(', ')}]`
        : 'to_jsonb(t)';
      const { rows } = await sql.query(
        name === 'outbox_event'
          ? `SELECT coalesce(string_agg(type, ' ' ORDER BY seq), '') AS digest FROM outbox_event
             WHERE type NOT LIKE 'cn.anshi.audit-finding.%' AND type NOT LIKE 'cn.anshi.audit.%'`
          : `SELECT md5(coalesce(string_agg((${row})::text, '|' ORDER BY (${row})::text), '')) AS digest
             FROM "${name}" t`,
      );
      found[name] = rows[0].digest;
    }
    return found;
  }

  /** Expects that each of these routes refuses a secret. */
  async function expectRefused(secret: string, asked: readonly DeviceRoute[], name: string) {
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

  return {
    site,
    urls,
    api,
    foreign,
    sql,
    devices,
    routes,
    goodRequest: (route: DeviceRoute, name: string) => goodRequest(route, name, order),
    send,
    contents,
    expectRefused,
    async stop() {
      await sql.end();
      await foreign.stop();
      await api.stop();
      await site.stop();
    },
  };
}
export type DeviceRoutes = Awaited<ReturnType<typeof openDeviceRoutes>>;

/**
 * Gives a worker an order to blur evidence that it uploads.
 *
 * @returns the violation whose clip it is to blur.
 */
async function giveOrder(api: RunningApi, appUrl: string, worker: TestDevice): Promise<string> {
  const files = [testFile('image/jpeg'), testFile('video/mp4'), testFile('application/json')];
  for (const { sha256, mediaType, bytes } of files) {
    await fetch(`${api.url}/api/v1/ingest/evidence/${sha256}`, {
      method: 'PUT',
      headers: { ...worker.headers, 'content-type': mediaType },
      body: new Uint8Array(bytes),
    });
  }
  const [snapshot, clip, boxes] = files.map(({ sha256 }) => sha256) as [string, string, string];
  const database = openDatabase(appUrl);
  const one = { startedAt: new Date(), status: 'pending', snapshot } as const;
  const [order] = (await putVerdicts(database, [one])) as [string];
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
  return order;
}

/**
 * A request that the right device may send, under its own name.
 *
 * @param order the violation of the order that `worker-1` has.
 */
function goodRequest(
  { method, url }: DeviceRoute,
  name: string,
  order: string,
): { path: string; init: RequestInit } {
  const json = (body: unknown): RequestInit => ({
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  const gate = (asked: object): RequestInit => ({
    body: JSON.stringify({ point: name, ...asked, card: 'badge-w1', at: new Date().toISOString() }),
    headers: {
      'content-type': 'application/json',
      'idempotency-key': `${name}-${randomBytes(8).toString('hex')}`,
    },
  });
  const now = new Date().toISOString();
  const decided = { kind: 'start', target: 'lathe-1', decidedAt: now, decision: 'deny' };
  const fix = `lat=31.2&lon=121.4&id=${name}`;
  const location = { device_id: name, location: { coords: { latitude: 31, longitude: 121 } } };
  const event = { eventType: 'tagInventory', tagInventoryEvent: { epcHex: 'AB', antennaPort: 1 } };
  const omlox = {
    position: { type: 'Point', coordinates: [1, 1] },
    source: 'zone-1',
    provider_type: 'uwb',
    provider_id: 'tag-1',
  };
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
    'POST /api/v1/ingest/outage-stills': {
      path: url,
      init: json({ ...outageToTell, worker: name }),
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
    'PUT /api/v1/ingest/omlox/v2/providers/locations': { path: url, init: json([omlox]) },
    'PUT /api/v1/ingest/omlox/v2/providers/:provider/location': {
      path: url.replace(':provider', omlox.provider_id),
      init: json(omlox),
    },
    'POST /api/v1/ingest/rfid/impinj': { path: url, init: json([{ ...event, hostname: name }]) },
    'PUT /api/v1/ingest/persons/:externalId': {
      path: url.replace(':externalId', 'HR-9001'),
      init: json({
        at: new Date().toISOString(),
        employeeNo: 'E9001',
        name: '周新',
        department: 'assembly',
        status: 'active',
      }),
    },
    'POST /api/v1/gates/machine-start': {
      path: url,
      init: gate({ machine: 'lathe-1' }),
    },
    'POST /api/v1/gates/area-entry': { path: url, init: gate({ area: 'robot-cell' }) },
    'GET /api/v1/gates/edge-key': { path: url, init: {} },
    'GET /api/v1/gates/edge-permits': {
      path: `${url}?point=${name}&nonce=${randomBytes(16).toString('base64url')}`,
      init: {},
    },
    'POST /api/v1/gates/edge-decisions': {
      path: url,
      init: gate({ ...decided, sequence: null, validUntil: now }),
    },
    'POST /api/v1/gates/edge-reports': {
      path: url,
      init: json({ point: name, fault: 'replayed', at: now }),
    },
    'POST /api/v1/match/check': { path: url, init: json({ people: ['E007'], area: 'robot-cell' }) },
    'GET /api/v1/ingest/gps/traccar': { path: `${url}?${fix}`, init: {} },
    'POST /api/v1/ingest/gps/traccar': { path: url, init: json(location) },
    'GET /api/v1/ingest/gps/traccar/:token': { path: `${url}?${fix}`, init: {} },
    'POST /api/v1/ingest/gps/traccar/:token': { path: url, init: json(location) },
  };
  const found = requests[`${method} ${url}`];
  if (!found) throw new Error(`${method} ${url} is new: say here what a right request is`);
  return { ...found, init: { ...found.init, method } };
}
