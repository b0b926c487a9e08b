import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openVehicles, type VehicleWorld } from '../api/src/testing/vehicles.ts';
import { Vehicles } from '../simulator/src/plant/vehicles.ts';

/** The routes up to where the truck has left, seconds. */
const SECONDS = 178;
let world: VehicleWorld;
beforeAll(async () => {
  world = await openVehicles();
});
afterAll(() => world?.stop());

it('[POS-08] the simulated forklift and truck make the events and passes of the first day', async () => {
  await world.positions.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
    await tx.readerPlace.deleteMany({ where: { source: { startsWith: 'truck-gate-' } } });
    await tx.readerPlace.createMany({
      data: ['truck-gate-in', 'truck-gate-out'].map((source) => ({
        tenantId: 'demo',
        id: ulid(),
        source,
        floorPlan: 'hall',
        x: 24.3,
        y: 3,
        radius: 2,
        isPortal: true,
        isExit: source === 'truck-gate-out',
      })),
    });
  });
  const began = Date.now() - SECONDS * 1_000;
  const clock = { elapsed: () => 0, wallAt: (at: number) => began + at * 1_000 };
  const sent: Promise<void>[] = [];
  const route = new Vehicles({
    clock,
    floorPlan: 'hall',
    sigma: 0.1,
    seed: 'first-day',
    publish: (location) => void sent.push(world.positions.fix(location.provider_id, location)),
  });
  while (route.due() < SECONDS) route.run(route.due());
  await Promise.all(sent);
  for (const tag of ['vehicle-fl-01', 'vehicle-truck-01']) await world.settled(tag);

  const forklift = await world.events('vehicle-fl-01');
  expect(forklift.map(({ kind, area, limitKmh }) => [kind, area?.id, limitKmh])).toEqual([
    ['speed', 'main-aisle', 5],
  ]);
  expect(forklift[0]?.speedKmh).toBeGreaterThan(6);
  expect(forklift[0]?.speedKmh).toBeLessThan(12);
  const truck = await world.events('vehicle-truck-01');
  expect(truck.map(({ kind, area, codes }) => [kind, area?.id, codes])).toEqual([
    ['area', 'chemical-store', ['not-listed']],
  ]);
  const { items } = await world.passes('q=B2719');
  expect(items.map(({ direction, source, admitted }) => [direction, source, admitted])).toEqual([
    ['out', 'truck-gate-out', true],
    ['in', 'truck-gate-in', true],
  ]);
});
