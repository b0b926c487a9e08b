import { type CameraConfig, readCamerasFile, type WorkerCameras } from '@anshi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CAMERA_ADDRESS,
  CAMERA_SECRETS,
  type Configuration,
  type ConfigurationSite,
  openConfigurationSite,
} from '../../testing/camera-configuration.ts';

const SECOND = 'rtsp://mobile:geheim-4711@198.51.100.20:554/stream1';
const SHOWN = 'rtsp://mobile:***@198.51.100.20:554/stream1';
type Errors = { errors: { field: string; message: string }[] };

let world: ConfigurationSite;
beforeAll(async () => {
  world = await openConfigurationSite();
});
afterAll(() => world?.stop());

const given = async (id: string) => {
  const answer = await world.api.get('/api/v1/ingest/cameras', world.worker.own);
  const { cameras } = (await answer.json()) as WorkerCameras;
  return cameras.find((one) => one.id === id)?.config as Partial<CameraConfig> | undefined;
};
const version = async (id: string) => (await world.read(id)).version;
const change = async (body: object) =>
  world.change<Configuration & Errors>('gate', { version: await version('gate'), ...body });
const refusal = async (body: object) => {
  const answer = await change(body);
  expect(answer.status).toBe(422);
  return answer.body.errors;
};

describe('the second address of a camera', () => {
  it('is given to the worker, and shown without its password', async () => {
    const made = await world.add({ id: 'gate', secondAddress: SECOND });
    expect([made.status, made.body]).toMatchObject([201, { secondAddress: SHOWN }]);
    expect(await given('gate')).toMatchObject({ url: CAMERA_ADDRESS, secondUrl: SECOND });
    const one = await world.add({ id: 'yard' });
    expect(one.body.secondAddress).toBeNull();
    expect(await given('yard')).not.toHaveProperty('secondUrl');
  });

  it('keeps its password for the same device and user alone', async () => {
    const other = SHOWN.replace('stream1', 'stream2');
    expect((await change({ secondAddress: other })).status).toBe(200);
    expect((await given('gate'))?.secondUrl).toBe(SECOND.replace('stream1', 'stream2'));
    // Another change leaves it, and the first has its own password.
    expect((await change({ analysisFps: 4 })).body.secondAddress).toBe(other);
    for (const secondAddress of [
      SHOWN.replace('198.51.100.20', '203.0.113.9'),
      SHOWN.replace('mobile', 'admin'),
      SHOWN.replace('rtsp:', 'rtsps:'),
      // The password of the first address goes nowhere else either.
      'rtsp://viewer:***@192.0.2.10:554/stream3',
    ]) {
      expect(await refusal({ secondAddress }), secondAddress).toMatchObject([
        { field: 'body.secondAddress', message: expect.stringContaining('password again') },
      ]);
    }
    const made = await world.add<Errors>({ id: 'door', secondAddress: SHOWN });
    expect([made.status, made.body.errors]).toMatchObject([422, [{ field: 'body.secondAddress' }]]);
  });

  it('is refused at its field as the first is', async () => {
    const of = async (secondAddress: string) => (await refusal({ secondAddress }))[0];
    expect(await of('http://198.51.100.20/')).toMatchObject({
      field: 'body.secondAddress',
      message: 'must start with rtsp://, rtsps:// or file:',
    });
    expect(await of(CAMERA_ADDRESS)).toMatchObject({
      field: 'body.secondAddress',
      message: expect.stringContaining('another address than url'),
    });
    for (const name of ['ANSHI_BUS_SECRET', 'ANSHI_CAMERA_HALL_WEST', 'ANSHI_SIM_RTSP_PORT']) {
      const address = `rtsp://x:\${${name}}@198.51.100.7/s`;
      expect(await of(address), name).toMatchObject({
        field: 'body.secondAddress',
        message: expect.stringContaining(name),
      });
    }
    expect(await given('gate')).toMatchObject({ secondUrl: expect.stringContaining('stream2') });
  });

  it('goes by null, and comes back with the version that had it', async () => {
    const had = await version('gate');
    expect((await change({ secondAddress: null })).body.secondAddress).toBeNull();
    expect(await given('gate')).not.toHaveProperty('secondUrl');
    const restored = await world.api.send<Configuration>(
      'admin',
      'POST',
      '/cameras/gate/restoration',
      { version: await version('gate'), restore: had },
    );
    expect(restored.body.secondAddress).toContain('stream2');
    expect((await given('gate'))?.secondUrl).toContain('geheim-4711');
  });

  it('leaves the system as a variable', async () => {
    const answer = await world.api.get('/api/v1/cameras/export', await world.api.signIn('admin'));
    const text = await answer.text();
    expect(text).not.toMatch(CAMERA_SECRETS);
    expect(text).not.toContain('198.51.100.20');
    expect(text).toContain('#   ANSHI_CAMERA_GATE_SECOND_ADDRESS');
    const file = readCamerasFile(text, 'exported.yaml');
    expect(file.cameras.find(({ id }) => id === 'gate')?.secondUrl).toBe(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how an address names a variable
      'rtsp://${ANSHI_CAMERA_GATE_SECOND_ADDRESS}',
    );
  });

  it('is in no audit log, event, version or line of the log, and nobody else sees it', async () => {
    const rows = await world.database.transaction({ tenant: 'demo', user: null }, async (tx) =>
      [
        ...(await tx.auditLog.findMany({ where: { entity: 'camera' } })),
        ...(await tx.outboxEvent.findMany({ where: { entity: 'camera' } })),
        ...(await tx.cameraConfigVersion.findMany()),
        ...(await tx.camera.findMany()),
        ...(await tx.cameraAddress.findMany()),
      ].map((row) =>
        JSON.stringify(row, (_key, value) => (typeof value === 'bigint' ? `${value}` : value)),
      ),
    );
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.some((row) => row.includes('secondAddress'))).toBe(true);
    for (const row of rows) expect(row).not.toMatch(/geheim-4711|198\.51\.100\.20/);
    for (const line of world.logged) expect(line).not.toMatch(CAMERA_SECRETS);
    for (const path of ['/cameras', '/system', '/sites']) {
      const { body } = await world.api.send('operator', 'GET', path);
      expect(JSON.stringify(body)).not.toMatch(/geheim-4711|198\.51\.100\.20|secondUrl/);
    }
  });
});
