import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPositionsWorld, type PositionsWorld } from '../../testing/positions-world.ts';
import { until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';

let world: PositionsWorld;
beforeAll(async () => {
  world = await openPositionsWorld();
  const rights = ['location:read@department', 'badge:acknowledge@department'] as const;
  await makeUser(world.database, 'store', [...rights], { employeeNo: 'E009' });
});
afterAll(() => world?.stop());

interface Condition {
  id: string;
  badge: string;
  kind: string;
  acknowledged: { note: string | null } | null;
}
const conditions = async (user: string) => {
  const path = '/locations/conditions?limit=50';
  return (await world.api.send<{ items: Condition[] }>(user, 'GET', path)).body.items;
};
const acknowledge = (user: string, id: string) =>
  world.api.send<{ code?: string }>(user, 'POST', `/locations/conditions/${id}/acknowledge`, {
    note: 'I fetch it',
  });

it('a badge of a person who has left is told once it is read, and one account looks after it', async () => {
  const person = await world.personOf('E011');
  await world.consent(person, 'badge-tracking', 'given');
  await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.person.updateMany({ where: { id: person }, data: { status: 'left', leftOn: new Date() } }),
  );
  const found = await until(async () => {
    await world.fix('badge-w2');
    return (await conditions('operator')).find(({ kind }) => kind === 'left');
  }, 'it is listed');
  expect(found).toMatchObject({ badge: 'badge-w2', acknowledged: null });
  await until(async () => {
    const { body } = await world.api.send<{ items: { kind: string }[] }>(
      'operator',
      'GET',
      '/notices',
    );
    return body.items.some(({ kind }) => kind === 'badge.odd');
  }, 'people are notified');
  // Out of reach: neither seen nor changed.
  expect(await conditions('store')).toEqual([]);
  expect((await acknowledge('store', found.id)).status).toBe(404);
  expect((await conditions('operator'))[0]?.acknowledged).toBeNull();
  expect((await acknowledge('operator', found.id)).status).toBe(204);
  const again = await acknowledge('safety', found.id);
  expect([again.status, again.body.code]).toEqual([409, 'badge-condition.acknowledged']);
  expect((await conditions('operator'))[0]?.acknowledged).toMatchObject({ note: 'I fetch it' });
  // What was collected by the consent goes with it.
  await world.consent(person, 'badge-tracking', 'withdrawn');
  expect(await conditions('operator')).toEqual([]);
});
