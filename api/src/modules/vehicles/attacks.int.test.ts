import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { openVehicles, places, type VehicleWorld } from '../../testing/vehicles.ts';
import type { VehicleEventView, VehicleView } from './schema.ts';

const TRUCK = 'vehicle-truck-01';
const FORKLIFT = 'vehicle-fl-01';
let world: VehicleWorld;
/** The truck of the warehouse in the aisle of the assembly shop. */
let event: VehicleEventView;

beforeAll(async () => {
  world = await openVehicles();
  const { database } = world.positions;
  const rights = ['vehicle:read@department', 'vehicle:review@department'] as const;
  await makeUser(database, 'assembly', [...rights], { employeeNo: 'E012' });
  await makeUser(database, 'press', [...rights, 'vehicle:manage@department'], {
    employeeNo: 'E005',
  });
  const { items } = (
    await world.send<{ items: { area: { id: string }; version: number }[] }>(
      'safety',
      'GET',
      '/vehicle-areas',
    )
  ).body;
  const { version } = items.find(({ area }) => area.id === 'main-aisle') ?? {};
  const body = { restricted: true, speedKmh: 5, severity: 'warning', dwellSeconds: 2, version };
  await world.send('safety', 'PUT', '/vehicle-areas/main-aisle', body);
  await world.inTenant((tx) => tx.vehicleArea.updateMany({ data: { activeSince: new Date(0) } }));
  await world.stay(TRUCK, [10, 6.2], 8);
  event = await world.eventOf(TRUCK, 'area', 'open');
});
afterAll(() => world?.stop());

const code = async (user: string, method: string, path: string, body?: object) =>
  (await world.send<{ code?: string }>(user, method, path, body)).body?.code;

describe('[POS-08] an attack', () => {
  it('on an event changes nothing: of another department, of an old version, without a note', async () => {
    const path = `/vehicle-events/${event.id}`;
    const before = await world.inTenant((tx) => tx.vehicleEvent.findMany());
    expect(await code('press', 'GET', path)).toBe('vehicle.event-unknown');
    const note = 'sent away';
    const acknowledge = `${path}/acknowledge`;
    expect(await code('press', 'POST', acknowledge, { version: 1, note })).toBe(
      'vehicle.event-unknown',
    );
    expect(await code('assembly', 'POST', acknowledge, { version: 9, note })).toBe(
      'vehicle.event-version-conflict',
    );
    expect(await code('assembly', 'POST', acknowledge, { version: 1, note: ' ' })).toBe(
      'request.invalid',
    );
    expect(await world.inTenant((tx) => tx.vehicleEvent.findMany())).toEqual(before);
    const { items } = (
      await world.send<{ items: VehicleEventView[] }>('press', 'GET', '/vehicle-events')
    ).body;
    expect(items).toEqual([]);
    // The place's department sees it, and has been notified; another one has not.
    const links = async (user: string) => (await world.notices(user)).map(({ link }) => link);
    const link = `/vehicles/events/${event.id}`;
    await until(async () => (await links('assembly')).includes(link), 'the place is notified');
    expect(await links('press')).not.toContain(link);
  });

  it('on a vehicle changes nothing: of another department, a double plate, a foreign department', async () => {
    const truck = await world.vehicle('B2719');
    const before = await world.inTenant((tx) => tx.vehicle.findMany({ orderBy: { id: 'asc' } }));
    const path = `/vehicles/${truck.id}`;
    expect(await code('press', 'GET', path)).toBe('vehicle.unknown');
    expect(await code('press', 'PATCH', path, { version: 1, status: 'blocked' })).toBe(
      'vehicle.unknown',
    );
    expect(await code('safety', 'PATCH', path, { version: 7, status: 'blocked' })).toBe(
      'vehicle.version-conflict',
    );
    const enter = (user: string, more: object) =>
      code(user, 'POST', '/vehicles', {
        plate: 'X-1',
        kind: 'truck',
        departmentId: 'press-shop',
        ...more,
      });
    expect(await enter('press', { departmentId: 'warehouse' })).toBe('vehicle.fields');
    expect(await enter('press', { plate: 'fl 01' })).toBe('vehicle.plate-taken');
    expect(await enter('press', { plate: '苏D1234' })).toBe('request.invalid');
    expect(await enter('press', { kind: 'submarine' })).toBe('vehicle.fields');
    expect(await enter('press', { areas: ['no-such-area'] })).toBe('vehicle.fields');
    expect(await enter('press', { machineId: 'forklift-1' })).toBe('vehicle.fields');
    // Of other departments: who signs on there is not shown, and who may enter is theirs to say.
    expect(await enter('press', { machineId: 'welder-1' })).toBe('vehicle.fields');
    expect(await enter('press', { areas: ['chemical-store'] })).toBe('vehicle.fields');
    expect(await enter('keeper', {})).toBe('vehicle.fields');
    expect(await world.inTenant((tx) => tx.vehicle.findMany({ orderBy: { id: 'asc' } }))).toEqual(
      before,
    );
  });

  it('by a tag that has an owner is refused: of a person, of another vehicle, and on a person', async () => {
    const { id } = await world.vehicle('B2719');
    const bind = (tag: string) => code('safety', 'POST', `/vehicles/${id}/tags`, { tag });
    expect(await bind('badge-w1')).toBe('vehicle.tag-worn');
    expect(await bind(FORKLIFT)).toBe('vehicle.tag-taken');
    const person = await world.positions.personOf('E010');
    const wear = { badge: FORKLIFT };
    expect(await code('clerk', 'POST', `/persons/${person}/badges`, wear)).toBe('badge.on-vehicle');
    // Past the checks, at the same time: the database lets one of them through.
    const row = { tenantId: 'demo', since: new Date(), until: null };
    const both = await Promise.allSettled([
      world.inTenant((tx) =>
        tx.badge.createMany({
          data: [{ ...row, id: '0'.repeat(26), badge: 'tag-of-both', personId: person }],
        }),
      ),
      world.inTenant((tx) =>
        tx.vehicleTag.createMany({
          data: [{ ...row, id: '0'.repeat(26), tag: 'tag-of-both', vehicleId: id }],
        }),
      ),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('by a position of tomorrow makes no speed and no time that was not', async () => {
    const before = (await world.events(FORKLIFT)).length;
    const tomorrow = Date.now() + 86_400_000;
    for (let n = 0; n < 10; n++) await world.fixAt(FORKLIFT, tomorrow + n * 1_000, [2 + n * 2, 2]);
    await world.portal(FORKLIFT, 'gate-inner', tomorrow);
    const [pass] = await until(async () => {
      const { items } = await world.passes('q=FL-01');
      return items.length > 0 ? items : null;
    }, 'the pass is logged');
    expect(Date.parse(pass?.at ?? '')).toBeLessThanOrEqual(Date.now());
    expect((await world.events(FORKLIFT)).filter(({ kind }) => kind === 'speed')).toHaveLength(
      before,
    );
  });
});

describe('a driver', () => {
  it('[POS-08] who refused is not followed through the vehicle, and does not judge the own event', async () => {
    const show = await world.gate('forklift-1');
    const person = await world.positions.personOf('E009');
    await world.positions.consent(person, 'badge-tracking', 'given');
    expect((await show('badge-a2')).decision).toBe('allow');
    await world.inTenant((tx) => tx.vehicleArea.updateMany({ data: { dwellSeconds: 1 } }));
    const tag = 'tag-driven';
    const { machineId, version, id } = await world.vehicle('FL-01');
    expect(machineId).toBe('forklift-1');
    await world.send('safety', 'POST', `/vehicles/${id}/tags`, { tag });
    for (let n = 0; n < 6; n++) {
      await world.fixAt(tag, Date.now(), places.store);
      await new Promise((resolve) => setTimeout(resolve, 700));
    }
    const found = await world.eventOf(tag, 'area', 'open');
    expect(found.driver?.employeeNo).toBe('E009');
    const detail = async (user: string) =>
      (
        await world.send<VehicleEventView & { path: unknown[]; pathHidden: boolean }>(
          user,
          'GET',
          `/vehicle-events/${found.id}`,
        )
      ).body;
    expect((await detail('safety')).path.length).toBeGreaterThan(2);
    type Places = { items: { tag: string; driver: string | null }[] };
    const driver = async () =>
      (await world.send<Places>('safety', 'GET', '/vehicles/places')).body.items.find(
        (one) => one.tag === tag,
      )?.driver;
    expect(await driver()).toBe('冯仓管');
    await world.positions.consent(person, 'badge-tracking', 'withdrawn');
    expect(await detail('safety')).toMatchObject({ path: [], pathHidden: true });
    // The whole vehicle is left out, also where positions of tags are listed.
    expect(await driver()).toBeUndefined();
    const latest = await world.send<{ items: { provider_id: string }[] }>(
      'safety',
      'GET',
      '/locations',
    );
    expect(latest.body.items.map((one) => one.provider_id)).not.toContain(tag);
    // Nor does another machine of the vehicle show it.
    const without = { version, machineId: null };
    const changed = await world.send<VehicleView>('safety', 'PATCH', `/vehicles/${id}`, without);
    expect(await detail('safety')).toMatchObject({ path: [], pathHidden: true });
    // What was heard before the consent stays hidden after it.
    await world.positions.consent(person, 'badge-tracking', 'given');
    expect(await detail('safety')).toMatchObject({ path: [], pathHidden: true });
    const acknowledge = { version: found.version, note: 'my own' };
    const path = `/vehicle-events/${found.id}/acknowledge`;
    expect(await code('keeper', 'POST', path, acknowledge)).toBe('vehicle.own');
    expect((await world.notices('keeper')).map(({ link }) => link)).not.toContain(
      `/vehicles/events/${found.id}`,
    );
    // Retired, it gives its tags free and its events end.
    const retired = await world.send<VehicleView>('safety', 'PATCH', `/vehicles/${id}`, {
      version: changed.body.version,
      status: 'retired',
    });
    expect(retired.body.tags.every(({ until: end }) => end !== null)).toBe(true);
    expect(await detail('safety')).toMatchObject({ state: 'ended', closedBy: 'handed-over' });
  });
});
