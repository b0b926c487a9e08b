import pg from 'pg';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { type ChainWorld, openChainWorld } from '../../testing/incident-chain.ts';
import type { Sent } from '../../testing/site.ts';
import type { incidentScene } from './scene-schema.ts';

type Scene = z.infer<typeof incidentScene>;

let world: ChainWorld;
/** Of the forklift of the demonstration. */
const TAG = 'vehicle-fl-01';
const sceneOf = (user: string, id = world.incident): Promise<Sent<Scene & { code: string }>> =>
  world.api.send(user, 'GET', `/incidents/${id}/scene`);
const looks = () =>
  world.inTenant((tx) =>
    tx.auditLog.count({
      where: { action: 'view', entity: 'incident', after: { path: ['what'], equals: 'positions' } },
    }),
  );

beforeAll(async () => {
  world = await openChainWorld();
});
afterAll(() => world?.stop());

describe('the scene of an incident', () => {
  it('[ARC-02] has the place, its machines and cameras, and who was near with age and certainty', async () => {
    const before = await looks();
    const { status, body } = await sceneOf('officer');
    expect(status).toBe(200);
    expect(body.areas).toEqual([expect.objectContaining({ id: 'press-line', floorPlan: 'hall' })]);
    expect(body.areas[0]?.polygon?.length).toBeGreaterThan(2);
    expect(body.acts).toEqual([
      expect.objectContaining({ finding: world.finding, floorPlan: 'hall' }),
    ]);
    expect(body.near?.length).toBe(1);
    expect(body.more).toBe(false);
    const [fix] = body.near?.[0]?.fixes ?? [];
    expect(fix).toMatchObject({ floorPlan: 'hall', position: [4, 11], area: 'press-line' });
    expect(fix?.radius).toBeGreaterThan(0);
    expect([body.from <= (fix?.at ?? ''), (fix?.at ?? '') <= body.to]).toEqual([true, true]);
    // A look at positions is on record, once for a while.
    await sceneOf('officer');
    expect(await looks()).toBe(before + 1);
    // The name of the incident is confirmed: its badge is marked, and no name is said.
    expect(body.near?.[0]?.isPerson).toBe(true);
    expect(JSON.stringify(body)).not.toContain(world.person);
  });

  it('says the state of a machine by which a rule judged then, to those who may see machines', async () => {
    const { machines } = (await sceneOf('safety')).body;
    expect(machines).toContainEqual(
      expect.objectContaining({ id: 'press-1', state: 'running', isOfThen: true }),
    );
    expect((await sceneOf('reader')).body.machines).toEqual([]);
  });

  it('has the other cameras of the area, within the reach of the account', async () => {
    const found = (await sceneOf('safety')).body.cameras;
    expect(found[0]).toMatchObject({ id: 'hall-west', isOfIncident: true });
    // Without the right to cameras there is none.
    expect((await sceneOf('reader')).body.cameras).toEqual([]);
    await world.done('admin', 'POST', '/cameras', {
      id: 'hall-east',
      name: { zh: '东', en: 'Hall, east' },
      site: 'plant-1',
      address: 'rtsp://192.0.2.10/east',
      area: 'press-line',
    });
    expect((await sceneOf('safety')).body.cameras).toContainEqual(
      expect.objectContaining({ id: 'hall-east', isOfIncident: false }),
    );
  });

  it('[POS-08] has vehicles near with age and certainty, and names a driver whom the incident names', async () => {
    const { startedAt } = (await world.chainOf('safety')).body;
    const vehicle = await world.inTenant(async (tx) => {
      const { vehicleId } = await tx.vehicleTag.findFirstOrThrow({ where: { tag: TAG } });
      await tx.vehicleTag.updateMany({ where: { tag: TAG }, data: { since: new Date(0) } });
      // The person of the incident has signed on at this machine.
      await tx.vehicle.updateMany({ where: { id: vehicleId }, data: { machineId: 'press-1' } });
      return vehicleId;
    });
    await world.fix(TAG, {
      position: { type: 'Point', coordinates: [5, 11] },
      accuracy: 0.4,
      timestamp_generated: startedAt,
    });
    await vi.waitFor(
      async () => {
        const where = { providerId: TAG };
        expect(await world.inTenant((tx) => tx.locationHistory.count({ where }))).toBe(1);
      },
      { timeout: 10_000, interval: 50 },
    );
    const { vehicles, near, moreVehicles } = (await sceneOf('safety')).body;
    expect(vehicles).toEqual([
      {
        id: vehicle,
        plate: 'FL-01',
        kindName: { zh: '叉车', en: 'Forklift' },
        driver: '孙小梅',
        fixes: [
          {
            at: startedAt,
            floorPlan: 'hall',
            position: [5, 11],
            radius: expect.any(Number),
            area: 'press-line',
            late: expect.any(Boolean),
          },
        ],
      },
    ]);
    expect(moreVehicles).toBe(false);
    // A tag of a vehicle is no person near.
    expect(near?.length).toBe(1);
    // Without the right to vehicles, or with the module off, there are none.
    expect((await sceneOf('officer')).body.vehicles).toBeNull();
    await world.done('admin', 'PUT', '/features/vehicles', { on: false });
    expect((await sceneOf('safety')).body.vehicles).toBeNull();
    await world.done('admin', 'PUT', '/features/vehicles', { on: true });
    // Another driver is not named.
    const drive = (machineId: string | null) =>
      world.inTenant((tx) =>
        tx.vehicle.updateMany({ where: { id: vehicle }, data: { machineId } }),
      );
    await drive(null);
    expect((await sceneOf('safety')).body.vehicles).toMatchObject([{ driver: null }]);
    await drive('press-1');
  });

  it('has no positions without the right, without consent, or with the module off', async () => {
    const before = await looks();
    expect((await sceneOf('press')).body.near).toBeNull();
    await world.consent(world.person, 'badge-tracking', 'withdrawn');
    expect((await sceneOf('reader')).body.near).toEqual([]);
    // A driver who does not agree is not followed through the vehicle.
    expect((await sceneOf('safety')).body.vehicles).toEqual([]);
    expect(await looks()).toBe(before);
  });

  it('reads the findings of the incident once', async () => {
    const { id } = await world.done<{ id: string }>('safety', 'GET', '/auth/me');
    const reads: string[] = [];
    const { query } = pg.Client.prototype;
    const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (
      this: pg.Client & { during?: { actor: { user: string | null } } },
      ...given: unknown[]
    ) {
      const [one] = given;
      const text = typeof one === 'string' ? one : ((one as { text?: string }).text ?? '');
      // Consumers and jobs read the same table whenever they have work: they are not of this account.
      const isOfAccount = this.during?.actor.user === id;
      if (isOfAccount && /FROM ("public"\.)?"violation"/.test(text)) reads.push(text);
      return Reflect.apply(query, this, given);
    });
    await sceneOf('safety');
    spy.mockRestore();
    expect(reads).toHaveLength(1);
  });

  it('is unknown where the incident is', async () => {
    const { status, body } = await sceneOf('neighbour');
    expect([status, body.code]).toEqual([404, 'incident.unknown']);
    expect((await sceneOf('officer', ulid())).status).toBe(404);
  });
});
