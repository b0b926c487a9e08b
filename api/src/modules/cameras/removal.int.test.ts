import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CAMERA_ADDRESS,
  CAMERA_SECRETS,
  type Configuration,
  type ConfigurationSite,
  listedCameras,
  openConfigurationSite,
} from '../../testing/camera-configuration.ts';
import { enrolWorker } from '../../testing/devices.ts';
import { CAMERAS, until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';

/** Cameras that are removed in the app, and put back. */
let world: ConfigurationSite;
let headers: Record<string, string>;
beforeAll(async () => {
  world = await openConfigurationSite();
  ({ headers } = await enrolWorker(world.api, 'worker-9'));
});
afterAll(() => world?.stop());

interface Removed {
  id: string;
  version: number;
  name: { en: string };
  removedBy: object | null;
}
const remove = (id: string, version: number, user = 'admin') =>
  world.api.send<Removed>(user, 'POST', `/cameras/${id}/removal`, { version });
const putBack = (id: string, body: object, user = 'admin') =>
  world.api.send<
    Configuration & { floorPlan: string | null; dropped: string[]; errors: { field: string }[] }
  >(user, 'POST', `/cameras/${id}/return`, body);
/** What a worker is given, and what it is told to watch. */
const given = async () => {
  const answer = await world.api.get('/api/v1/ingest/cameras', headers);
  const { cameras } = (await answer.json()) as { cameras: { id: string }[] };
  return [answer.status, cameras.map(({ id }) => id)];
};
/** What worker-9 holds; the camera of the file is held by worker-1. */
let held: { camera: string; number: number }[] = [];
async function granted() {
  const beat = { capacity: 100, most: null, load: 0, cameras: held };
  const answer = await world.api.post('/api/v1/ingest/worker/heartbeat', beat, headers);
  expect(answer.status).toBe(200);
  const body = (await answer.json()) as { cameras: { camera: string; number: number }[] };
  held = body.cameras.map(({ camera, number }) => ({ camera, number }));
  return held.map(({ camera }) => camera);
}
const inTenant = { tenant: 'demo', user: null };
const sealedRows = (id: string) =>
  world.database.transaction(inTenant, (tx) => tx.cameraAddress.count({ where: { cameraId: id } }));

describe('a camera that is removed', () => {
  it('ends at its workers and in the lists; records name it still', async () => {
    const zones = [
      {
        id: 'door',
        name: { zh: '门', en: 'Door' },
        area: 'loading-gate',
        polygon: [
          [0, 0],
          [90, 0],
          [90, 90],
        ],
      },
    ];
    expect((await world.add({ id: 'gate' })).status).toBe(201);
    expect((await world.change('gate', { version: 1, zones })).status).toBe(200);
    const address = 'rtsp://viewer:geheim-4711@192.0.2.10:554/stream2';
    expect((await world.change('gate', { version: 2, address })).status).toBe(200);
    const until8 = new Date(Date.now() + 8 * 3_600_000).toISOString();
    const snooze = { kind: 'snooze', camera: 'gate', zone: null, rule: null, untilAt: until8 };
    const made = await world.api.send<{ id: string }>('safety', 'POST', '/snoozes', {
      ...snooze,
      reason: 'works at the gate',
    });
    expect(made.status).toBe(201);
    expect(await given()).toEqual([200, ['hall-west', 'gate']]);
    expect(await granted()).toEqual(['gate']);
    await world.database.transaction(inTenant, (tx) =>
      tx.cameraJudgeState.create({
        data: {
          tenantId: 'demo',
          camera: 'gate',
          worker: 'worker-9',
          number: 1,
          at: new Date(),
          state: new Uint8Array(3),
        },
      }),
    );
    expect(await sealedRows('gate')).toBe(2);

    const late = await remove('gate', 1);
    expect([late.status, late.body.code]).toEqual([409, 'camera.version-conflict']);
    const removed = await remove('gate', 3);
    expect([removed.status, removed.body]).toMatchObject([
      200,
      { id: 'gate', version: 4, removedBy: { en: expect.any(String) } },
    ]);
    expect(await given()).toEqual([200, ['hall-west']]);
    expect(await granted()).toEqual([]);
    expect((await listedCameras(world.api)).map(({ id }) => id)).toEqual(['hall-west']);
    for (const path of ['configuration', 'versions']) {
      expect((await world.api.send('admin', 'GET', `/cameras/gate/${path}`)).status).toBe(404);
    }
    const left = await world.database.transaction(inTenant, async (tx) => [
      await tx.cameraAddress.count({ where: { cameraId: 'gate' } }),
      await tx.cameraJudgeState.count({ where: { camera: 'gate' } }),
      await tx.cameraConfigVersion.count({ where: { cameraId: 'gate' } }),
      await tx.cameraLease.count({ where: { camera: 'gate', endedAt: null } }),
    ]);
    expect(left).toEqual([0, 0, 4, 0]);
    // What names it is shown with its name, and can be ended.
    type Snoozes = { items: { id: string; camera: string; cameraName: { en: string } | null }[] };
    const snoozes = await world.api.send<Snoozes>('safety', 'GET', '/snoozes');
    expect(snoozes.body.items).toMatchObject([{ camera: 'gate', cameraName: { en: 'Gate' } }]);
    type Fences = { items: { camera: string; state: string; areaId: string }[] };
    const fences = await world.api.send<Fences>('admin', 'GET', '/fences');
    expect(fences.body.items).toMatchObject([
      { camera: 'gate', areaId: 'loading-gate', state: 'without-camera' },
    ]);
    for (const path of ['/arming', '/alarm-lines', '/device-health/devices', '/cameras/watchers']) {
      const answer = await world.api.send('admin', 'GET', path);
      expect([path, answer.status]).not.toEqual([path, 500]);
    }
    const export_ = await world.api.get('/api/v1/cameras/export', await world.api.signIn('admin'));
    expect(await export_.text()).not.toContain('id: gate');
    const again = await remove('gate', 4);
    expect([again.status, again.body.code]).toEqual([404, 'camera.unknown']);
  });

  it('keeps its id for itself', async () => {
    const taken = await world.add<{ code: string }>({ id: 'gate' });
    expect([taken.status, taken.body.code]).toEqual([409, 'camera.id-of-removed']);
  });

  it('is put back as it was, at an address that is entered again', async () => {
    const list = await world.api.send<{ items: Removed[] }>('admin', 'GET', '/cameras/removed');
    expect(list.body.items).toMatchObject([{ id: 'gate', version: 4, name: { en: 'Gate' } }]);
    const masked = await putBack('gate', { version: 4, address: 'rtsp://viewer:***@192.0.2.10/' });
    expect([masked.status, masked.body.errors]).toMatchObject([422, [{ field: 'body.address' }]]);
    const wrong = await putBack('gate', { version: 4, address: 'http://192.0.2.10/' });
    expect([wrong.status, wrong.body.errors]).toMatchObject([422, [{ field: 'body.address' }]]);
    const late = await putBack('gate', { version: 3, address: CAMERA_ADDRESS });
    expect([late.status, late.body.code]).toEqual([409, 'camera.version-conflict']);
    const back = await putBack('gate', { version: 4, address: CAMERA_ADDRESS });
    expect([back.status, back.body]).toMatchObject([
      200,
      {
        id: 'gate',
        version: 5,
        enabled: true,
        address: 'rtsp://viewer:***@192.0.2.10:554/stream1',
      },
    ]);
    expect(back.body.drawing).toContain('door');
    expect(await given()).toEqual([200, ['hall-west', 'gate']]);
    expect(await granted()).toEqual(['gate']);
    const versions = await world.api.send<{ items: { how: string; changes: object[] }[] }>(
      'admin',
      'GET',
      '/cameras/gate/versions',
    );
    expect(versions.body.items.map(({ how }) => how)).toEqual([
      'return',
      'removal',
      'edit',
      'edit',
      'edit',
    ]);
    expect(versions.body.items[1]?.changes).toEqual([]);
    // An earlier version comes back with the address of now: its own is deleted.
    const restored = await world.api.send<Configuration>(
      'admin',
      'POST',
      '/cameras/gate/restoration',
      { version: 5, restore: 1 },
    );
    expect([restored.status, restored.body.version, restored.body.address]).toEqual([
      200,
      6,
      'rtsp://viewer:***@192.0.2.10:554/stream1',
    ]);
    expect(await sealedRows('gate')).toBe(1);
  });

  it('comes back without the floor plan that was removed meanwhile, and to a site that is there', async () => {
    const name = { zh: '院', en: 'Yard' };
    const site = { id: 'yard', name };
    await world.api.send('admin', 'POST', '/sites', site);
    const plan = { version: 1, id: 'yard-plan', name, size: [20, 10] };
    await world.api.send('admin', 'POST', '/sites/yard/floor-plans', plan);
    const made = await world.add({ id: 'yard-gate', site: 'yard', floorPlan: 'yard-plan' });
    expect(made.status).toBe(201);
    expect((await remove('yard-gate', 1)).status).toBe(200);
    await world.api.send('admin', 'DELETE', '/sites/yard/floor-plans/yard-plan?version=2');
    expect((await world.api.send('admin', 'DELETE', '/sites/yard?version=3')).status).toBe(204);
    const homeless = await putBack('yard-gate', { version: 2, address: CAMERA_ADDRESS });
    expect([homeless.status, homeless.body.errors]).toMatchObject([422, [{ field: 'body.site' }]]);
    const body = { version: 2, address: CAMERA_ADDRESS, site: 'plant-1' };
    const back = await putBack('yard-gate', body);
    expect([back.status, back.body]).toMatchObject([
      200,
      { floorPlan: null, dropped: ['floor-plan'] },
    ]);
  });

  it('is not seeded again by the file, which says so and can put it back', async () => {
    const { version } = await world.read();
    expect((await remove('hall-west', version)).status).toBe(200);
    await writeFile(world.api.settings.camerasFile, `${CAMERAS}\n# looked at again\n`);
    type Differences = { items: { camera: string; kind: string }[] };
    const differences = async () =>
      (await world.api.send<Differences>('admin', 'GET', '/cameras/import')).body.items;
    await until(async () => (await differences()).length === 1, 'the difference is shown');
    expect(await differences()).toMatchObject([{ camera: 'hall-west', kind: 'removed' }]);
    const taken = await world.api.send<{ items: Configuration[] }>(
      'admin',
      'POST',
      '/cameras/import',
      { cameras: ['hall-west'] },
    );
    expect(taken.body.items).toMatchObject([{ id: 'hall-west', version: version + 2 }]);
    expect(await differences()).toEqual([]);
  });

  it('as the last one leaves workers an empty list', async () => {
    for (const id of ['gate', 'yard-gate', 'hall-west']) {
      expect((await remove(id, (await world.read(id)).version)).status).toBe(200);
    }
    expect(await given()).toEqual([200, []]);
    expect(await granted()).toEqual([]);
  });
});

describe('who may not configure cameras', () => {
  it('removes none and puts none back, nor those of another site', async () => {
    const body = { version: 9, address: CAMERA_ADDRESS };
    expect((await remove('gate', 9, 'operator')).status).toBe(403);
    expect((await putBack('gate', body, 'operator')).status).toBe(403);
    const list = await world.api.send('operator', 'GET', '/cameras/removed');
    expect(list.status).toBe(403);
    await makeUser(world.database, 'site-2', ['camera:manage@site'], { employeeNo: 'E006' });
    expect((await putBack('gate', body, 'site-2')).status).toBe(404);
    const own = await world.api.send<{ items: Removed[] }>('site-2', 'GET', '/cameras/removed');
    expect(own.body.items).toEqual([]);
  });

  it('finds no password in the audit log, in events and versions', async () => {
    const rows = await world.database.transaction(inTenant, async (tx) => [
      ...(await tx.auditLog.findMany({ where: { entity: 'camera' } })),
      ...(await tx.outboxEvent.findMany({ where: { entity: 'camera' } })),
      ...(await tx.cameraConfigVersion.findMany()),
      ...(await tx.camera.findMany()),
    ]);
    const texts = rows.map((row) =>
      JSON.stringify(row, (_key, value) => (typeof value === 'bigint' ? `${value}` : value)),
    );
    expect(texts.length).toBeGreaterThan(15);
    for (const text of texts) expect(text).not.toMatch(CAMERA_SECRETS);
  });
});
