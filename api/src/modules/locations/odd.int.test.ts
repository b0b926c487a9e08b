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
  person: { id: string } | null;
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

/** Positions of the badge from a time on, of all kinds that are stored. */
const stored = (badge: string, from = new Date(0)) =>
  world.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
    const where = { providerId: badge, generatedAt: { gte: from } };
    return (
      (await tx.locationHistory.count({ where })) +
      (await tx.locationLatest.count({ where })) +
      (await tx.locationTag.count({ where: { badge, heardAt: { gte: from } } }))
    );
  });

it('a badge with which its wearer left is told once it is read, without a position, and one account looks after it', async () => {
  const person = await world.personOf('E011');
  await world.consent(person, 'badge-tracking', 'given');
  await until(async () => {
    await world.fix('badge-w2');
    return (await stored('badge-w2')) > 0;
  }, 'positions are stored while the wearer agrees');
  const on = new Date().toISOString().slice(0, 10);
  const answer = await world.api.send('clerk', 'POST', `/persons/${person}/leave`, { on });
  expect(answer.status).toBe(200);
  const { until: leftAt } = await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.badge.findFirstOrThrow({ where: { badge: 'badge-w2', personId: person } }),
  );
  const found = await until(async () => {
    await world.fix('badge-w2');
    return (await conditions('operator')).find(({ kind }) => kind === 'left');
  }, 'it is listed');
  expect(found).toMatchObject({ badge: 'badge-w2', person: { id: person }, acknowledged: null });
  expect(await stored('badge-w2', leftAt!)).toBe(0);
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

it('is over once the badge is given to another person, whose positions are stored by their own consent', async () => {
  await until(async () => {
    await world.fix('badge-w2');
    return (await conditions('operator')).some(({ kind }) => kind === 'left');
  }, 'it is listed again while it is read');
  const next = await world.personOf('E012');
  await world.consent(next, 'badge-tracking', 'given');
  await world.bind(next, 'badge-w2');
  await until(
    async () => (await conditions('operator')).every(({ kind }) => kind !== 'left'),
    'it is over',
  );
  const since = new Date();
  await until(async () => {
    await world.fix('badge-w2');
    return (await stored('badge-w2', since)) > 0;
  }, 'its positions are stored');
}, 60_000);

it('is over once the badge is returned', async () => {
  const person = await world.personOf('E012');
  const on = new Date().toISOString().slice(0, 10);
  expect((await world.api.send('clerk', 'POST', `/persons/${person}/leave`, { on })).status).toBe(
    200,
  );
  await until(async () => {
    await world.fix('badge-w2');
    return (await conditions('operator')).some(({ kind }) => kind === 'left');
  }, 'it is listed while it is read');
  const binding = await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.badge.findFirstOrThrow({ where: { badge: 'badge-w2', personId: person } }),
  );
  const path = `/persons/${person}/badges/${binding.id}/settlement`;
  expect((await world.api.send('clerk', 'POST', path, { as: 'returned' })).status).toBeLessThan(
    300,
  );
  await until(
    async () => (await conditions('operator')).every(({ kind }) => kind !== 'left'),
    'it is over',
  );
});
