import { afterAll, beforeAll, expect, it } from 'vitest';
import { type HazardWorld, openHazardWorld } from '../../testing/hazards.ts';

type Headers = { authorization: string };
interface Rule {
  id: string;
  type: string | null;
  level: string | null;
  areaId: string | null;
  departmentId: string;
  assignee: string | null;
}
interface Routing {
  items: Rule[];
  version: number;
}
let world: HazardWorld;
/** The account of the demonstration that sets up hazards. */
let head: Headers;

beforeAll(async () => {
  world = await openHazardWorld();
  head = await world.as('safety.head');
});
afterAll(() => world?.close());

const routing = async () =>
  (await (await world.api.get('/api/v1/hazard-routing', head)).json()) as Routing;
const save = (basedOn: number, items: Omit<Rule, 'id'>[]) =>
  fetch(`${world.api.url}/api/v1/hazard-routing`, {
    method: 'PUT',
    headers: { ...head, 'content-type': 'application/json' },
    body: JSON.stringify({ basedOn, items }),
  });

it('[HAZ-04] a new company has usual rules on the first day, which decide and can be changed', async () => {
  const { items, version } = await routing();
  expect(version).toBe(0);
  const of = (type: string) => items.find((one) => one.type === type);
  expect([of('electrical'), of('dust'), of('fire')]).toMatchObject([
    { departmentId: 'maintenance' },
    { departmentId: 'environment' },
    { departmentId: 'safety' },
  ]);
  // They decide where a hazard goes, although the area is of another department.
  const hazard = await world.reported(await world.as('worker.press'), { type: 'electrical' });
  const accepted = await world.step(await world.as('safety'), hazard, 'accept');
  expect(accepted.department).toMatchObject({ id: 'maintenance' });

  const kept = items.filter(({ type }) => type === 'fire').map(({ id: _id, ...rule }) => rule);
  expect((await save(0, kept)).status).toBe(200);
  expect(await routing()).toMatchObject({ items: kept, version: 1 });
  // One who empties the table has no rules, and gets no defaults again.
  expect((await save(1, [])).status).toBe(200);
  expect(await routing()).toEqual({ items: [], version: 2 });
});
