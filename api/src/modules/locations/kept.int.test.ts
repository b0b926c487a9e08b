import type { Location } from '@anshi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDevice, type TestDevice } from '../../testing/devices.ts';
import { openPositionsWorld, type PositionsWorld } from '../../testing/positions-world.ts';
import { until } from '../../testing/site.ts';

let world: PositionsWorld;
let reader: TestDevice;
let phone: TestDevice;
let walker: string;
let driver: string;
const inTenant = <Result>(
  work: Parameters<typeof world.database.transaction<Result>>[1],
): Promise<Result> => world.database.transaction({ tenant: 'demo', user: null }, work);
const EPC = 'E0000000000000000000AB01';
const LATE = 'E0000000000000000000AB02';

beforeAll(async () => {
  world = await openPositionsWorld();
  reader = await makeDevice(world.api, 'reader', 'impinj-gate');
  phone = await makeDevice(world.api, 'tracker', 'phone-7');
  [walker, driver] = [await world.personOf('E008'), await world.personOf('E010')];
  await world.bind(walker, EPC);
  await world.bind(driver, 'phone-7');
  // Bound for the past of these reads, too.
  await inTenant((tx) =>
    tx.badge.updateMany({ data: { since: new Date(Date.now() - 86_400_000) } }),
  );
  const answer = { decision: 'given', how: 'desk' };
  const given = { tenantId: 'demo', purposeId: 'badge-tracking', noticeVersion: 1, ...answer };
  await inTenant((tx) =>
    tx.consent.createMany({
      data: [walker, driver].map((personId) => ({
        ...given,
        personId,
        scope: [],
        at: new Date(Date.now() - 86_400_000),
      })),
    }),
  );
  const gate = { floorPlan: 'hall', field: { centre: [5, 5], radius: 1 } };
  for (const [source, isExit] of [
    ['impinj-gate/antenna-1', false],
    ['impinj-gate/antenna-2', true],
  ] as const) {
    await world.api.send('admin', 'POST', '/reader-places', { source, isExit, ...gate });
  }
});
afterAll(() => world?.stop());

const read = (epcHex: string, at: number, antennaPort = 1) => ({
  hostname: 'impinj-gate',
  eventType: 'tagInventory',
  timestamp: new Date(at).toISOString(),
  tagInventoryEvent: { epcHex, antennaPort, lastSeenTime: new Date(at).toISOString() },
});
const impinj = (events: object[]) =>
  world.api.post('/api/v1/ingest/rfid/impinj', events, reader.headers);
const gps = (lat: number, at: number, more: object = {}) =>
  world.api.post(
    '/api/v1/ingest/gps/traccar',
    {
      device_id: 'phone-7',
      location: {
        timestamp: new Date(at).toISOString(),
        coords: { latitude: lat, longitude: 121.47, accuracy: 6 },
        ...more,
      },
    },
    phone.headers,
  );
interface Heard {
  badge: string;
  state: string;
  median: number | null;
  lateShare: number | null;
  keepSeconds: number;
}
const heard = async (badge: string) =>
  (
    await world.api.send<{ items: Heard[] }>('operator', 'GET', `/locations/badges?q=${badge}`)
  ).body.items.find((one) => one.badge === badge);
const conditions = async (kind: string, state = 'open') =>
  (
    await world.api.send<{ items: { badge: string; endedBy: string | null }[] }>(
      'operator',
      'GET',
      `/locations/conditions?kind=${kind}&state=${state}`,
    )
  ).body.items;
const notices = async (kind: string) => inTenant((tx) => tx.notice.count({ where: { kind } }));
const historyOf = (badge: string) =>
  inTenant((tx) =>
    tx.locationHistory.findMany({ where: { providerId: badge }, orderBy: { generatedAt: 'asc' } }),
  );
const latest = async (badge: string) =>
  (await world.api.send<{ items: Location[] }>('operator', 'GET', '/locations')).body.items.find(
    (one) => one.provider_id === badge,
  );

describe('positions that are kept', () => {
  it('[POS-07] [DQ-02] are one in 30 s by Impinj, and the page says which badge is late', async () => {
    const began = Date.now() - 20 * 60_000;
    const fast = Array.from({ length: 120 }, (_, i) => read(EPC, began + i * 10_000));
    const slow = Array.from({ length: 16 }, (_, i) => read(LATE, began + i * 75_000));
    expect((await impinj([...fast, ...slow])).status).toBe(200);
    expect(await heard(EPC)).toMatchObject({
      state: 'in-time',
      median: 30,
      lateShare: 0,
      keepSeconds: 30,
    });
    expect(await heard(LATE)).toMatchObject({ state: 'late', median: 75, lateShare: 1 });
    const rows = await historyOf(EPC);
    expect([rows.length, rows.filter(({ kept }) => kept).length]).toEqual([120, 40]);
  });

  it('[POS-07] [DQ-02] warn once of a badge by Impinj or GPS that is late, until it is heard again', async () => {
    const setting = { keepSeconds: 30, silentSeconds: 2, goneHours: 12, batteryPercent: 30 };
    await inTenant((tx) =>
      tx.locationSetting.create({ data: { tenantId: 'demo', site: 'changzhou-1', ...setting } }),
    );
    // One of a portal, read once: it is never silent.
    await impinj([read(EPC, Date.now()), read('E0000000000000000000AB03', Date.now())]);
    await gps(31.23, Date.now());
    // As if both were heard each second so far.
    await inTenant((tx) =>
      tx.locationTag.updateMany({
        where: { badge: { in: [EPC, 'phone-7'] } },
        data: { intervals: [1, 1, 1, 1, 1] },
      }),
    );
    await until(async () => (await conditions('silent')).length === 2, 'both are silent');
    expect((await conditions('silent')).map(({ badge }) => badge).sort()).toEqual([EPC, 'phone-7']);
    await until(async () => (await notices('badge.silent')) === 2, 'each is told');
    expect(await heard(EPC)).toMatchObject({ state: 'silent' });
    // One is heard again, the other one was read at the way out: neither is silent, and nothing more is told.
    await gps(31.23, Date.now());
    await impinj([read(EPC, Date.now(), 2)]);
    const ended = await until(async () => {
      const all = await conditions('silent', 'ended');
      return all.length >= 2 ? all : null;
    }, 'both are over');
    expect(ended.map(({ badge, endedBy }) => [badge, endedBy]).sort()).toEqual([
      [EPC, 'left'],
      ['phone-7', 'heard'],
    ]);
    await until(async () => (await conditions('silent')).length === 1, 'the phone is silent again');
    expect(await heard(EPC)).toMatchObject({ state: 'away' });
    // It was told a moment ago: it is told again only if that lasts.
    await inTenant((tx) => tx.badgeCondition.updateMany({ data: { openedAt: new Date(0) } }));
    await gps(31.23, Date.now(), { alarm: 'sos' });
    await until(async () => (await notices('badge.sos')) === 1, 'the pass after it');
    expect(await notices('badge.silent')).toBe(2);
    await inTenant((tx) => tx.notice.deleteMany({ where: { kind: 'badge.sos' } }));
    await inTenant((tx) => tx.badgeCondition.deleteMany({ where: { kind: 'sos' } }));
    await inTenant((tx) => tx.locationSetting.updateMany({ data: { silentSeconds: 3_600 } }));
  });

  it('[POS-01] by both ways are flagged where they cannot be, and move nothing back', async () => {
    await world.fix('badge-f');
    const at = await until(() => latest('badge-f'), 'the first fix');
    const fix = (changes: Partial<Location>) => world.fix('badge-f', changes);
    const point = (x: number, y: number): Partial<Location> => ({
      position: { type: 'Point', coordinates: [x, y] },
    });
    await fix({ ...at, ...point(12.5, 7.25) });
    await fix(point(10_000, 7.25));
    await fix({
      ...point(30, 1),
      timestamp_generated: new Date(Date.now() - 300_000).toISOString(),
    });
    await fix({
      ...point(13, 7.25),
      timestamp_generated: new Date(Date.now() + 86_400_000).toISOString(),
    });
    await until(async () => (await latest('badge-f'))?.position.coordinates[0] === 13, 'the last');
    const rows = await historyOf('badge-f');
    expect(rows.map(({ flags }) => flags.join(' ')).sort()).toEqual([
      'ahead',
      'double',
      'late',
      'off-plan',
    ]);
    const ahead = rows.find(({ flags }) => flags.includes('ahead'));
    expect(ahead?.claimedAt?.getTime()).toBeGreaterThan(Date.now() + 86_000_000);
    expect(rows.filter(({ flags }) => !flags.includes('ahead')).every(({ kept }) => kept)).toBe(
      true,
    );
    // 10 km in a second by GPS.
    const began = Date.now();
    await gps(31.23, began - 1_000);
    await gps(31.32, began);
    const far = (await historyOf('phone-7')).at(-1);
    expect(far?.flags).toEqual(['impossible']);
    expect((await latest('phone-7'))?.position.coordinates[1]).toBe(31.23);
  });

  it('of who did not agree are not stored, and only the call for help is told', async () => {
    const person = await world.personOf('E007');
    await world.consent(person, 'badge-tracking', 'withdrawn');
    await world.bind(person, 'badge-no');
    await world.fix('badge-no', { properties: { sos: true, battery: 3 } });
    await until(async () => (await conditions('sos')).length === 1, 'the call for help');
    await until(async () => (await notices('badge.sos')) === 1, 'it is told');
    const rows = await inTenant(async (tx) => [
      await tx.locationHistory.count({ where: { providerId: 'badge-no' } }),
      await tx.locationTag.count({ where: { badge: 'badge-no' } }),
      await tx.badgeCondition.count({ where: { kind: 'low-battery' } }),
    ]);
    expect(rows).toEqual([0, 0, 0]);
    // Who agreed is told of a battery, and of the end of it by the badge itself.
    // By the limit of the site, 30 %.
    await gps(31.23, Date.now(), { battery: { level: 0.25 } });
    await until(async () => (await conditions('low-battery')).length === 1, 'the battery');
    await gps(31.23, Date.now() + 1, { battery: { level: 0.9 } });
    expect(await conditions('low-battery')).toEqual([]);
    // A withdrawal takes all that is known of the badge.
    await world.consent(walker, 'badge-tracking', 'withdrawn');
    expect(await historyOf(EPC)).toEqual([]);
    expect(await heard(EPC)).toBeUndefined();
  });
});
