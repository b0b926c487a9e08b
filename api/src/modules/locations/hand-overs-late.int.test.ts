import { topics, type ViolationConfirmed } from '@anshi/contracts';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { workerStatus } from '../../testing/camera-health.ts';
import { handOversOf } from '../../testing/hand-overs.ts';
import { confirmedAs, handleOn, identifiedAs } from '../../testing/named-people.ts';
import { openPositionsWorld, type PositionsWorld } from '../../testing/positions-world.ts';
import { until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { startWorker } from '../../testing/worker.ts';

let world: PositionsWorld;
let tools: ReturnType<typeof handOversOf>;
let people: Record<'anna' | 'boris' | 'clara', string>;
let handles: Record<'anna' | 'boris' | 'clara', string>;
beforeAll(async () => {
  world = await openPositionsWorld();
  tools = handOversOf(world);
  const rights = ['location:read@all', 'badge:acknowledge@all'] as const;
  await makeUser(world.database, 'wearer', [...rights], { employeeNo: 'E011' });
  people = {
    anna: await world.personOf('E011'),
    boris: await world.personOf('E007'),
    clara: await world.personOf('E009'),
  };
  handles = { anna: '', boris: '', clara: '' };
  for (const who of ['anna', 'boris', 'clara'] as const) {
    await world.bind(people[who], `uwb-${who}`);
    await world.agree(people[who]);
    handles[who] = await world.handleOf(`uwb-${who}`);
  }
}, 120_000);
afterEach(async () => {
  for (const { id } of await tools.conditions()) await tools.close('operator', id);
  await until(() => tools.suspects().length === 0, 'all are released');
});
afterAll(() => world?.stop());

const now = () => new Date().toISOString();
const later = () => new Promise((resolve) => setTimeout(resolve, 5));

interface Identity {
  state: string;
  person: object | null;
  reasons: { en: string }[];
}
const identityOf = async (id: string) =>
  (await world.api.send<{ identity: Identity }>('safety', 'GET', `/violations/${id}`)).body
    .identity;
const begin = () => {
  const at = now();
  return world.worker.confirm({ startedAt: at, confirmedAt: at });
};
/** A worker that knows of no hand-over names the actor. @param said when it says so. */
async function name(event: ViolationConfirmed, number: number, handle: string, said = now()) {
  const data = { ...event.data, confirmedAt: said };
  await world.worker.deliver(identifiedAs({ ...event, data }, number, confirmedAs(handle)));
  return identityOf(event.id);
}

it('a hand-over that is told late takes the names back that came in first and were said after it', async () => {
  const before = await begin();
  const after = await begin();
  expect(await name(before, 2, handles.boris)).toMatchObject({ state: 'confirmed' });
  await later();
  const said = tools.seen([handles.anna, handles.boris]);
  await later();
  expect(await name(after, 2, handles.boris)).toMatchObject({ state: 'confirmed' });
  await tools.tell(said);
  const taken = await until(async () => {
    const identity = await identityOf(after.id);
    return identity.state === 'ambiguous' ? identity : null;
  }, 'the later name is taken back');
  expect(taken).toMatchObject({ person: null });
  expect(JSON.stringify(taken.reasons)).toContain('handed over in view');
  expect(await identityOf(before.id)).toMatchObject({ state: 'confirmed' });
}, 60_000);

it('what was said before a person looked stays without a name, however late it comes', async () => {
  const event = await begin();
  await tools.tell(tools.seen([handles.anna, handles.boris]));
  await until(() => tools.suspects().length === 2, 'workers are told of both badges');
  const said = now();
  await later();
  const [one] = await tools.conditions();
  expect((await tools.close('operator', one!.id)).status).toBe(204);
  expect(await name(event, 2, handles.anna, said)).toMatchObject({ state: 'ambiguous' });
  expect(await name(event, 3, handles.anna)).toMatchObject({ state: 'confirmed' });
}, 60_000);

it('who takes a consent back and agrees again wears a badge that is suspect still', async () => {
  await tools.tell(tools.seen([handles.anna, handles.boris]));
  await until(() => tools.suspects().length === 2, 'workers are told of both badges');
  await world.consent(people.boris, 'video-identity', 'withdrawn');
  const left = await until(async () => {
    const found = await tools.conditions();
    return found.length === 1 ? found[0] : null;
  }, 'that of the other wearer is left');
  expect(left).toMatchObject({ badge: 'uwb-anna', about: null });
  await world.consent(people.boris, 'video-identity', 'given');
  handles.boris = await world.handleOf('uwb-boris');
  await until(() => tools.suspects().includes(handles.boris), 'the badge is suspect');
  expect(await name(await begin(), 2, handles.boris)).toMatchObject({ state: 'ambiguous' });
  expect((await tools.close('operator', left.id)).status).toBe(204);
  await until(() => tools.suspects().length === 0, 'both are released');
  expect(await name(await begin(), 2, handles.boris)).toMatchObject({ state: 'confirmed' });
}, 60_000);

it('who wears a badge of a second hand-over does not close it, though the first one has the condition', async () => {
  await tools.tell(tools.seen([handles.anna, handles.boris]));
  await until(() => tools.suspects().length === 2, 'the first one is open');
  await tools.tell(tools.seen([handles.anna, handles.clara]));
  await until(() => tools.suspects().length === 3, 'the second one is open');
  const clara = (await tools.conditions()).find(({ badge }) => badge === 'uwb-clara')!;
  expect(clara.about).toBe('uwb-anna');
  expect((await tools.close('wearer', clara.id)).body.code).toBe('badge-condition.own');
}, 60_000);

it('a frame just after midnight may have the handles of the day before', async () => {
  const midnight =
    Math.floor((Date.now() + 8 * 3_600_000) / 86_400_000) * 86_400_000 - 8 * 3_600_000;
  const badges: string[] = [];
  for (const employee of ['E006', 'E008']) {
    badges.push((await handleOn(world.database, employee, midnight - 1_000)).handle);
  }
  await tools.tell(tools.seen(badges, { at: new Date(midnight + 1_000).toISOString() }));
  await until(async () => (await tools.conditions()).length === 2, 'it is taken');
  // The worker hears by the handles that it told.
  await until(() => badges.every((one) => tools.suspects().includes(one)), 'it is acknowledged');
}, 60_000);

it('the worker that had the camera then tells of it after the camera went to another', async () => {
  const next = await startWorker(world.site, world.api, 'worker-2');
  try {
    const at = now();
    await tools.tell(tools.seen([handles.anna, handles.boris], { worker: 'worker-2' }), {
      worker: next,
    });
    await until(
      async () => (await tools.refusals()).includes('the camera is that of another worker'),
      'a worker that never had it is refused',
    );
    expect(await tools.conditions()).toEqual([]);
    for (const [worker, cameras] of [
      [world.worker, []],
      [next, ['hall-west']],
    ] as const) {
      const status = workerStatus({ worker: worker.name, cameras: [...cameras] });
      await worker.say(topics.workerStatus('demo', worker.name), status);
    }
    const held = () =>
      world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
        tx.cameraLease.count({ where: { worker: 'worker-2', endedAt: null } }),
      );
    await until(async () => (await held()) === 1, 'the other worker has the camera');
    await tools.tell(tools.seen([handles.anna, handles.boris], { at }));
    await until(() => tools.suspects().length === 2, 'it is taken from the worker of before');
  } finally {
    await next.stop();
  }
}, 60_000);
