import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Observation, topics } from '@anshi/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { cameraHealth } from '../../testing/camera-health.ts';
import { listenLive } from '../../testing/listen-live.ts';
import {
  CAMERAS,
  openSite,
  type RunningApi,
  type Site,
  startApi,
  until,
} from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { startWorker, type TestWorker } from '../../testing/worker.ts';

/*
 * hall-west is in the press shop, hall-east in the store by the area of its zone, hall-both looks at two
 * departments, hall-none at none. What each account sees of them, on every way.
 */
let site: Site;
let api: RunningApi;
let database: Database;
let worker: TestWorker;
const cameras = ['hall-west', 'hall-east', 'hall-both', 'hall-none'];

beforeAll(async () => {
  site = await openSite();
  const camerasFile = join(site.folder, 'scoped.yaml');
  const [head = '', one = ''] = CAMERAS.split('cameras:\n');
  const second = (area: string) =>
    `      - { id: other, name: { zh: 区, en: Other }, area: ${area}, polygon: [[700, 100], [900, 100], [900, 500]] }\n`;
  const camera = (id: string, { area = '', zones = [] as string[] }) =>
    one
      .replaceAll('hall-west', id)
      .replace('    floorPlan: hall\n', `    floorPlan: hall\n${area && `    area: ${area}\n`}`)
      .replace(/( {8}polygon: .*\n)/, (all) =>
        [zones[0] ? `        area: ${zones[0]}\n` : '', all, zones[1] ? second(zones[1]) : ''].join(
          '',
        ),
      );
  const given = [
    camera('hall-west', { area: 'press-line', zones: ['rack-store'] }),
    camera('hall-east', { zones: ['rack-store', 'loading-gate'] }),
    camera('hall-both', { zones: ['press-line', 'rack-store'] }),
    camera('hall-none', {}),
  ];
  await writeFile(camerasFile, `${head}cameras:\n${given.join('')}`);
  const { appUrl } = await site.seededDatabase();
  api = await startApi(site, appUrl, { camerasFile });
  database = openDatabase(appUrl);
  for (const [username, employeeNo, scope] of [
    ['press', 'E005', 'department'],
    ['store', 'E009', 'department'],
    ['site', 'E004', 'site'],
    ['own', 'E006', 'own'],
  ] as const) {
    const grants = ['snooze:manage@all', 'snooze:approve@all'] as const;
    await makeUser(
      database,
      username,
      [`camera:read@${scope}`, `live:watch@${scope}`, `violation:read@${scope}`, ...grants],
      { employeeNo },
    );
  }
  worker = await startWorker(site, api, 'worker-1', cameras);
});
afterAll(async () => {
  await worker?.stop();
  await database?.close();
  await api?.stop();
  await site?.stop();
});

const list = async (user: string, path: string) =>
  (await api.send<{ items: Record<string, string>[] }>(user, 'GET', path)).body.items;
const expected: Record<string, string[]> = {
  press: ['hall-west'],
  store: ['hall-east'],
  site: [],
  own: [],
  operator: cameras,
};

it('[SEC-12] [SEC-14] the cameras of an account are those of its place, in every list', async () => {
  for (const [user, ids] of Object.entries(expected)) {
    const seen = async (path: string, field: string) => [
      ...new Set((await list(user, path)).map((one) => one[field])),
    ];
    expect([user, await seen('/cameras', 'id')]).toEqual([user, ids]);
    expect([user, await seen('/arming', 'camera')]).toEqual([user, ids]);
    const watchers = await api.send<{
      cameras: { camera: string }[];
      workers: { cameras: number }[];
      moves: { camera: string }[];
    }>(user, 'GET', '/cameras/watchers');
    expect(watchers.body.cameras.map(({ camera }) => camera).sort()).toEqual([...ids].sort());
    const ofZones = ids.filter((id) => id !== 'hall-none');
    expect([user, await seen('/fences', 'camera')]).toEqual([user, ofZones]);
    expect(JSON.stringify(watchers.body.moves)).not.toContain(
      ids.length === 0 ? 'hall' : 'nowhere',
    );
  }
  // The site of an account is that of its department.
  const move = (to: string) =>
    database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.department.updateMany({ where: { id: 'management' }, data: { site: to } }),
    );
  await move('plant-1');
  await until(
    async () => (await list('site', '/cameras')).length === cameras.length,
    'all cameras of the site',
  );
  await move('changzhou-1');
});

it('[SEC-14] live topics tell of the cameras that the lists show, and refuse those of others as unknown ones', async () => {
  const health = (camera: string) =>
    worker.say(
      topics.cameraHealth('demo', worker.name, camera),
      cameraHealth({ camera, worker: worker.name }),
    );
  for (const camera of cameras) await health(camera);
  const wanted = ['cameras', ...cameras.map((id) => `observations:${id}`), 'observations:unknown'];
  const at = Object.fromEntries(
    await Promise.all(
      Object.keys(expected).map(
        async (user) => [user, await listenLive(api, user, wanted)] as const,
      ),
    ),
  );
  // Again, for those that were subscribed before it was heard; and what workers see.
  for (const camera of cameras) {
    await health(camera);
    const observation: Observation = {
      camera,
      at: new Date().toISOString(),
      width: 1280,
      height: 720,
      people: [],
      parts: [],
      machines: [],
    };
    await worker.client.publishAsync(
      topics.observations('demo', worker.name, camera),
      JSON.stringify(observation),
    );
  }
  const heardOf = (user: string, type: string) => [
    ...new Set(
      at[user]!.heard.filter((one) => one.type === type).map(
        (one) => ((one.health ?? one.observation) as { camera: string }).camera,
      ),
    ),
  ];
  for (const type of ['camera-health', 'observation']) {
    await until(
      () =>
        Object.entries(expected).every(([user, ids]) => heardOf(user, type).length === ids.length),
      `each hears of its own by ${type}`,
    );
    for (const [user, ids] of Object.entries(expected)) {
      expect([user, type, heardOf(user, type).sort()]).toEqual([user, type, [...ids].sort()]);
    }
  }
  for (const [user, ids] of Object.entries(expected)) {
    const foreign = cameras.filter((id) => !ids.includes(id));
    const names = user === 'operator' ? [] : [...foreign, 'unknown'];
    const { refused } = at[user]!;
    expect([user, refused().map(({ code }) => code)]).toEqual([
      user,
      names.map(() => 'auth.forbidden'),
    ]);
    for (const [n, { message }] of refused().entries()) {
      expect(message.replace(names[n]!, 'x')).toBe(refused()[0]!.message.replace(names[0]!, 'x'));
    }
  }
  for (const one of Object.values(at)) one.close();
});

it('[SEC-11] snoozes of another department’s camera are not there, cannot be set, and are not changed', async () => {
  const untilAt = new Date(Date.now() + 3_600_000).toISOString();
  const create = (user: string, camera: string, high = false) =>
    api.send<{ id: string; code: string; errors: { message: string }[] }>(
      user,
      'POST',
      '/snoozes',
      {
        camera,
        untilAt,
        reason: 'cleaning',
        high,
      },
    );
  const mine = await create('press', 'hall-west', true);
  expect(mine.status).toBe(201);
  const rows = () =>
    database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.snooze.findMany({ orderBy: { id: 'asc' } }),
    );
  const before = await rows();
  const [foreign, unknown] = [await create('store', 'hall-west'), await create('store', 'unknown')];
  expect([foreign.status, foreign.body.code]).toEqual([unknown.status, unknown.body.code]);
  expect(foreign.body.errors[0]!.message.replace('hall-west', 'unknown')).toBe(
    unknown.body.errors[0]!.message,
  );
  const { id } = mine.body;
  for (const [method, path] of [
    ['GET', `/snoozes/${id}`],
    ['POST', `/snoozes/${id}/approval`],
    ['POST', `/snoozes/${id}/end`],
  ] as const) {
    expect([path, (await api.send('store', method, path)).status]).toEqual([path, 404]);
  }
  expect(await rows()).toEqual(before);
  expect((await list('store', '/snoozes')).length).toBe(0);
  expect((await list('store', '/snoozes?camera=hall-west')).length).toBe(0);
  expect((await list('press', '/snoozes')).map((one) => one.id)).toEqual([id]);
  // One who may not see cameras at all sets them as before, by the right to all.
  expect((await create('maintainer', 'hall-none')).status).toBe(201);
  expect((await api.send('press', 'POST', `/snoozes/${id}/end`)).status).toBe(200);
});

it('[SEC-11] what was almost recorded is looked for at cameras of the place alone', async () => {
  const now = Date.now();
  const look = (user: string, camera: string) =>
    api.send<{ code: string }>(user, 'POST', `/cameras/${camera}/near-misses`, {
      from: new Date(now - 60_000).toISOString(),
      to: new Date(now).toISOString(),
    });
  for (const camera of ['hall-west', 'hall-both', 'hall-none', 'unknown']) {
    expect([camera, await look('store', camera)]).toMatchObject([
      camera,
      { status: 404, body: { code: 'camera.unknown' } },
    ]);
  }
  // There is no worker to ask; it got as far as that.
  expect((await look('store', 'hall-east')).body.code).toBe('replay.unavailable');
});
