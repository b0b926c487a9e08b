import { afterAll, beforeAll, expect, it } from 'vitest';
import { type HazardWorld, openHazardWorld } from '../../testing/hazards.ts';

type Person = { displayName: { en: string }; department: string };
let world: HazardWorld;
beforeAll(async () => {
  world = await openHazardWorld();
});
afterAll(() => world?.close());

async function assignable(username: string, id: string): Promise<Person[] | number> {
  const answer = await world.api.get(`/api/v1/hazards/${id}/assignable`, await world.as(username));
  return answer.ok ? ((await answer.json()) as { items: Person[] }).items : answer.status;
}

it('a reviewer can assign any rectifier, a department its own people', async () => {
  const worker = await world.as('worker.press');
  const hazard = await world.reported(worker);
  const all = (await assignable('safety', hazard.id)) as Person[];
  expect(new Set(all.map((one) => one.department))).toContain('press-shop');
  expect(new Set(all.map((one) => one.department)).size).toBeGreaterThan(2);

  await world.step(await world.as('safety'), hazard, 'accept');
  const own = (await assignable('head.press', hazard.id)) as Person[];
  expect(own.length).toBeGreaterThanOrEqual(2);
  expect(new Set(own.map((one) => one.department))).toEqual(new Set(['press-shop']));
});

it('lists no candidates without such a step, and is unknown to outsiders', async () => {
  const hazard = await world.reported(await world.as('worker.press'));
  expect(await assignable('worker.press', hazard.id)).toEqual([]);
  expect(await assignable('manager', hazard.id)).toEqual([]);
  expect(await assignable('worker.assembly', hazard.id)).toBe(404);
});
