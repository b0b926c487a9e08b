import { type Location, topics } from '@anshi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  openSite,
  type RunningApi,
  type Site,
  startApi,
  until,
  WORKER_TOKEN,
} from '../../testing/site.ts';
import { startWorker, type TestWorker } from '../../testing/worker.ts';

let site: Site;
let api: RunningApi;
let gateway: TestWorker;
let user: { authorization: string };
const token = { authorization: `Bearer ${WORKER_TOKEN}` };

beforeAll(async () => {
  site = await openSite({ ownServer: true });
  api = await startApi(site, (await site.seededDatabase()).appUrl);
  gateway = await startWorker(site, api, 'gateway');
  user = await api.signIn();
});
afterAll(async () => {
  await gateway?.stop();
  await api?.stop();
  await site?.stop();
});

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
const fix = (id: string, at: string, x: number): Location => ({
  position: { type: 'Point', coordinates: [x, 7.9] },
  source: 'hall',
  provider_type: 'uwb',
  provider_id: id,
  trackables: [],
  timestamp_generated: at,
  crs: 'local',
  accuracy: 0.5,
});

describe('locations', () => {
  it('[POS-01] accepts RFID reads of a reader and GPS fixes, first form', async () => {
    const reads = [
      read('A00000000000000000001234', '2026-11-25T09:00:00.120Z'),
      { eventType: 'inventoryStatus', hostname: 'impinj-14-46-36' },
      read('A00000000000000000005678', '2026-11-25T09:00:00.220Z'),
    ];
    const rfid = await api.post('/api/v1/ingest/rfid/impinj', reads, token);
    expect(await rfid.json()).toEqual({ taken: 2, skipped: 1 });
    const body = {
      device_id: 'forklift-4',
      location: {
        timestamp: '2026-11-25T09:00:00.000Z',
        coords: { latitude: 31.2304, longitude: 121.4737, accuracy: 6 },
      },
    };
    expect((await api.post('/api/v1/ingest/gps/traccar', body, token)).status).toBe(200);
    const query = '?id=truck-1&lat=31.23&lon=121.47&timestamp=1795597200';
    expect((await api.get(`/api/v1/ingest/gps/traccar${query}`, token)).status).toBe(200);

    expect(await latest('A00000000000000000001234')).toMatchObject({
      provider_type: 'rfid',
      source: 'impinj-14-46-36/antenna-3',
      timestamp_generated: '2026-11-25T09:00:00.120Z',
    });
    expect(await latest('forklift-4')).toMatchObject({
      provider_type: 'gps',
      crs: 'EPSG:4326',
      position: { coordinates: [121.4737, 31.2304] },
    });
    expect(await latest('truck-1')).toMatchObject({
      timestamp_generated: '2026-11-25T09:00:00.000Z',
    });
  });

  it('refuses what no reader or device sends, with the field', async () => {
    const wrong = [{ ...read('not hex', '2026-11-25T09:00:00.120Z') }];
    const answer = await api.post('/api/v1/ingest/rfid/impinj', wrong, token);
    expect(answer.status).toBe(400);
    const nobody = await api.get('/api/v1/ingest/gps/traccar?lat=31&lon=121', token);
    expect(await nobody.json()).toMatchObject({ errors: [{ message: 'names no device' }] });
    const north = await api.get('/api/v1/ingest/gps/traccar?id=x&lat=91&lon=121', token);
    expect(north.status).toBe(400);
    expect((await api.post('/api/v1/ingest/rfid/impinj', [], user)).status).toBe(401);
  });

  it('are taken from thousands of badges in one request', async () => {
    const epc = (i: number) => i.toString(16).toUpperCase().padStart(24, '0');
    const reads = Array.from({ length: 5_000 }, (_, i) => read(epc(i), '2026-11-25T09:00:00.120Z'));
    const answer = await api.post('/api/v1/ingest/rfid/impinj', reads, token);
    expect(await answer.json()).toEqual({ taken: 5_000, skipped: 0 });
    expect(await latest(epc(4_999))).toBeDefined();
  });

  it('come by the bus as well, and a late one does not move the badge back', async () => {
    const topic = topics.locations('demo', 'simulator');
    const send = (message: unknown) =>
      gateway.client.publishAsync(topic, JSON.stringify(message), { qos: 1 });
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
    // A clock that is an hour ahead must not keep the badge where it was for an hour.
    await send(fix('badge-1', seconds(3_600), 4));
    await until(
      async () => (await latest('badge-1'))?.position.coordinates[0] === 4,
      'the fix of the future',
    );
    await send(fix('badge-1', seconds(5), 5));
    await until(
      async () => (await latest('badge-1'))?.position.coordinates[0] === 5,
      'the clock is right again',
    );
  });
});

describe('machines', () => {
  const send = (machine: string, state: string, at: string, topic = machine) =>
    gateway.client.publishAsync(
      topics.machineState('demo', topic),
      JSON.stringify({ machine, state, at }),
      { qos: 1, retain: true },
    );
  const stateOf = async (machine: string) => {
    const answer = await api.get('/api/v1/machines', user);
    const { items } = (await answer.json()) as { items: { machine: string; state: string }[] };
    return items.find((item) => item.machine === machine)?.state;
  };

  it('show their latest state, and speak only for themselves', async () => {
    await send('press-1', 'running', seconds(1));
    await send('press-1', 'idle', seconds(3_600));
    await until(async () => (await stateOf('press-1')) === 'idle', 'the state of the future');
    await send('press-1', 'fault', seconds(2));
    await until(async () => (await stateOf('press-1')) === 'fault', 'the machine is at fault');
    await send('press-1', 'running', seconds(3), 'press-2');
    await send('press-3', 'idle', seconds(3));
    await until(async () => (await stateOf('press-3')) === 'idle', 'the other machine is idle');
    expect(await stateOf('press-1')).toBe('fault');
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
