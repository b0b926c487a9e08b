import { type Location, topics } from '@anshi/contracts';
import { connectAsync, type MqttClient } from 'mqtt';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDevice, type TestDevice } from '../../testing/devices.ts';
import {
  busUser,
  type DatabaseUrls,
  openSite,
  type RunningApi,
  type Site,
  startApi,
  until,
} from '../../testing/site.ts';

let site: Site;
let urls: DatabaseUrls;
let api: RunningApi;
let gateway: MqttClient;
let user: { authorization: string };
let reader: TestDevice;
let forklift: TestDevice;

beforeAll(async () => {
  site = await openSite({ ownServer: true });
  urls = await site.seededDatabase();
  api = await startApi(site, urls.appUrl);
  const { url, options } = busUser(site, 'simulator');
  gateway = await connectAsync(url, options);
  user = await api.signIn();
  reader = await makeDevice(api, 'reader', 'impinj-14-46-36');
  forklift = await makeDevice(api, 'tracker', 'forklift-4');
  const place = { source: 'impinj-14-46-36', isExit: false, floorPlan: 'hall' };
  const field = { centre: [5, 5], radius: 1 };
  const placed = await api.send('admin', 'POST', '/reader-places', { ...place, field });
  if (placed.status >= 300) throw new Error(JSON.stringify(placed.body));
});
afterAll(async () => {
  await gateway?.endAsync(true);
  await api?.stop();
  await site?.stop();
});

/** Past the policies. */
async function admin(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: urls.superUrl });
  await client.connect();
  await client.query(sql);
  await client.end();
}

async function latest(badge: string): Promise<Location | undefined> {
  const answer = await api.get('/api/v1/locations', user);
  const { items } = (await answer.json()) as { items: Location[] };
  return items.find((item) => item.provider_id === badge);
}
const read = (epcHex: string, at: string) => ({
  timestamp: at,
  hostname: 'impinj-14-46-36',
  eventType: 'tagInventory',
  tagInventoryEvent: { epcHex, antennaPort: 3, peakRssiCdbm: -4200, lastSeenTime: at },
});
/** Of the last minute, so that it is the past on every day. */
const began = Date.now() - 60_000;
const seconds = (after: number) => new Date(began + after * 1_000).toISOString();
const IN_2099 = '2099-01-01T00:00:00.000Z';
/** Counted by the API so far: of a kind, with a result. */
async function counted(kind: string, result: string): Promise<number> {
  const text = await (await api.get('/metrics')).text();
  const line = text
    .split('\n')
    .find((one) => one.startsWith(`anshi_outside_time_total{kind="${kind}",result="${result}"}`));
  return Number(line?.split(' ').at(-1) ?? 0);
}
const fix = (id: string, at: string, x: number): Location => ({
  position: { type: 'Point', coordinates: [x, 7.9] },
  source: 'hall',
  provider_type: 'rfid',
  provider_id: id,
  trackables: [],
  timestamp_generated: at,
  crs: 'local',
  accuracy: 0.5,
});

describe('locations', () => {
  it('[POS-01] accepts RFID reads of a reader and GPS fixes', async () => {
    const reads = [
      read('A00000000000000000001234', seconds(0)),
      { eventType: 'inventoryStatus', hostname: 'impinj-14-46-36' },
      read('A00000000000000000005678', seconds(1)),
    ];
    const rfid = await api.post('/api/v1/ingest/rfid/impinj', reads, reader.headers);
    expect(await rfid.json()).toEqual({ taken: 2, skipped: 1 });
    const body = {
      device_id: 'forklift-4',
      location: {
        timestamp: seconds(0),
        coords: { latitude: 31.2304, longitude: 121.4737, accuracy: 6 },
      },
    };
    expect((await api.post('/api/v1/ingest/gps/traccar', body, forklift.headers)).status).toBe(200);
    const truck = await makeDevice(api, 'tracker', 'truck-1');
    const second = Math.floor(began / 1_000);
    const query = `?id=truck-1&lat=31.23&lon=121.47&timestamp=${second}`;
    expect((await api.get(`/api/v1/ingest/gps/traccar${query}`, truck.headers)).status).toBe(200);

    expect(await latest('A00000000000000000001234')).toMatchObject({
      provider_type: 'rfid',
      source: 'impinj-14-46-36/antenna-3',
      timestamp_generated: seconds(0),
    });
    expect(await latest('forklift-4')).toMatchObject({
      provider_type: 'gps',
      crs: 'EPSG:4326',
      position: { coordinates: [121.4737, 31.2304] },
    });
    expect(await latest('truck-1')).toMatchObject({
      timestamp_generated: new Date(second * 1_000).toISOString(),
    });
  });

  it('refuses what no reader or device sends, with the field', async () => {
    const wrong = [{ ...read('not hex', seconds(0)) }];
    const answer = await api.post('/api/v1/ingest/rfid/impinj', wrong, reader.headers);
    expect(answer.status).toBe(400);
    const north = await api.get(
      '/api/v1/ingest/gps/traccar?id=forklift-4&lat=91&lon=121',
      forklift.headers,
    );
    expect(north.status).toBe(400);
    expect((await api.post('/api/v1/ingest/rfid/impinj', [], user)).status).toBe(401);
  });

  it('are taken from thousands of badges in one request', async () => {
    const epc = (i: number) => i.toString(16).toUpperCase().padStart(24, '0');
    const reads = Array.from({ length: 5_000 }, (_, i) => read(epc(i), seconds(0)));
    const answer = await api.post('/api/v1/ingest/rfid/impinj', reads, reader.headers);
    expect(await answer.json()).toEqual({ taken: 5_000, skipped: 0 });
    expect(await latest(epc(4_999))).toBeDefined();
  });

  it('come by the bus as well, and a late one does not move the badge back', async () => {
    const topic = topics.readerLocations('demo', 'hall');
    const send = (message: unknown) =>
      gateway.publishAsync(topic, JSON.stringify(message), { qos: 1 });
    await send(fix('badge-1', seconds(2), 2));
    await send(fix('badge-1', seconds(1), 1));
    await send({ ...fix('badge-1', seconds(9), 9), provider_type: 'magic' });
    await send(fix('badge-2', seconds(2), 2));
    await until(() => latest('badge-2'), 'the last fix is there');
    expect(await latest('badge-1')).toMatchObject({ position: { coordinates: [2, 7.9] } });
    await send(fix('badge-1', seconds(3), 3));
    await until(
      async () => (await latest('badge-1'))?.position.coordinates[0] === 3,
      'the newer fix moves the badge',
    );
    // Of a clock that is an hour ahead, the position holds from when it was received.
    const before = await counted('location', 'clamped');
    await send(fix('badge-1', seconds(3_600), 4));
    await until(
      async () => (await latest('badge-1'))?.position.coordinates[0] === 4,
      'the fix of the future',
    );
    const { timestamp_generated } = (await latest('badge-1'))!;
    expect(Date.parse(timestamp_generated)).toBeLessThanOrEqual(Date.now());
    expect(await counted('location', 'clamped')).toBe(before + 1);
    await send(fix('badge-1', new Date().toISOString(), 5));
    await until(
      async () => (await latest('badge-1'))?.position.coordinates[0] === 5,
      'the clock is right again',
    );
  });

  it('[SEC-02] are never of the future, and not of long ago, whichever way they come', async () => {
    const old = new Date(Date.now() - 31 * 86_400_000).toISOString();
    const speaksFor = ['phone-1', 'phone-2', 'phone-3'];
    const { headers } = await makeDevice(api, 'gateway', 'traccar-server', { speaksFor });
    const phone = (device_id: string, timestamp: string) =>
      api.post(
        '/api/v1/ingest/gps/traccar',
        { device_id, location: { timestamp, coords: { latitude: 31, longitude: 121 } } },
        headers,
      );
    const began = Date.now();
    const reads = [read('AA01', IN_2099), read('AA02', old), read('AA03', seconds(0))];
    const rfid = await api.post('/api/v1/ingest/rfid/impinj', reads, reader.headers);
    expect(await rfid.json()).toEqual({ taken: 2, skipped: 1 });
    expect(await (await phone('phone-1', IN_2099)).json()).toEqual({ taken: 1, skipped: 0 });
    expect(await (await phone('phone-2', old)).json()).toEqual({ taken: 0, skipped: 1 });
    const query = `/api/v1/ingest/gps/traccar?id=phone-3&lat=31&lon=121&timestamp=${Date.parse(IN_2099)}`;
    expect(await (await api.get(query, headers)).json()).toEqual({ taken: 1, skipped: 0 });
    for (const badge of ['AA01', 'phone-1', 'phone-3']) {
      const at = Date.parse((await latest(badge))!.timestamp_generated);
      expect(at).toBeGreaterThanOrEqual(began - 1);
      expect(at).toBeLessThanOrEqual(Date.now());
    }
    for (const badge of ['AA02', 'phone-2']) expect(await latest(badge)).toBeUndefined();
    expect(await counted('location', 'refused-too-old')).toBe(2);
  });

  it('move again at once where our own clock was ahead while they were stored', async () => {
    const topic = topics.readerLocations('demo', 'hall');
    const send = (message: unknown) =>
      gateway.publishAsync(topic, JSON.stringify(message), { qos: 1 });
    await send(fix('badge-9', seconds(1), 1));
    await until(() => latest('badge-9'), 'the fix is there');
    await admin(`UPDATE location_latest SET generated_at = now() + interval '20 seconds'
      WHERE provider_id = 'badge-9'`);
    await send(fix('badge-9', seconds(2), 2));
    await until(
      async () => (await latest('badge-9'))?.position.coordinates[0] === 2,
      'the fix after the clock was set back',
    );
  });
});

describe('machines', () => {
  const send = (machine: string, state: string, at: string, topic = machine, source?: string) =>
    gateway.publishAsync(
      topics.machineState('demo', topic),
      JSON.stringify({ machine, state, at, source }),
      { qos: 1, retain: true },
    );
  const now = () => new Date().toISOString();
  const nowOf = async (machine: string) => {
    const answer = await api.get('/api/v1/machines', user);
    const { items } = (await answer.json()) as {
      items: { machine: string; state: string; contradiction: unknown[] }[];
    };
    return items.find((item) => item.machine === machine);
  };
  const stateOf = async (machine: string) => (await nowOf(machine))?.state;

  it('show their latest state, and speak only for themselves', async () => {
    await send('press-1', 'running', seconds(1));
    await send('press-1', 'fault', seconds(2));
    await until(async () => (await stateOf('press-1')) === 'fault', 'the machine is at fault');
    await send('press-1', 'running', seconds(3), 'press-2');
    await send('press-3', 'idle', seconds(3));
    await until(async () => (await stateOf('press-3')) === 'idle', 'the other machine is idle');
    expect(await stateOf('press-1')).toBe('fault');
  });

  it('[SEC-02] are in no state of the future or of long ago, and the refusal is counted', async () => {
    await send('press-6', 'running', now());
    await send('press-6', 'stopped', IN_2099);
    await send('press-6', 'stopped', new Date(Date.now() - 2 * 86_400_000).toISOString());
    await send('press-7', 'idle', now());
    await until(async () => (await stateOf('press-7')) === 'idle', 'the state after them');
    expect(await stateOf('press-6')).toBe('running');
    expect(await counted('machine-state', 'refused-ahead')).toBe(1);
    expect(await counted('machine-state', 'refused-too-old')).toBe(1);
  });

  it('are shown for contradicting states, from one source or from two', async () => {
    const told = async (machine: string) => (await nowOf(machine))?.contradiction;
    await send('press-8', 'running', now(), 'press-8', 'gateway-1');
    await send('press-8', 'stopped', now(), 'press-8', 'gateway-2');
    await until(async () => (await told('press-8'))?.length === 2, 'the contradiction');
    expect(await told('press-8')).toMatchObject([
      { state: 'running', source: 'gateway-1' },
      { state: 'stopped', source: 'gateway-2' },
    ]);
    const gauge = async () =>
      (await (await api.get('/metrics')).text()).includes('anshi_machine_contradictions 1');
    expect(await gauge()).toBe(true);
    await send('press-8', 'running', now(), 'press-8', 'gateway-2');
    await until(async () => (await told('press-8'))?.length === 0, 'they agree');
    // One source, out of order: the older one came last.
    await send('press-9', 'running', now());
    await send('press-9', 'stopped', new Date(Date.now() - 2_000).toISOString());
    await until(
      async () => (await told('press-9'))?.length === 2,
      'the contradiction of one source',
    );
  });

  it('are heard again at once where our own clock was ahead while they were stored', async () => {
    await send('press-10', 'running', now());
    await until(async () => (await stateOf('press-10')) === 'running', 'the machine runs');
    await admin(
      `UPDATE machine_state SET at = now() + interval '20 seconds' WHERE machine = 'press-10'`,
    );
    await send('press-10', 'stopped', now());
    await until(async () => (await stateOf('press-10')) === 'stopped', 'the machine stands');
  });

  it('are known after the database was away, though they say it only once', async () => {
    await site.restartDatabase(async () => {
      await send('press-4', 'stopped', seconds(4));
      await send('press-5', 'idle', seconds(4));
      const text = async () => (await api.get('/api/health')).json();
      expect(await text()).toMatchObject({ database: 'unreachable' });
    });
    await until(
      async () => (await stateOf('press-4')) === 'stopped' && (await stateOf('press-5')) === 'idle',
      'both states',
    );
  });
});
