import { type HandOverSeen, topics } from '@anshi/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { confirmedAs, identifiedAs } from '../../testing/named-people.ts';
import { openPositionsWorld, type PositionsWorld } from '../../testing/positions-world.ts';
import { until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { signed } from '../../testing/worker.ts';
import { facts } from './facts.ts';

let world: PositionsWorld;
let people: { anna: string; boris: string };
let handles: { anna: string; boris: string };
beforeAll(async () => {
  world = await openPositionsWorld();
  const rights = ['location:read@department', 'badge:acknowledge@department'] as const;
  await makeUser(world.database, 'store', [...rights], { employeeNo: 'E009' });
  await makeUser(world.database, 'wearer', [...rights], { employeeNo: 'E011' });
  people = { anna: await world.personOf('E011'), boris: await world.personOf('E007') };
  await world.bind(people.anna, 'uwb-anna');
  await world.bind(people.boris, 'uwb-boris');
  await world.agree(people.anna);
  await world.agree(people.boris);
  handles = { anna: await world.handleOf('uwb-anna'), boris: await world.handleOf('uwb-boris') };
}, 120_000);
afterAll(() => world?.stop());

interface Condition {
  id: string;
  badge: string;
  kind: string;
  about: string | null;
  camera: string | null;
  endedBy: string | null;
}
const conditions = async (user = 'operator', state = 'open') => {
  const path = `/locations/conditions?limit=50&kind=hand-over&state=${state}`;
  return (await world.api.send<{ items: Condition[] }>(user, 'GET', path)).body.items;
};
const suspects = () => world.state()?.content.suspect ?? [];
const now = () => new Date().toISOString();
const seen = (changes: Partial<HandOverSeen> = {}): HandOverSeen => ({
  worker: world.worker.name,
  camera: 'hall-west',
  floorPlan: 'hall',
  at: now(),
  track: 'T1',
  badges: [handles.anna, handles.boris],
  ...changes,
});
function tell(said: HandOverSeen, key = world.worker.name): Promise<unknown> {
  const topic = topics.handOvers('demo', world.worker.name, 'hall-west');
  return world.worker.client.publishAsync(topic, signed(key, topic, said), { qos: 1 });
}
const close = (user: string, id: string, finding = 'as-bound') =>
  world.api.send<{ code?: string }>(user, 'POST', `/locations/conditions/${id}/close`, { finding });
const refusals = async () => JSON.stringify((await world.api.send('admin', 'GET', '/bus')).body);

it('[VIS-09] a hand-over in view is told to all workers and keeps both badges from names until another person has looked', async () => {
  const said = seen();
  await tell(said);
  await until(() => suspects().length === 2, 'workers are told of both badges');
  expect([...suspects()].sort()).toEqual([handles.anna, handles.boris].sort());
  // Told again, it is one.
  await tell(said);
  const open = await conditions();
  expect(open.map(({ badge, about, camera }) => [badge, about, camera]).sort()).toEqual([
    ['uwb-anna', 'uwb-boris', 'hall-west'],
    ['uwb-boris', 'uwb-anna', 'hall-west'],
  ]);
  await until(async () => {
    const { body } = await world.api.send<{ items: { kind: string; title: { en: string } }[] }>(
      'operator',
      'GET',
      '/notices',
    );
    return body.items.some(
      ({ kind, title }) => kind === 'badge.odd' && title.en.includes('handed over'),
    );
  }, 'the keeper of badges is notified');
  // A worker that does not know of it yet names one of them.
  const startedAt = now();
  const event = await world.worker.confirm({ startedAt, confirmedAt: startedAt });
  const says = async (number: number, handle: string) => {
    const said = { ...event.data, confirmedAt: now() };
    await world.worker.deliver(identifiedAs({ ...event, data: said }, number, confirmedAs(handle)));
    const { body } = await world.api.send<{
      identity: { state: string; person: object | null; reasons: { en: string }[] };
    }>('safety', 'GET', `/violations/${event.id}`);
    return body.identity;
  };
  for (const [n, handle] of [handles.anna, handles.boris].entries()) {
    const identity = await says(2 + n, handle);
    expect(identity).toMatchObject({ state: 'ambiguous', person: null });
    expect(JSON.stringify(identity.reasons)).toContain('handed over in view');
  }
  // Who wears one of them does not close it, nor who may not see it.
  const own = open.find(({ badge }) => badge === 'uwb-anna')!;
  expect((await close('wearer', own.id)).body.code).toBe('badge-condition.own');
  expect((await close('store', own.id)).status).toBe(404);
  expect(suspects()).toHaveLength(2);
  expect((await close('operator', own.id)).status).toBe(204);
  await until(() => suspects().length === 0, 'both are released');
  expect(await conditions()).toEqual([]);
  const ended = await conditions('operator', 'ended');
  expect(ended.map(({ endedBy }) => endedBy)).toEqual(['as-bound', 'as-bound']);
  expect((await close('operator', own.id)).body.code).toBe('badge-condition.ended');
  // A late repetition opens it no more, and names count again.
  await tell(said);
  expect(await says(4, handles.anna)).toMatchObject({ state: 'confirmed' });
  expect(await conditions()).toEqual([]);
}, 60_000);

it('what is not signed by the worker, of a camera of another, or under a handle that is none, opens nothing and is shown', async () => {
  await tell(seen(), 'worker-2');
  await until(async () => (await refusals()).includes('hand-over: wrong'), 'the key is refused');
  await tell(seen({ camera: 'hall-east' }));
  await tell(seen({ badges: [handles.anna, 'XXXXXXXXXXXXXXXX'] }));
  await until(
    async () => (await refusals()).includes('a handle that no worker can know'),
    'the handle is refused',
  );
  await tell(seen({ at: new Date(Date.now() - 3_600_000).toISOString() }));
  // All before is heard once this is.
  await tell(seen({ at: now() }));
  await until(() => suspects().length === 2, 'the true one is taken');
  const [one] = await conditions();
  expect((await conditions()).length).toBe(2);
  expect((await close('operator', one!.id, 'mended')).status).toBe(204);
  await until(() => suspects().length === 0, 'both are released');
}, 60_000);

it('stays through a purge while it is open, and a consent that is taken back removes it; the other badge stays suspect without the first', async () => {
  await tell(seen());
  await until(() => suspects().length === 2, 'workers are told of both badges');
  const open = await conditions();
  await world.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
    const cutoff = new Date(Date.now() + 60_000);
    for (const { remove, most } of facts.purgers ?? []) await remove(tx, cutoff, most);
  });
  expect(await conditions('operator', 'ended')).toEqual([]);
  expect(await conditions()).toHaveLength(2);
  await world.consent(people.boris, 'video-identity', 'withdrawn');
  const [left, ...more] = await until(async () => {
    const found = await conditions();
    return found.length === 1 ? found : null;
  }, 'that of the other wearer is left');
  expect(more).toEqual([]);
  expect(left).toMatchObject({ badge: 'uwb-anna', about: null });
  const first = open.find(({ badge }) => badge === 'uwb-boris')!;
  expect((await close('operator', first.id)).status).toBe(404);
  await until(
    () => suspects().length === 1 && suspects()[0] === handles.anna,
    'workers are told of the badge that is left alone',
  );
  expect((await close('operator', left!.id)).status).toBe(204);
}, 60_000);
