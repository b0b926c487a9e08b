import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CAMERA_ADDRESS,
  type Configuration,
  type ConfigurationSite,
  openConfigurationSite,
} from '../../testing/camera-configuration.ts';
import { enrolWorker } from '../../testing/devices.ts';

/** What a removed camera leaves behind, and what it comes back with. */
let world: ConfigurationSite;
let headers: Record<string, string>;
beforeAll(async () => {
  world = await openConfigurationSite();
  ({ headers } = await enrolWorker(world.api, 'worker-9'));
});
afterAll(() => world?.stop());

const remove = (id: string, version: number) =>
  world.api.send('admin', 'POST', `/cameras/${id}/removal`, { version });
const putBack = (id: string, body: object) =>
  world.api.send<Configuration & { dropped: string[] }>(
    'admin',
    'POST',
    `/cameras/${id}/return`,
    body,
  );
/** What worker-9 holds. */
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
const corners = [
  [0, 0],
  [90, 0],
  [90, 90],
];

describe('a camera that is removed', () => {
  it('comes back without a calibration that was made for another floor plan', async () => {
    const name = { zh: '棚', en: 'Shed' };
    await world.api.send('admin', 'POST', '/sites', { id: 'shed', name });
    const plan = (version: number, size: number[]) =>
      world.api.send('admin', 'POST', '/sites/shed/floor-plans', {
        version,
        id: 'shed-plan',
        name,
        size,
      });
    expect((await plan(1, [20, 10])).status).toBe(201);
    await world.api.send('admin', 'PUT', '/areas/shed-door', {
      name,
      kind: 'workshop',
      site: 'shed',
      departmentId: null,
      floorPlan: null,
      polygon: null,
      active: true,
    });
    const calibration = [
      { picture: [0, 0], floor: [0, 10] },
      { picture: [640, 0], floor: [20, 10] },
      { picture: [640, 360], floor: [20, 0] },
      { picture: [0, 360], floor: [0, 0] },
    ];
    const made = await world.add({ id: 'shed-gate', site: 'shed', floorPlan: 'shed-plan' });
    expect(made.status).toBe(201);
    const zones = [{ id: 'door', name, area: 'shed-door', polygon: corners }];
    const drawn = await world.change('shed-gate', { version: 1, calibration, zones });
    expect([drawn.status, drawn.body]).toMatchObject([200, { version: 2 }]);
    const back = async (version: number) => {
      const answer = await putBack('shed-gate', { version, address: CAMERA_ADDRESS });
      const { config } = await world.database.transaction(inTenant, (tx) =>
        tx.camera.findFirstOrThrow({ where: { id: 'shed-gate' } }),
      );
      return [answer.status, answer.body, config];
    };
    // The same plan: all comes back.
    expect((await remove('shed-gate', 2)).status).toBe(200);
    const zone = { id: 'door', area: 'shed-door' };
    expect(await back(3)).toMatchObject([
      200,
      { version: 4, dropped: [] },
      { floorPlan: 'shed-plan', calibration, zones: [zone] },
    ]);
    // Another one under its id, and no area.
    expect((await remove('shed-gate', 4)).status).toBe(200);
    await world.api.send('admin', 'DELETE', '/sites/shed/floor-plans/shed-plan?version=2');
    expect((await plan(3, [30, 10])).status).toBe(201);
    await world.database.transaction(inTenant, (tx) =>
      tx.area.deleteMany({ where: { id: 'shed-door' } }),
    );
    const [status, body, config] = await back(5);
    expect([status, body, config]).toMatchObject([
      200,
      { version: 6, dropped: ['calibration', 'zone-area'] },
      { floorPlan: 'shed-plan', zones: [{ id: 'door' }] },
    ]);
    expect(config).not.toHaveProperty('calibration');
    expect((config as { zones: object[] }).zones[0]).not.toHaveProperty('area');
    expect((await remove('shed-gate', 6)).status).toBe(200);
  });

  it('is forgotten by the judge for good, whatever its worker still sends', async () => {
    expect((await world.add({ id: 'seen' })).status).toBe(201);
    expect(await granted()).toContain('seen');
    const lease = held.find(({ camera }) => camera === 'seen');
    expect((await remove('seen', 1)).status).toBe(200);
    const leases = () =>
      world.database.transaction(inTenant, (tx) =>
        tx.cameraLease.findMany({ where: { camera: 'seen' } }),
      );
    expect(await leases()).toMatchObject([{ endReason: 'not-configured' }]);
    const states = () =>
      world.database.transaction(inTenant, (tx) =>
        tx.cameraJudgeState.count({ where: { camera: 'seen' } }),
      );
    const state = { ...lease, state: Buffer.from('people').toString('base64') };
    const beat = { capacity: 100, most: null, load: 0, cameras: held, states: [state] };
    const send = async () => {
      const answer = await world.api.post('/api/v1/ingest/worker/heartbeat', beat, headers);
      return [answer.status, await answer.json()];
    };
    expect(JSON.stringify(await send())).toMatch(/^\[200,(?!.*"seen")/);
    expect(await states()).toBe(0);
    // Nor by a lease that is open, such as one that its status took in another process.
    await world.database.transaction(inTenant, (tx) =>
      tx.cameraLease.updateMany({
        where: { camera: 'seen' },
        data: { endedAt: null, endReason: null },
      }),
    );
    expect(JSON.stringify(await send())).toMatch(/^\[200,(?!.*"seen")/);
    expect(await states()).toBe(0);
    held = held.filter((one) => one !== lease);
  });
});
