import type { Location } from '@anshi/contracts';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../platform/db/ids.ts';
import { takeMismatches } from '../../testing/answers.ts';
import { makeDevice, type TestDevice } from '../../testing/devices.ts';
import { openPositionsWorld, type PositionsWorld } from '../../testing/positions-world.ts';
import { until } from '../../testing/site.ts';
import { noteSaid } from './conditions.ts';
import type { Received } from './intake.ts';

let world: PositionsWorld;
let phone: TestDevice;
let reader: TestDevice;
let person: string;
const inTenant = <Result>(
  work: Parameters<typeof world.database.transaction<Result>>[1],
): Promise<Result> => world.database.transaction({ tenant: 'demo', user: null }, work);
const HOUR_MS = 3_600_000;

beforeAll(async () => {
  world = await openPositionsWorld();
  phone = await makeDevice(world.api, 'tracker', 'phone-1');
  reader = await makeDevice(world.api, 'reader', 'impinj-gate');
  person = await world.personOf('E010');
  await world.bind(person, 'phone-1');
  await inTenant((tx) =>
    tx.badge.updateMany({ data: { since: new Date(Date.now() - 24 * HOUR_MS) } }),
  );
});
afterAll(() => world?.stop());

async function owner(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: world.superUrl });
  await client.connect();
  await client.query(sql);
  await client.end();
}
const gps = (lat: number, at: number, more: object = {}) =>
  world.api.post(
    '/api/v1/ingest/gps/traccar',
    {
      device_id: 'phone-1',
      location: {
        timestamp: new Date(at).toISOString(),
        coords: { latitude: lat, longitude: 121.47, accuracy: 6 },
        ...more,
      },
    },
    phone.headers,
  );
const latest = async (badge: string) =>
  (await world.api.send<{ items: Location[] }>('operator', 'GET', '/locations')).body.items.find(
    (one) => one.provider_id === badge,
  );
const historyOf = (badge: string) =>
  inTenant((tx) => tx.locationHistory.findMany({ where: { providerId: badge } }));
const calls = (badge: string) =>
  inTenant((tx) => tx.badgeCondition.findMany({ where: { badge, kind: 'sos' } }));
/** One more answer of the person, at that time. */
const answered = (decision: string, at: number) =>
  inTenant((tx) =>
    tx.consent.create({
      data: {
        tenantId: 'demo',
        personId: person,
        purposeId: 'badge-tracking',
        noticeVersion: 1,
        scope: [],
        decision,
        how: 'desk',
        at: new Date(at),
      },
    }),
  );

describe('what a badge sends', () => {
  it('of a time without consent is not stored, though there is one now', async () => {
    const now = Date.now();
    await answered('given', now - 6 * HOUR_MS);
    await answered('withdrawn', now - 4 * HOUR_MS);
    await answered('given', now - 2 * HOUR_MS);
    for (const hours of [5, 3, 1]) await gps(31.2 + hours, now - hours * HOUR_MS);
    const hours = (await historyOf('phone-1')).map(
      ({ generatedAt }) => (now - generatedAt.getTime()) / HOUR_MS,
    );
    expect(hours.sort()).toEqual([1, 5]);
  });

  it('is stored, and moves the badge, where it failed and is sent again; a call for help is heard', async () => {
    const at = Date.now();
    await owner('ALTER TABLE location_history RENAME TO location_history_away');
    const failed = await gps(31.5, at, { alarm: 'sos' });
    await owner('ALTER TABLE location_history_away RENAME TO location_history');
    expect(failed.status).toBe(500);
    // It is no answer that the route declares.
    expect(takeMismatches()).toHaveLength(1);
    expect(await calls('phone-1')).toEqual([]);
    expect((await gps(31.5, at, { alarm: 'sos' })).status).toBe(200);
    expect((await latest('phone-1'))?.position.coordinates[1]).toBe(31.5);
    expect(await calls('phone-1')).toMatchObject([{ personId: person, endedAt: null }]);
  });

  it('is a call for help also with a position that came before', async () => {
    await inTenant((tx) => tx.badgeCondition.deleteMany());
    const at = Date.now();
    await gps(31.5, at);
    await gps(31.5, at, { alarm: 'sos' });
    expect(await calls('phone-1')).toHaveLength(1);
  });

  it('is taken by the order of time: a call that is taken back at once is on record, once', async () => {
    const at = Date.now();
    const said = (ms: number, sos: boolean): Received => ({
      location: {
        position: { type: 'Point', coordinates: [1, 1] },
        source: 'hall',
        provider_type: 'uwb',
        provider_id: 'badge-s',
        trackables: [],
        timestamp_generated: new Date(at + ms).toISOString(),
        crs: 'local',
        properties: { sos },
      },
      receivedAt: at,
      claimedAt: null,
      isDouble: false,
    });
    const batch = [said(-1_000, false), said(-2_000, true)];
    // Each process of the API takes the same ones.
    for (const own of [batch, batch]) {
      await inTenant((tx) => noteSaid(tx, 'demo', own, () => false));
    }
    expect(await calls('badge-s')).toMatchObject([
      { begunAt: new Date(at - 2_000), endedAt: new Date(at - 1_000), endedBy: 'over' },
    ]);
    await until(async () => (await calls('badge-s'))[0]?.toldAt, 'it is told all the same');
    // An older one that comes late ends nothing.
    await inTenant((tx) => noteSaid(tx, 'demo', [said(-100, true)], () => false));
    await inTenant((tx) => noteSaid(tx, 'demo', [said(-500, false)], () => false));
    expect((await calls('badge-s')).filter(({ endedAt }) => endedAt === null)).toHaveLength(1);
  });

  it('tells no place that is of another wearer, or that may not be known', async () => {
    await world.fix('badge-p');
    await until(() => latest('badge-p'), 'the place of before');
    const other = await world.personOf('E009');
    await inTenant(async (tx) => {
      await tx.area.updateMany({ where: { floorPlan: 'main-hall' }, data: { floorPlan: 'hall' } });
      const area = await tx.area.findFirstOrThrow();
      await tx.locationTag.updateMany({ where: { badge: 'badge-p' }, data: { areaId: area.id } });
    });
    await world.bind(other, 'badge-p');
    const body = async () => {
      const [call] = await calls('badge-p');
      const row = await inTenant((tx) =>
        tx.notice.findFirst({ where: { subjectId: call?.id ?? '' } }),
      );
      return (row?.body as { en: string } | undefined)?.en;
    };
    await world.consent(other, 'badge-tracking', 'withdrawn');
    await world.fix('badge-p', { properties: { sos: true } });
    expect(await until(body, 'the call is told')).not.toMatch(/Last place/);
  });

  it('without a place is a sign of the badge, and leaves its place', async () => {
    const epc = 'E0000000000000000000AC01';
    await world.fix(epc);
    await until(() => latest(epc), 'the place');
    const before = await inTenant((tx) => tx.locationTag.findFirst({ where: { badge: epc } }));
    const read = {
      eventType: 'tagInventory',
      timestamp: new Date().toISOString(),
      tagInventoryEvent: { epcHex: epc, antennaPort: 4 },
    };
    const answer = await world.api.post('/api/v1/ingest/rfid/impinj', [read], reader.headers);
    expect(await answer.json()).toEqual({ taken: 1, skipped: 0 });
    const after = await inTenant((tx) => tx.locationTag.findFirst({ where: { badge: epc } }));
    expect(after).toMatchObject({ x: 12.5, y: 7.25, at: before?.at });
    expect(after?.heardAt.getTime()).toBeGreaterThan(before?.heardAt.getTime() ?? 0);
    expect((await latest(epc))?.position.coordinates).toEqual([12.5, 7.25]);
  });
});

it('[POS-07] those of one reader that fall silent together are told in one notice', async () => {
  const setting = { keepSeconds: 30, silentSeconds: 2, goneHours: 12, batteryPercent: 15 };
  await inTenant(async (tx) => {
    const people = await tx.person.findMany({
      where: { status: 'active' },
      orderBy: { employeeNo: 'asc' },
      distinct: ['departmentId'],
      take: 5,
    });
    expect(people).toHaveLength(5);
    const began = new Date(Date.now() - HOUR_MS);
    const rows = people.map(({ id }, i) => ({ tenantId: 'demo', personId: id, badge: `far-${i}` }));
    await tx.consent.createMany({
      data: rows.map(({ tenantId, personId }) => ({
        tenantId,
        personId,
        purposeId: 'badge-tracking',
        noticeVersion: 60,
        scope: [],
        decision: 'given',
        how: 'desk',
        at: began,
      })),
    });
    await tx.badge.createMany({
      data: rows.map((row) => ({ ...row, id: newId(), since: began })),
    });
    await tx.locationTag.createMany({
      data: rows.map(({ tenantId, badge }) => ({
        tenantId,
        badge,
        source: 'far-gate/antenna-1',
        heardAt: new Date(),
        intervals: [1, 1, 1, 1, 1],
      })),
    });
    await tx.locationSetting.create({
      data: { tenantId: 'demo', site: 'changzhou-1', ...setting },
    });
  });
  const told = () => inTenant((tx) => tx.notice.findMany({ where: { kind: 'badge.silent' } }));
  await until(async () => (await told()).length > 0, 'they are told');
  expect(await told()).toMatchObject([
    { title: { en: '5 badges are not heard' }, body: { en: expect.stringMatching(/far-gate/) } },
  ]);
  await inTenant((tx) => tx.locationTag.deleteMany({ where: { badge: { startsWith: 'far-' } } }));
});

describe('a withdrawal', () => {
  it('waits for what is being stored, and takes it and what was told; a call for help goes on without a place', async () => {
    await gps(31.6, Date.now());
    await inTenant((tx) => tx.badgeCondition.deleteMany());
    await gps(31.6, Date.now(), { alarm: 'sos' });
    const call = await until(async () => (await calls('phone-1'))[0], 'the call');
    const told = () =>
      inTenant((tx) =>
        tx.notice.findMany({ where: { subjectId: call.id }, orderBy: { id: 'asc' } }),
      );
    await until(async () => (await told()).length > 0, 'it is told');
    // The batch has read the consent, and waits for the row of its badge.
    const client = new pg.Client({ connectionString: world.superUrl });
    await client.connect();
    await client.query(`BEGIN; SELECT 1 FROM location_tag WHERE badge = 'phone-1' FOR UPDATE`);
    const waits = (n: number) =>
      until(async () => {
        const { rows } = await client.query(
          `SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock'
            AND datname = current_database()`,
        );
        return rows[0].n >= n;
      }, `${n} wait`);
    const stored = gps(31.61, Date.now());
    await waits(1);
    const withdrawn = world.consent(person, 'badge-tracking', 'withdrawn');
    await waits(2);
    await client.query('COMMIT');
    await client.end();
    expect((await stored).status).toBe(200);
    await withdrawn;
    expect(await historyOf('phone-1')).toEqual([]);
    expect(await latest('phone-1')).toBeUndefined();
    expect(await inTenant((tx) => tx.locationTag.count({ where: { badge: 'phone-1' } }))).toBe(0);
    await until(async () => (await told()).length === 2, 'it is told again');
    expect(await told()).toMatchObject([
      { title: { zh: '内容已删除', en: 'Removed' } },
      { severity: 'critical', body: { en: expect.not.stringContaining('Last place') } },
    ]);
    expect(await calls('phone-1')).toMatchObject([{ id: call.id, endedAt: null }]);
  });

  it('is told again where it is heard a quarter of an hour after people were told, until an account looks after it', async () => {
    const [call] = await calls('phone-1');
    const toldAt = async () => (await calls('phone-1'))[0]?.toldAt?.getTime() ?? 0;
    const long = new Date(Date.now() - 20 * 60_000);
    const age = (acknowledgedAt: Date | null) =>
      inTenant((tx) =>
        tx.badgeCondition.updateMany({
          where: { id: call?.id ?? '' },
          data: {
            toldAt: long,
            acknowledgedAt,
            ...(acknowledgedAt ? { acknowledgedBy: { zh: '安', en: 'An' } } : {}),
          },
        }),
      );
    await age(null);
    await gps(31.62, Date.now(), { alarm: 'sos' });
    await until(async () => (await toldAt()) > long.getTime(), 'people are told again');
    await age(new Date());
    await gps(31.63, Date.now(), { alarm: 'sos' });
    expect(await toldAt()).toBe(long.getTime());
  });

  it('of a notice that was renewed hides the latest position', async () => {
    const person = await world.personOf('E011');
    await world.bind(person, 'badge-r');
    await world.consent(person, 'badge-tracking', 'given');
    await world.fix('badge-r');
    await until(() => latest('badge-r'), 'the position');
    await inTenant(async (tx) => {
      const text = { zh: '新', en: 'New' };
      const row = { tenantId: 'demo', name: text, notice: text, scope: [], sensitive: true };
      await tx.consentPurpose.create({
        data: { ...row, id: 'badge-tracking', version: 60, renew: true, createdBy: 'u-privacy' },
      });
    });
    expect(await latest('badge-r')).toBeUndefined();
  });
});

it('nothing is taken while positions are off, and what lives for minutes goes', async () => {
  await world.fix('badge-o');
  await until(async () => (await historyOf('badge-o')).length === 1, 'it is stored');
  await inTenant((tx) =>
    tx.tenantFeature.create({ data: { tenantId: 'demo', feature: 'positioning', on: false } }),
  );
  const dropped = new Date(Date.now() - HOUR_MS);
  await inTenant((tx) =>
    tx.locationHistory.updateMany({ data: { kept: false, receivedAt: dropped } }),
  );
  await until(async () => (await historyOf('badge-o')).length === 0, 'it goes while off');
  const read = {
    eventType: 'tagInventory',
    timestamp: new Date().toISOString(),
    tagInventoryEvent: { epcHex: 'AC02', antennaPort: 4 },
  };
  expect((await world.api.post('/api/v1/ingest/rfid/impinj', [read], reader.headers)).status).toBe(
    200,
  );
  expect(await historyOf('AC02')).toEqual([]);
});
