import type { HandOverSeen } from '@anshi/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { handOversOf } from '../../testing/hand-overs.ts';
import { confirmedAs, identifiedAs } from '../../testing/named-people.ts';
import { openPositionsWorld, type PositionsWorld } from '../../testing/positions-world.ts';
import { until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { facts } from './facts.ts';

let world: PositionsWorld;
let tools: ReturnType<typeof handOversOf>;
let people: { anna: string; boris: string };
let handles: { anna: string; boris: string };
beforeAll(async () => {
  world = await openPositionsWorld();
  tools = handOversOf(world);
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

const now = () => new Date().toISOString();
const seen = (changes: Partial<HandOverSeen> = {}) =>
  tools.seen([handles.anna, handles.boris], changes);

it('[VIS-09] a hand-over in view is told to all workers and keeps both badges from names until another person has looked', async () => {
  const said = seen();
  await tools.tell(said);
  await until(() => tools.suspects().length === 2, 'workers are told of both badges');
  expect([...tools.suspects()].sort()).toEqual([handles.anna, handles.boris].sort());
  // Told again, it is one.
  await tools.tell(said);
  const open = await tools.conditions();
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
  expect((await tools.close('wearer', own.id)).body.code).toBe('badge-condition.own');
  expect((await tools.close('store', own.id)).status).toBe(404);
  expect(tools.suspects()).toHaveLength(2);
  expect((await tools.close('operator', own.id)).status).toBe(204);
  await until(() => tools.suspects().length === 0, 'both are released');
  expect(await tools.conditions()).toEqual([]);
  const ended = await tools.conditions('operator', 'ended');
  expect(ended.map(({ endedBy }) => endedBy)).toEqual(['as-bound', 'as-bound']);
  expect((await tools.close('operator', own.id)).body.code).toBe('badge-condition.ended');
  // A late repetition opens it no more, and names count again.
  await tools.tell(said);
  expect(await says(4, handles.anna)).toMatchObject({ state: 'confirmed' });
  expect(await tools.conditions()).toEqual([]);
}, 60_000);

it('what is not signed by the worker, of a camera of another, or under a handle that is none, opens nothing and is shown', async () => {
  await tools.tell(seen(), { key: 'worker-2' });
  await until(
    async () => (await tools.refusals()).includes('hand-over: wrong'),
    'the key is refused',
  );
  await tools.tell(seen({ camera: 'hall-east' }));
  await tools.tell(seen({ badges: [handles.anna, 'XXXXXXXXXXXXXXXX'] }));
  await until(
    async () => (await tools.refusals()).includes('a handle that no worker can know'),
    'the handle is refused',
  );
  await tools.tell(seen({ at: new Date(Date.now() - 3_600_000).toISOString() }));
  // All before is heard once this is.
  await tools.tell(seen({ at: now() }));
  await until(() => tools.suspects().length === 2, 'the true one is taken');
  const [one] = await tools.conditions();
  expect((await tools.conditions()).length).toBe(2);
  expect((await tools.close('operator', one!.id, 'mended')).status).toBe(204);
  await until(() => tools.suspects().length === 0, 'both are released');
}, 60_000);

it('stays through a purge while it is open, and a consent that is taken back removes it; the other badge stays suspect without the first', async () => {
  await tools.tell(seen());
  await until(() => tools.suspects().length === 2, 'workers are told of both badges');
  const open = await tools.conditions();
  await world.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
    const cutoff = new Date(Date.now() + 60_000);
    for (const { remove, most } of facts.purgers ?? []) await remove(tx, cutoff, most);
  });
  expect(await tools.conditions('operator', 'ended')).toEqual([]);
  expect(await tools.conditions()).toHaveLength(2);
  await world.consent(people.boris, 'video-identity', 'withdrawn');
  const [left, ...more] = await until(async () => {
    const found = await tools.conditions();
    return found.length === 1 ? found : null;
  }, 'that of the other wearer is left');
  expect(more).toEqual([]);
  expect(left).toMatchObject({ badge: 'uwb-anna', about: null });
  const first = open.find(({ badge }) => badge === 'uwb-boris')!;
  expect((await tools.close('operator', first.id)).status).toBe(404);
  await until(
    () => tools.suspects().length === 1 && tools.suspects()[0] === handles.anna,
    'workers are told of the badge that is left alone',
  );
  expect((await tools.close('operator', left!.id)).status).toBe(204);
}, 60_000);
