import { topics } from '@anshi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../platform/db/database.ts';
import { type BusAttacks, openBusAttacks } from '../../testing/bus-attacks.ts';
import { makeDevice, type TestDevice } from '../../testing/devices.ts';
import { until } from '../../testing/site.ts';

interface Shown {
  provider_id: string;
  crs: string;
  place: { floorPlan: string; position: number[]; radius: number; isZone: boolean } | null;
}
interface Reader {
  id: string;
  name: string;
  state: string;
  readsPerMinute: number;
  lastReadAt: string | null;
  refused: { count: number; code: string; reason: string } | null;
}

let world: BusAttacks;
let operator: Awaited<ReturnType<BusAttacks['api']['signIn']>>;
let database: ReturnType<typeof openDatabase>;
interface Body {
  code?: string;
  items?: Reader[];
  rms?: number;
}
const send = (user: string, method: string, path: string, body?: object) =>
  world.api.send<Body>(user, method, path, body);
const located = async (): Promise<Shown[]> =>
  ((await (await world.api.get('/api/v1/locations', operator)).json()) as { items: Shown[] }).items;
const placeOf = async (badge: string) =>
  (await located()).find(({ provider_id }) => provider_id === badge)?.place;
const readerNamed = async (name: string): Promise<Reader | undefined> =>
  (await send('admin', 'GET', `/readers?q=${name}`)).body.items?.find((one) => one.name === name);
const kept = (badge: string) =>
  database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.locationHistory.findMany({ where: { providerId: badge } }),
  );
const read = (epcHex: string, antennaPort = 1, hostname?: string) => ({
  eventType: 'tagInventory',
  ...(hostname ? { hostname } : {}),
  tagInventoryEvent: { epcHex, antennaPort, lastSeenTime: new Date().toISOString() },
});
const omlox = (provider_id: string, changes: object = {}) => ({
  position: { type: 'Point', coordinates: [6, 5] },
  source: 'press-zone',
  provider_type: 'uwb',
  provider_id,
  crs: 'local',
  accuracy: 0.6,
  ...changes,
});
const place = (source: string, field: object | null, more: object = {}) =>
  send('admin', 'POST', '/reader-places', { source, floorPlan: 'hall', field, ...more });

beforeAll(async () => {
  world = await openBusAttacks();
  operator = await world.api.signIn('operator');
  database = openDatabase(world.api.settings.databaseUrl);
  for (const [name, kind] of [
    ['gate-mqtt', 'impinj-mqtt'],
    ['uwb-hall', 'omlox'],
  ]) {
    const made = await send('admin', 'POST', '/readers', { name, kind });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ state: 'never', readsPerMinute: 0, refused: null });
  }
  const field = { centre: [4, 3], radius: 1.5 };
  expect((await place('gate-mqtt/antenna-1', field)).status).toBe(201);
  expect((await place('uwb-hall', null)).status).toBe(201);
});
afterAll(async () => {
  await database?.close();
  await world?.stop();
});

describe('[INT-02] a reader that publishes by MQTT', () => {
  it('brings badges to the plan under its own credential, and is shown as reading', async () => {
    const gate = await world.as('reader', 'gate-mqtt');
    const topic = topics.readerImpinj('demo', 'gate-mqtt');
    await world.send(gate, topic, [read('AB01', 1, 'Gate-MQTT'), { eventType: 'antenna' }]);
    expect(await until(() => placeOf('AB01'), 'the badge on the plan')).toEqual({
      floorPlan: 'hall',
      position: [4, 3],
      radius: 1.5,
      isZone: true,
      area: null,
    });
    const shown = await until(async () => {
      const found = await readerNamed('gate-mqtt');
      return found?.state === 'reading' ? found : undefined;
    }, 'the reader reads');
    expect(shown.readsPerMinute).toBe(1);
  });

  it('gives no position by an antenna without a place: the badge is only heard', async () => {
    const gate = await world.as('reader', 'gate-mqtt');
    await world.send(gate, topics.readerImpinj('demo', 'gate-mqtt'), read('AB02', 2));
    const [row] = await until(async () => {
      const rows = await kept('AB02');
      return rows.length > 0 ? rows : undefined;
    }, 'the read is there');
    expect(row).toMatchObject({ floorPlan: null, x: null, y: null });
    expect(row?.location).not.toHaveProperty('position');
    expect(await placeOf('AB02')).toBeUndefined();
  });

  it('is refused what is of another reader: counted, shown, told, and nothing is kept', async () => {
    const gate = await world.as('reader', 'gate-mqtt');
    await world.send(gate, topics.readerImpinj('demo', 'gate-other'), read('AB03'));
    await world.shown('reader-gate-mqtt', 'publish');
    const topic = topics.readerImpinj('demo', 'gate-mqtt');
    await world.send(gate, topic, read('AB03', 1, 'gate-other'));
    await world.send(gate, topic, {
      eventType: 'tagInventory',
      tagInventoryEvent: { epcHex: 'AB03' },
    });
    const sender = await world.shown('reader-gate-mqtt', 'sender');
    expect(sender.detail).toContain('hostname must be the reader of the topic');
    await world.shown('reader-gate-mqtt', 'schema');
    // A reader of badges gives positions of no other technique.
    const other = topics.readerOmlox('demo', 'gate-mqtt', 'tag-victim');
    await world.send(gate, other, omlox('tag-victim'));
    await world.shown('reader-gate-mqtt', 'sender', 2);
    const refused = await until(async () => {
      const found = (await readerNamed('gate-mqtt'))?.refused;
      return found && found.count >= 3 ? found : undefined;
    }, 'the refusals of the reader');
    expect(refused.code).toBe('not-omlox');
    expect(refused.reason).toContain('not registered with the kind omlox');
    expect([...(await kept('AB03')), ...(await kept('tag-victim'))]).toEqual([]);
  });

  it('gives positions by omlox, each provider under its own topic', async () => {
    const hub = await world.as('reader', 'uwb-hall');
    await world.send(hub, topics.readerOmlox('demo', 'uwb-hall', 'tag-1'), omlox('tag-1'));
    expect(await until(() => placeOf('tag-1'), 'the tag on the plan')).toMatchObject({
      floorPlan: 'hall',
      position: [6, 5],
      radius: expect.closeTo(0.6, 2),
      isZone: false,
    });
    await world.send(hub, topics.readerOmlox('demo', 'uwb-hall', 'tag-1'), omlox('tag-2'));
    const refused = await world.shown('reader-uwb-hall', 'sender');
    expect(refused.detail).toContain('provider_id must be that of the topic');
  });

  it('passes a portal as an area and a time, and not as a point', async () => {
    const field = { centre: [8, 8], radius: 2 };
    const asked = await place('gate-mqtt/antenna-3', null, { isPortal: true });
    expect([asked.status, asked.body.code]).toEqual([422, 'reader-place.portal']);
    const wrong = await place('gate-mqtt/antenna-3', field, { isPortal: true, areaId: 'nowhere' });
    expect([wrong.status, wrong.body.code]).toEqual([422, 'reader-place.area-unknown']);
    await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.area.createMany({
        data: [
          {
            tenantId: 'demo',
            id: 'portal-room',
            site: 'plant-1',
            floorPlan: 'hall',
            kind: 'passage',
            name: { zh: '门厅', en: 'Hall' },
          },
        ],
      }),
    );
    const more = { isPortal: true, areaId: 'portal-room' };
    expect((await place('gate-mqtt/antenna-3', field, more)).status).toBe(201);
    const gate = await world.as('reader', 'gate-mqtt');
    await world.send(gate, topics.readerImpinj('demo', 'gate-mqtt'), read('AB05', 3));
    const [row] = await until(async () => {
      const rows = await kept('AB05');
      return rows.length > 0 ? rows : undefined;
    }, 'the read is there');
    expect(row).toMatchObject({ floorPlan: 'hall', areaId: 'portal-room', x: null, y: null });
    expect(row?.location).not.toHaveProperty('position');
    expect(await placeOf('AB05')).toMatchObject({ isZone: true, area: 'portal-room' });
  });
});

describe('by HTTP', () => {
  let hub: TestDevice;
  beforeAll(async () => {
    hub = await makeDevice(world.api, 'reader', 'uwb-hall');
  });
  const put = (path: string, body: object, device = hub) =>
    fetch(`${world.api.url}/api/v1/ingest/omlox/v2/providers/${path}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...device.headers },
      body: JSON.stringify(body),
    });

  it('an omlox hub gives positions, and a reader of badges does not', async () => {
    const answer = await put('locations', [omlox('tag-3'), omlox('tag-4')]);
    expect(await answer.json()).toEqual({ taken: 2, skipped: 0 });
    expect(await placeOf('tag-3')).toMatchObject({ position: [6, 5] });
    expect((await put('tag-5/location', omlox('tag-5'))).status).toBe(200);
    expect((await put('tag-5/location', omlox('tag-6'))).status).toBe(403);
    const reader = await makeDevice(world.api, 'reader', 'gate-http');
    expect((await put('locations', [omlox('tag-6')], reader)).status).toBe(403);
    expect(await kept('tag-6')).toEqual([]);
  });
});

describe('[POS-01] a position by GPS', () => {
  const perDegree = 111_320;
  /** A corner of the plan `hall` on the earth, turned by no angle. */
  const at = (x: number, y: number) => ({
    latitude: 31 + y / 110_860,
    longitude: 121 + x / (perDegree * Math.cos((31 * Math.PI) / 180)),
  });
  const corners = [at(0, 0), at(28, 0), at(0, 16)];
  const points = [
    { ...corners[0], x: 0, y: 0 },
    { ...corners[1], x: 28, y: 0 },
    { ...corners[2], x: 0, y: 16 },
  ];
  const fix = async (device: TestDevice, x: number, y: number, accuracy: number) => {
    const location = { coords: { ...at(x, y), accuracy }, timestamp: new Date().toISOString() };
    const body = { device_id: 'truck-9', location };
    return world.api.post('/api/v1/ingest/gps/traccar', body, device.headers);
  };

  it('comes to the plan by its reference points, with its accuracy; off the plan it moves nothing', async () => {
    const truck = await makeDevice(world.api, 'tracker', 'truck-9');
    expect((await fix(truck, 5, 5, 4)).status).toBe(200);
    expect(await placeOf('truck-9')).toBeNull();
    const path = '/plan-references/hall';
    const set = await send('admin', 'PUT', path, { points, version: 0 });
    expect(set.status).toBe(200);
    expect(set.body.rms).toBeLessThan(0.2);
    expect((await fix(truck, 20, 10, 4)).status).toBe(200);
    const placed = await placeOf('truck-9');
    expect(placed).toMatchObject({ floorPlan: 'hall', isZone: false });
    expect(Math.hypot(placed!.position[0]! - 20, placed!.position[1]! - 10)).toBeLessThan(0.3);
    expect(placed!.radius).toBeCloseTo(4, 1);
    // Ten kilometres away it is kept, flagged, and the badge stays.
    expect((await fix(truck, 10_000, 10, 4)).status).toBe(200);
    expect(await placeOf('truck-9')).toEqual(placed);
    expect((await kept('truck-9')).map(({ flags }) => flags)).toContainEqual(['off-plan']);
    expect((await readerNamed('truck-9')) ?? null).toBeNull();
  });

  it('is brought by no points that do not fit: the error names what to correct, nothing changes', async () => {
    const path = '/plan-references/hall';
    const before = await send('admin', 'GET', '/plan-references');
    const wrong = [
      [points.slice(0, 2), 400, ''],
      [[points[0], points[1], { ...at(14, 0.1), x: 14, y: 0.1 }], 422, 'on one line'],
      [points.map((one, i) => (i === 2 ? { ...one, x: 25, y: 25 } : one)), 422, 'point'],
    ] as const;
    for (const [given, status, text] of wrong) {
      const answer = await send('admin', 'PUT', path, { points: given, version: 1 });
      expect(answer.status).toBe(status);
      expect(JSON.stringify(answer.body)).toContain(text);
    }
    const late = await send('admin', 'PUT', path, { points, version: 0 });
    expect([late.status, late.body.code]).toEqual([409, 'plan-reference.version-conflict']);
    expect((await send('admin', 'GET', '/plan-references')).body).toEqual(before.body);
    expect((await send('safety', 'PUT', path, { points, version: 1 })).status).toBe(403);
  });
});
