import type { Location } from '@anshi/contracts';
import { expect, it } from 'vitest';
import { Vehicles } from './vehicles.ts';

it('drives a forklift too fast once, and a truck through the gate into the chemical store and out', () => {
  const published: Location[] = [];
  const clock = { elapsed: () => 0, wallAt: (at: number) => at * 1000 };
  const publish = (one: Location) => published.push(one);
  const task = new Vehicles({ clock, floorPlan: 'main-hall', publish, sigma: 0.1, seed: 'a' });
  while (task.due() <= 240) task.run(task.due());
  const of = (tag: string) =>
    published.filter((one) => one.provider_id === tag && one.provider_type === 'uwb');
  const forklift = of('vehicle-fl-01').map(({ position }) => position.coordinates);
  const steps = forklift.slice(2).map((place, i) => {
    const before = forklift[i] as number[];
    return Math.hypot((place[0] ?? 0) - (before[0] ?? 0), (place[1] ?? 0) - (before[1] ?? 0)) / 2;
  });
  expect(Math.max(...steps) * 3.6).toBeGreaterThan(8);
  const inStore = of('vehicle-truck-01').filter(
    ({ position: { coordinates: at } }) => (at[0] ?? 99) < 6 && (at[1] ?? 99) < 4,
  );
  expect(inStore.length).toBeGreaterThan(15);
  const reads = published.filter(({ provider_type }) => provider_type === 'rfid');
  expect(reads.slice(0, 2).map(({ source }) => source)).toEqual([
    'truck-gate-in',
    'truck-gate-out',
  ]);
});
