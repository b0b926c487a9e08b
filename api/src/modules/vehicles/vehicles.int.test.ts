import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../testing/site.ts';
import { openVehicles, places, type VehicleWorld } from '../../testing/vehicles.ts';
import type { VehicleEventView, VehicleView } from './schema.ts';

const FORKLIFT = 'vehicle-fl-01';
const TRUCK = 'vehicle-truck-01';
let world: VehicleWorld;
beforeAll(async () => {
  world = await openVehicles();
});
afterAll(() => world?.stop());

describe('a vehicle', () => {
  it('[POS-08] is entered with its plate, kind, tag and what it may, and is found by either', async () => {
    const body = {
      plate: '苏d f12345',
      kind: 'truck',
      departmentId: 'warehouse',
      company: '常州顺达物流',
      areas: ['chemical-store'],
      maxSpeedKmh: 15,
      validUntil: '2030-12-31',
    };
    const made = await world.send<VehicleView>('keeper', 'POST', '/vehicles', body);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      plate: '苏D·F12345',
      kindName: { zh: '货车', en: 'Truck' },
      areaNames: [{ id: 'chemical-store', name: { en: 'Chemical store' } }],
      status: 'active',
      expired: false,
    });
    const path = `/vehicles/${made.body.id}`;
    const bound = await world.send<VehicleView>('keeper', 'POST', `${path}/tags`, { tag: 'tag-7' });
    expect(bound.body.tags).toMatchObject([{ tag: 'tag-7', until: null }]);
    expect((await world.vehicle('苏DF12345')).id).toBe(made.body.id);
    expect((await world.vehicle('tag-7')).id).toBe(made.body.id);
    const [tag] = bound.body.tags;
    await world.send('keeper', 'DELETE', `${path}/tags/${tag?.id}`);
    const { version } = await world.vehicle('苏DF12345');
    const given = { version, status: 'retired' };
    expect((await world.send('keeper', 'PATCH', path, given)).status).toBe(200);
    const { items } = (
      await world.send<{ items: { text: { en: string } }[] }>('keeper', 'GET', `${path}/history`)
    ).body;
    expect(items).toHaveLength(4);
    const headers = await world.api.signIn('keeper');
    const csv = await fetch(`${world.api.url}/api/v1/vehicles/export?format=csv`, { headers });
    expect(await csv.text()).toContain('FL-01');
  });

  it('[POS-08] that is too fast is an event with a notice within a second, and acknowledged with what was done', async () => {
    await world.drive(FORKLIFT, 12);
    const event = await world.eventOf(FORKLIFT, 'speed', 'open');
    expect(event).toMatchObject({
      vehicle: { plate: 'FL-01' },
      area: { id: 'main-aisle' },
      limitKmh: 5,
      codes: [],
    });
    expect(event.speedKmh).toBeGreaterThan(10);
    expect(event.speedKmh).toBeLessThan(14);
    for (const user of ['keeper', 'safety']) {
      const notice = await until(
        async () =>
          (await world.notices(user)).find(({ link }) => link === `/vehicles/events/${event.id}`),
        `${user} is notified`,
      );
      expect(notice.title.zh).toContain('FL-01 超速：主通道');
      expect(Date.parse(notice.at) - Date.parse(event.openedAt)).toBeLessThan(1_000);
    }
    const answer = await world.send<VehicleEventView & { path: unknown[] }>(
      'keeper',
      'POST',
      `/vehicle-events/${event.id}/acknowledge`,
      { version: event.version, note: 'talked to the driver' },
    );
    expect(answer.body.acknowledged?.note).toBe('talked to the driver');
    expect(
      (await world.send<{ path: unknown[] }>('safety', 'GET', `/vehicle-events/${event.id}`)).body
        .path.length,
    ).toBeGreaterThan(0);
    await world.stay(FORKLIFT, [18.6, 6], 10);
    expect(await world.eventOf(FORKLIFT, 'speed', 'ended')).toMatchObject({ closedBy: 'slowed' });
  });

  it('[POS-08] in an area that is not on its list is an event, and no event of a person', async () => {
    await world.stay(TRUCK, places.store, 8);
    const event = await world.eventOf(TRUCK, 'area', 'open');
    expect(event).toMatchObject({
      vehicle: { plate: '苏D·B2719' },
      area: { id: 'chemical-store' },
      severity: 'critical',
      codes: ['not-listed'],
      driver: null,
    });
    await world.stay(TRUCK, places.yard, 8);
    await world.eventOf(TRUCK, 'area', 'ended');
    const listed = { plate: 'FL-09', kind: 'forklift', areas: ['rack-store'] };
    await world.enter(listed, 'tag-listed');
    await world.stay('tag-listed', places.racks, 8);
    await until(async () => (await world.vehicle('FL-09')).onSite, 'it is heard');
    const of = (tag: string) =>
      world.inTenant((tx) => tx.fenceEvent.count({ where: { badge: tag } }));
    expect(await of(TRUCK)).toBe(0);
    expect(await world.events('tag-listed')).toEqual([]);
  });

  it('takes back what a late position shows to be wrong, and ends what is allowed by now', async () => {
    const tag = 'tag-late';
    const id = await world.enter({ plate: 'AGV-07', kind: 'agv' }, tag);
    const at = Date.now() - 40_000;
    for (const second of [0, 1, 2]) await world.fixAt(tag, at + second * 1000, places.yard);
    for (const second of [3, 5, 7]) await world.fixAt(tag, at + second * 1000, places.store);
    await world.eventOf(tag, 'area', 'open');
    for (const second of [3.5, 4, 4.5, 5.3, 5.6, 6, 6.5, 7.2, 7.5, 8, 9, 10]) {
      await world.fixAt(tag, at + second * 1000, places.yard);
    }
    expect(await world.eventOf(tag, 'area', 'withdrawn')).toMatchObject({ closedBy: 'late-fix' });
    await world.stay(tag, places.store, 8);
    await world.eventOf(tag, 'area', 'open');
    const { version } = await world.vehicle('AGV-07');
    await world.send('safety', 'PATCH', `/vehicles/${id}`, { version, areas: ['chemical-store'] });
    expect(await world.eventOf(tag, 'area', 'ended')).toMatchObject({ closedBy: 'allowed' });
  });
});

describe('the gate log', () => {
  const TAG = 'tag-gate';
  const begin = Date.now() - 40_000;
  const truck = () => world.vehicle('沪A·D12345');

  it('[POS-08] [POS-09] has each pass of a portal once with its direction, and counts who is on the site', async () => {
    const before = (await world.passes()).onSite;
    await world.enter({ plate: '沪A·D12345', kind: 'truck' }, TAG);
    await world.portal(TAG, 'gate-inner', begin);
    await world.portal(TAG, 'gate-inner', begin + 1_000);
    await until(async () => (await truck()).onSite, 'the truck is in');
    expect((await world.passes()).onSite).toBe(before + 1);
    await world.portal(TAG, 'gate-outer', begin + 3_000);
    await until(async () => !(await truck()).onSite, 'the truck is out');
    const { items, onSite } = await world.passes('q=D12345');
    expect(items.map(({ direction, source }) => [direction, source])).toEqual([
      ['out', 'gate-outer'],
      ['in', 'gate-inner'],
    ]);
    expect(onSite).toBe(before);
    expect(items[0]).toMatchObject({ admitted: true, area: { id: 'loading-gate' }, driver: null });
  });

  it('[POS-08] names the driver by sign-on, whom the matcher lets drive, and nobody else', async () => {
    const show = await world.gate('forklift-1');
    // No certificate for forklifts.
    expect(await show('badge-w3')).toMatchObject({ decision: 'deny' });
    await world.stay('badge-w3', places.yard, 2);
    await world.portal(FORKLIFT, 'gate-inner');
    const [first] = await until(async () => {
      const { items } = await world.passes('q=FL-01');
      return items.length > 0 ? items : null;
    }, 'the pass is logged');
    expect(first?.driver).toBeNull();
    expect(await show('badge-a2')).toMatchObject({ decision: 'allow' });
    await world.portal(FORKLIFT, 'gate-outer', Date.now() + 500);
    await until(async () => (await world.passes('q=FL-01')).items.length === 2, 'it passed again');
    const [second] = (await world.passes('q=FL-01')).items;
    expect(second).toMatchObject({ direction: 'out', driver: { employeeNo: 'E009' } });
    const { driver } = (
      await world.send<VehicleView>('safety', 'GET', `/vehicles/${second?.vehicle?.id}`)
    ).body;
    expect(driver?.employeeNo).toBe('E009');
  });

  it('[POS-08] tells of a blocked vehicle that comes in', async () => {
    const { id, version } = await truck();
    await world.send('safety', 'PATCH', `/vehicles/${id}`, { version, status: 'blocked' });
    await world.settled(TAG);
    const at = Date.now();
    await world.portal(TAG, 'gate-inner', at);
    const event = await world.eventOf(TAG, 'pass', 'ended');
    expect(event).toMatchObject({
      codes: ['blocked'],
      begunAt: new Date(at).toISOString(),
    });
    const [pass] = (await world.passes('q=D12345')).items;
    expect(pass).toMatchObject({ direction: 'in', admitted: false });
  });
});
