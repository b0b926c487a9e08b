import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemCaller } from '../../platform/access/caller.ts';
import { createUnits } from '../../platform/db/unit-of-work.ts';
import { until } from '../../testing/site.ts';
import { openVehicles, places, type VehicleWorld } from '../../testing/vehicles.ts';
import { facts } from './facts.ts';
import type { VehicleEventView, VehicleView } from './schema.ts';

let world: VehicleWorld;
beforeAll(async () => {
  world = await openVehicles();
});
afterAll(() => world?.stop());

const change = async (id: string, given: object): Promise<VehicleView> => {
  const { version } = (await world.send<VehicleView>('safety', 'GET', `/vehicles/${id}`)).body;
  const answer = await world.send<VehicleView>('safety', 'PATCH', `/vehicles/${id}`, {
    version,
    ...given,
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};
const rule = (more: object) =>
  world.inTenant((tx) =>
    tx.vehicleArea.updateMany({ where: { areaId: 'rack-store' }, data: more }),
  );

describe('[POS-08] what a vehicle did', () => {
  it('while it was allowed is no event once it is blocked, and a late pass is none of a blocked vehicle', async () => {
    const tag = 'tag-allowed';
    const id = await world.enter({ plate: 'AL-01', kind: 'forklift', areas: ['rack-store'] }, tag);
    await world.stay(tag, places.racks, 12);
    await world.stay(tag, places.yard, 8);
    await world.settled(tag);
    await change(id, { status: 'blocked' });
    await world.settled(tag);
    await world.portal(tag, 'gate-inner', Date.now() - 50_000);
    await world.settled(tag);
    expect(await world.events(tag)).toEqual([]);
    const [pass] = (await world.passes('q=AL-01')).items;
    expect(pass?.admitted).toBe(true);
    // From now on it counts.
    const since = Date.now();
    for (let n = 0; n < 6; n++) await world.fixAt(tag, since + n * 700, places.racks);
    const event = await world.eventOf(tag, 'area', 'open');
    expect(event.codes).toEqual(['blocked']);
    expect(Date.parse(event.begunAt)).toBeGreaterThanOrEqual(since);
  });

  it('for a long time is one event, however often it is looked at', async () => {
    const tag = 'tag-long';
    const id = await world.enter({ plate: 'LO-01', kind: 'forklift' }, tag);
    const begin = Date.now() - 20 * 60_000;
    for (const second of [0, 2]) await world.fixAt(tag, begin + second * 1_000, places.yard);
    for (let n = 0; n < 19; n++) await world.fixAt(tag, begin + 5_000 + n * 60_000, places.racks);
    await world.eventOf(tag, 'area', 'open');
    for (let n = 0; n < 8; n++)
      await world.fixAt(tag, Date.now() - 30_000 + n * 1_000, places.yard);
    await world.eventOf(tag, 'area', 'ended');
    for (const note of ['one', 'two']) {
      await change(id, { note });
      await world.settled(tag);
    }
    expect((await world.events(tag)).map(({ state }) => state)).toEqual(['ended']);
  });

  it('is not taken back where a longer time is asked for later', async () => {
    const tag = 'tag-dwell';
    const id = await world.enter({ plate: 'DW-01', kind: 'forklift' }, tag);
    await world.stay(tag, places.racks, 8);
    await world.eventOf(tag, 'area', 'open');
    await rule({ dwellSeconds: 600 });
    await change(id, { note: 'looked at' });
    expect(await world.eventOf(tag, 'area', 'ended')).toMatchObject({ closedBy: 'allowed' });
    await rule({ dwellSeconds: 3 });
  });

  it('has no path of what its tag did before it was on it', async () => {
    const tag = 'tag-moved';
    const begin = Date.now() - 40_000;
    for (let n = 0; n < 10; n++) await world.fixAt(tag, begin + n * 1_000, places.yard);
    await world.enter({ plate: 'MO-01', kind: 'forklift' }, tag);
    const since = new Date(begin + 12_000);
    await world.inTenant((tx) => tx.vehicleTag.updateMany({ where: { tag }, data: { since } }));
    for (let n = 13; n < 22; n++) await world.fixAt(tag, begin + n * 1_000, places.racks);
    const { id } = await world.eventOf(tag, 'area', 'open');
    const { path } = (
      await world.send<VehicleEventView & { path: { at: string }[] }>(
        'safety',
        'GET',
        `/vehicle-events/${id}`,
      )
    ).body;
    expect(path.length).toBeGreaterThan(5);
    expect(path.filter(({ at }) => Date.parse(at) < since.getTime())).toEqual([]);
  });
});

describe('[POS-08] a driver', () => {
  const tag = 'vehicle-fl-01';
  let show: Awaited<ReturnType<VehicleWorld['gate']>>;
  beforeAll(async () => {
    show = await world.gate('forklift-1');
  });
  const pass = async (source: 'gate-inner' | 'gate-outer') => {
    const before = (await world.passes('q=FL-01')).items.length;
    await world.portal(tag, source);
    await world.settled(tag);
    const { items } = await world.passes('q=FL-01');
    expect(items).toHaveLength(before + 1);
    return items[0];
  };
  const decisions = () =>
    world.inTenant((tx) =>
      tx.gateDecision.findMany({ where: { target: 'forklift-1' }, orderBy: { id: 'desc' } }),
    );

  it('is none after the session of the sign-on is over, though the answer would still count', async () => {
    expect((await show('badge-a2')).decision).toBe('allow');
    expect((await pass('gate-inner'))?.driver?.employeeNo).toBe('E009');
    const [decision] = await decisions();
    const { id: decisionId, pointId, personId, decidedAt } = decision ?? {};
    await world.inTenant((tx) =>
      tx.gateSession.createMany({
        data: [
          {
            tenantId: 'demo',
            id: '0'.repeat(26),
            decisionId: decisionId as string,
            pointId: pointId as string,
            machine: 'forklift-1',
            personId: personId as string,
            from: decidedAt as Date,
            until: new Date(),
            checkAt: new Date(),
          },
        ],
      }),
    );
    expect((await pass('gate-outer'))?.driver).toBeNull();
  });

  it('is named no more where the card turns out to have been that of another person', async () => {
    const [first] = (await world.passes('q=FL-01&direction=in')).items;
    expect(first?.driver?.employeeNo).toBe('E009');
    const badge = await world.inTenant((tx) =>
      tx.badge.findFirst({ where: { badge: 'badge-a2', until: null } }),
    );
    const since = new Date();
    await world.inTenant((tx) =>
      tx.badge.updateMany({ where: { id: badge?.id as string }, data: { since } }),
    );
    const units = createUnits({ database: world.positions.database, onError: () => {} });
    const person = badge?.personId as string;
    const data = { person, badge: 'badge-a2' };
    await units.run(systemCaller('demo'), (unit) =>
      unit.emit({ entity: 'person', what: 'badge-corrected', subject: person, data }),
    );
    await until(
      async () => (await world.passes('q=FL-01&direction=in')).items[0]?.driver === null,
      'the name is taken out',
    );
    // What is kept aside is in the own data of the person.
    const own = await world.inTenant((tx) => facts.ownData!.export!(tx, { person, user: '' }));
    expect(own.vehiclePasses).toContainEqual(
      expect.objectContaining({ id: first?.id, plate: 'FL-01', nameTakenOut: true }),
    );
    // It was that person's after all, as where the correction is undone.
    await world.inTenant((tx) =>
      tx.badge.updateMany({
        where: { id: badge?.id as string },
        data: { since: badge?.since as Date },
      }),
    );
    await units.run(systemCaller('demo'), (unit) =>
      unit.emit({ entity: 'person', what: 'badge-corrected', subject: person, data }),
    );
    await until(
      async () =>
        (await world.passes('q=FL-01&direction=in')).items[0]?.driver?.employeeNo === 'E009',
      'the name is back',
    );
  });

  it('is refused a vehicle that is blocked or no longer valid, with a reason', async () => {
    const { id } = await world.vehicle('FL-01');
    await change(id, { status: 'blocked' });
    const answer = await show('badge-a2');
    expect(answer.decision).toBe('deny');
    expect(answer.reasons.map(({ code }) => code)).toEqual(['vehicle-not-in-use']);
    await change(id, { status: 'active', validUntil: '2020-01-31' });
    expect((await show('badge-a2')).decision).toBe('deny');
    await change(id, { validUntil: null });
    expect((await show('badge-a2')).decision).toBe('allow');
  });
});
