import { newDeviceSecret } from '@anshi/contracts/device-secret';
import { connectAsync } from 'mqtt';
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../platform/db/database.ts';
import { createUnits } from '../../platform/db/unit-of-work.ts';
import { createNotices } from '../../platform/notices/notify.ts';
import { makeDevice } from '../../testing/devices.ts';
import { openSite, type RunningApi, type Site, startApi } from '../../testing/site.ts';
import type { DeviceView, DeviceWithSecret } from './schema.ts';
import { tellOfUnused } from './unused.ts';

let site: Site;
let api: RunningApi;
/** A second process on the same database. */
let other: RunningApi;
let admin: { authorization: string };
let sql: pg.Client;
let appUrl: string;

beforeAll(async () => {
  site = await openSite();
  const urls = await site.seededDatabase();
  appUrl = urls.appUrl;
  api = await startApi(site, appUrl);
  other = await startApi(site, appUrl);
  admin = await api.signIn('admin');
  sql = new pg.Client({ connectionString: urls.superUrl });
  await sql.connect();
  await sql.query("SELECT set_config('app.tenant', 'demo', false)");
});
afterAll(async () => {
  await sql?.end();
  await other?.stop();
  await api?.stop();
  await site?.stop();
});

async function call<Body = DeviceWithSecret>(
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; json: Body & { code?: string } }> {
  const answer = await fetch(`${api.url}/api/v1${path}`, {
    method,
    headers: { ...admin, ...(body ? { 'content-type': 'application/json' } : {}) },
    body: body ? JSON.stringify(body) : null,
  });
  return { status: answer.status, json: (await answer.json()) as Body & { code?: string } };
}
const read = (epcHex: string, hostname?: string) => ({
  ...(hostname ? { hostname } : {}),
  eventType: 'tagInventory',
  tagInventoryEvent: { epcHex, antennaPort: 1 },
});
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
const basic = (user: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`,
});
const impinj = async (headers: Record<string, string>, hostname?: string, at = api) => {
  const answer = await at.post('/api/v1/ingest/rfid/impinj', [read('AB12', hostname)], headers);
  return {
    status: answer.status,
    json: (await answer.json()) as { code?: string; detail?: string },
  };
};
const lines = async (id: string) => {
  const { rows } = await sql.query(
    "SELECT action, after, address FROM audit_log WHERE entity = 'device-credential' AND entity_id = $1 ORDER BY seq",
    [id],
  );
  return rows as { action: string; after: Record<string, unknown>; address: string | null }[];
};
const actionsOf = async (id: string) => (await lines(id)).map(({ action }) => action);
const notices = async (kind: string) => {
  const { rows } = await sql.query('SELECT title FROM notice WHERE kind = $1', [kind]);
  return rows as { title: { en: string } }[];
};
const get = async (id: string) => (await call<DeviceView>('GET', `/devices/${id}`)).json;

describe('[SEC-02] the credential of a device', () => {
  it('is created, shown once, and listed afterwards by its public part only', async () => {
    const made = await call('POST', '/devices', {
      kind: 'reader',
      name: 'gate-1',
      note: 'East gate',
    });
    expect(made.status).toBe(201);
    const { id, secret, keyId, busUser } = made.json;
    expect([secret.startsWith(`anshi_${keyId}_`), busUser]).toEqual([true, 'reader-gate-1']);
    const list = await call<object>('GET', '/devices?q=gate');
    const one = await call<object>('GET', `/devices/${id}`);
    const { rows } = await sql.query('SELECT d::text AS row FROM device_credential d');
    const audit = await sql.query('SELECT l::text AS row FROM audit_log l');
    const part = secret.slice(-43);
    for (const text of [list, one, rows, audit.rows]) {
      expect(JSON.stringify(text)).not.toContain(part);
    }
    expect(one.json).toMatchObject({ state: 'unused', createdBy: 'admin', note: 'East gate' });
    expect(await actionsOf(id)).toEqual(['create']);
    const again = await call('POST', '/devices', { kind: 'reader', name: 'gate-1' });
    expect([again.status, again.json.code]).toEqual([409, 'device.name-taken']);
    const wrong = await call('POST', '/devices', { kind: 'reader', name: 'g', speaksFor: ['x'] });
    expect(wrong.status).toBe(400);
    expect((await call('POST', '/devices', { kind: 'shared', name: 'workers' })).status).toBe(400);
  });

  it('works by bearer and by name and secret; its first use leaves a line, and the last is shown', async () => {
    const device = await makeDevice(api, 'reader', 'gate-2');
    expect((await impinj(device.headers, 'gate-2')).status).toBe(200);
    expect((await impinj(basic('gate-2', device.secret))).status).toBe(200);
    expect((await impinj(basic('reader-gate-2', device.secret), 'GATE-2')).status).toBe(200);
    const wrongName = await impinj(basic('gate-1', device.secret));
    expect([wrongName.status, wrongName.json.code]).toEqual([403, 'device.other-name']);
    expect(await get(device.id)).toMatchObject({
      state: 'in-use',
      lastUsedFrom: '127.0.0.1',
      refused: { count: 1, from: '127.0.0.1', reason: 'other-name' },
    });
    expect(await actionsOf(device.id)).toEqual(['create', 'first-use', 'use-refused']);
    expect((await lines(device.id))[1]?.address).toBe('127.0.0.1');
  });

  it('asks a device that shows nothing for name and secret', async () => {
    const answer = await api.post('/api/v1/ingest/rfid/impinj', [], {});
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
      401,
      'Basic realm="anshi"',
    ]);
  });

  it('of a tracker may stand in the address, and no log shows it', async () => {
    const shown: string[] = [];
    const log = pino({ level: 'debug' }, { write: (line: string) => void shown.push(line) });
    const loud = await startApi(site, appUrl, {}, log);
    try {
      const { secret } = await makeDevice(api, 'tracker', 'phone-1');
      const fix = 'lat=31.2&lon=121.4';
      const path = '/api/v1/ingest/gps/traccar';
      const body = { device_id: 'phone-1', location: { coords: { latitude: 31, longitude: 121 } } };
      const answers = [
        await loud.get(`${path}?${fix}&token=${secret}`),
        await loud.get(`${path}/${secret}?${fix}&id=phone-1`),
        await loud.post(`${path}/${secret}`, body),
        await loud.get(`${path}?${fix}`, bearer(secret)),
      ];
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      expect((await loud.get(`${path}/${secret}?${fix}&id=phone-2`)).status).toBe(403);
      expect((await loud.get(`/api/v1/nothing/${secret}`)).status).toBe(404);
      // A reader's product sends headers: its secret is not taken from an address.
      const reader = await makeDevice(api, 'reader', 'gate-3');
      const answer = await loud.post(`/api/v1/ingest/rfid/impinj?token=${reader.secret}`, [], {});
      expect(answer.status).toBe(401);
      const text = shown.join('');
      expect(text).toContain('/api/v1/ingest/gps/traccar/:token');
      for (const one of [secret, reader.secret]) expect(text).not.toContain(one.slice(-43));
    } finally {
      await loud.stop();
    }
  });

  it('of a gateway is valid for the devices that it names, and for no other', async () => {
    const gateway = await makeDevice(api, 'gateway', 'hall-gateway', {
      speaksFor: ['dock-1', 'van-1'],
    });
    expect((await impinj(gateway.headers, 'dock-1')).status).toBe(200);
    expect((await impinj(gateway.headers, 'dock-2')).json.code).toBe('device.other-name');
    const path = '/api/v1/ingest/gps/traccar?lat=31.2&lon=121.4&id=';
    expect((await api.get(`${path}van-1`, gateway.headers)).status).toBe(200);
    expect((await api.get(`${path}van-2`, gateway.headers)).status).toBe(403);
  });

  it('is rotated with an overlap in which the old secret still counts, and without one', async () => {
    const device = await makeDevice(api, 'reader', 'gate-4');
    const rotated = await call('POST', `/devices/${device.id}/secret`, { version: 1 });
    expect(rotated.status).toBe(200);
    const inHours = (Date.parse(rotated.json.oldUntil ?? '') - Date.now()) / 3_600_000;
    expect(inHours).toBeGreaterThan(23.9);
    expect((await impinj(device.headers)).status).toBe(200);
    expect((await impinj(bearer(rotated.json.secret))).status).toBe(200);
    expect((await get(device.id)).oldUsedAt).not.toBeNull();
    const stale = await call('POST', `/devices/${device.id}/secret`, { version: 1 });
    expect([stale.status, stale.json.code]).toEqual([409, 'device.version-conflict']);

    await sql.query(
      "UPDATE device_credential SET old_until = now() - interval '1 s' WHERE id = $1",
      [device.id],
    );
    expect(await impinj(device.headers)).toMatchObject({
      status: 401,
      json: { code: 'device.refused', detail: expect.stringContaining('rotated') },
    });
    const sharp = await call('POST', `/devices/${device.id}/secret`, {
      version: 2,
      overlapHours: 0,
    });
    expect((await impinj(bearer(rotated.json.secret))).status).toBe(401);
    expect((await impinj(bearer(sharp.json.secret))).status).toBe(200);
    expect(await actionsOf(device.id)).toEqual([
      'create',
      'rotate',
      'first-use',
      'use-refused',
      'rotate',
    ]);
  });

  it('is revoked at once in every process, for good, and its name is free again', async () => {
    const device = await makeDevice(api, 'reader', 'gate-5');
    expect((await impinj(device.headers, undefined, other)).status).toBe(200);
    const revoked = await call('POST', `/devices/${device.id}/revocation`, { reason: 'stolen' });
    expect(revoked.json).toMatchObject({
      state: 'revoked',
      revokedBy: 'admin',
      revokedReason: 'stolen',
    });
    for (const at of [api, other]) {
      expect((await impinj(device.headers, undefined, at)).status).toBe(401);
    }
    const rotate = await call('POST', `/devices/${device.id}/secret`, { version: 2 });
    expect(rotate.json.code).toBe('device.is-revoked');
    const fresh = await makeDevice(api, 'reader', 'gate-5');
    expect((await impinj(fresh.headers)).status).toBe(200);
    expect((await impinj(device.headers)).status).toBe(401);
  });

  it('is known on the bus under its own name, until it is rotated or revoked', async () => {
    const device = await makeDevice(api, 'reader', 'gate-6');
    const signIn = async (password: string, username = device.busUser) => {
      const client = await connectAsync(site.broker.url, {
        username,
        password,
        clientId: username,
        protocolVersion: 4,
        reconnectPeriod: 0,
      }).catch(() => null);
      await client?.endAsync(true);
      return client !== null;
    };
    expect(device.busTopics).toEqual(
      ['locations', 'impinj', 'omlox/json/location_updates/+'].map(
        (topic) => `anshi/v1/demo/readers/gate-6/${topic}`,
      ),
    );
    expect(await signIn(device.secret)).toBe(true);
    expect(await signIn(device.secret, 'reader-gate-1')).toBe(false);
    const rotated = await call('POST', `/devices/${device.id}/secret`, { version: 1 });
    expect([await signIn(device.secret), await signIn(rotated.json.secret)]).toEqual([false, true]);
    await call('POST', `/devices/${device.id}/revocation`, { reason: 'a test' });
    expect(await signIn(rotated.json.secret)).toBe(false);
  });

  it('that is refused repeatedly, and an address that guesses, are notified once', async () => {
    const device = await makeDevice(api, 'tracker', 'cart-1');
    for (let n = 0; n < 25; n++) await impinj(device.headers);
    const ofCart = async () =>
      (await notices('device.refused')).filter(({ title }) => title.en.includes('cart-1'));
    expect(await ofCart()).toHaveLength(1);
    expect((await actionsOf(device.id)).filter((one) => one === 'use-refused')).toHaveLength(1);
    for (let n = 0; n < 25; n++) await impinj(bearer(newDeviceSecret().text));
    const guessed = (await notices('device.refused')).filter(({ title }) =>
      title.en.includes('127.0.0.1'),
    );
    expect(guessed).toHaveLength(1);
    expect(await (await api.get('/metrics')).text()).toMatch(
      /anshi_device_refused_total\{reason="unknown"\} [1-9]/,
    );
  });

  it('that was not used for 90 days is notified once, and shown as idle', async () => {
    const device = await makeDevice(api, 'machine', 'press-9');
    await sql.query(
      "UPDATE device_credential SET created_at = now() - interval '91 days' WHERE id = $1",
      [device.id],
    );
    const database = openDatabase(appUrl);
    const units = createUnits({ database, onError: () => {} });
    const told = () => tellOfUnused({ units, notices: createNotices({ written() {} }) }, 'demo');
    expect([await told(), await told()]).toEqual([1, 0]);
    await database.close();
    expect(await get(device.id)).toMatchObject({ state: 'idle' });
    const { json } = await call<{ counts: object }>('GET', '/devices?kind=machine');
    expect(json).toMatchObject({ items: [{ id: device.id }], counts: { idle: 1 } });
  });
});
