import { type CameraConfig, readCamerasFile, type WorkerCameras } from '@anshi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CAMERA_ADDRESS,
  CAMERA_SECRETS,
  type Configuration,
  type ConfigurationSite,
  openConfigurationSite,
} from '../../testing/camera-configuration.ts';

const SUBSTREAM = 'rtsp://small:geheim-4712@198.51.100.30:554/stream2';
const SHOWN = 'rtsp://small:***@198.51.100.30:554/stream2';
const SECOND = 'rtsp://mobile:geheim-4711@198.51.100.20:554/stream1';
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

describe('the substream of a camera', () => {
  it('is given to the worker, with and without a second address, and shown without its password', async () => {
    const made = await world.add({ id: 'gate', substreamAddress: SUBSTREAM });
    expect([made.status, made.body]).toMatchObject([
      201,
      { substreamAddress: SHOWN, secondAddress: null },
    ]);
    const first = await given('gate');
    expect(first).toMatchObject({ url: CAMERA_ADDRESS, substream: SUBSTREAM });
    expect(first).not.toHaveProperty('secondUrl');
    expect((await change({ secondAddress: SECOND })).status).toBe(200);
    expect(await given('gate')).toMatchObject({ secondUrl: SECOND, substream: SUBSTREAM });
    const one = await world.add({ id: 'yard' });
    expect(one.body.substreamAddress).toBeNull();
    expect(await given('yard')).not.toHaveProperty('substream');
  });

  it('keeps its password for the same device and user alone; that of the main stream may stand for it there', async () => {
    expect((await change({ analysisFps: 4 })).body.substreamAddress).toBe(SHOWN);
    const other = SHOWN.replace('stream2', 'stream3');
    expect((await change({ substreamAddress: other })).status).toBe(200);
    expect((await given('gate'))?.substream).toBe(SUBSTREAM.replace('stream2', 'stream3'));
    for (const substreamAddress of [
      SHOWN.replace('198.51.100.30', '203.0.113.9'),
      SHOWN.replace('small', 'admin'),
      // Of the second address, and of the first at another device.
      SECOND.replace('geheim-4711', '***').replace('stream1', 'stream2'),
      'rtsp://viewer:***@203.0.113.9:554/stream2',
    ]) {
      expect(await refusal({ substreamAddress }), substreamAddress).toMatchObject([
        { field: 'body.substreamAddress', message: expect.stringContaining('password again') },
      ]);
    }
    const main = new URL(CAMERA_ADDRESS);
    const masked = `rtsp://${main.username}:***@${main.host}/small`;
    expect((await change({ substreamAddress: masked })).status).toBe(200);
    expect((await given('gate'))?.substream).toBe(
      `rtsp://${main.username}:${main.password}@${main.host}/small`,
    );
    expect((await change({ substreamAddress: SUBSTREAM })).status).toBe(200);
  });

  it('is refused where it is no address, the main stream itself, or names variables of another camera', async () => {
    const of = async (substreamAddress: string) => (await refusal({ substreamAddress }))[0];
    const field = 'body.substreamAddress';
    expect(await of('http://192.0.2.10/x')).toMatchObject({ field });
    expect(await of(CAMERA_ADDRESS)).toMatchObject({
      field,
      message: expect.stringContaining('smaller stream'),
    });
    const variable = 'ANSHI_CAMERA_YARD';
    expect(await of(`rtsp://u:\${${variable}}@192.0.2.10/x`)).toMatchObject({
      field,
      message: expect.stringContaining(variable),
    });
  });

  it('goes by null, and comes back with the version that had it', async () => {
    const had = await version('gate');
    expect((await change({ substreamAddress: null })).body.substreamAddress).toBeNull();
    expect(await given('gate')).not.toHaveProperty('substream');
    expect(await given('gate')).toMatchObject({ secondUrl: SECOND });
    const restored = await world.api.send<Configuration>(
      'admin',
      'POST',
      '/cameras/gate/restoration',
      { version: await version('gate'), restore: had },
    );
    expect(restored.body.substreamAddress).toBe(SHOWN);
    expect((await given('gate'))?.substream).toBe(SUBSTREAM);
  });

  it('leaves the system as a variable, and is taken back with it', async () => {
    const answer = await world.api.get('/api/v1/cameras/export', await world.api.signIn('admin'));
    const text = await answer.text();
    expect(text).not.toMatch(CAMERA_SECRETS);
    expect(text).not.toMatch(/geheim|198\.51\.100/);
    expect(text).toContain('#   ANSHI_CAMERA_GATE_SUBSTREAM_ADDRESS');
    const file = readCamerasFile(text, 'exported.yaml');
    expect(file.cameras.find(({ id }) => id === 'gate')?.substream).toBe(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how an address names a variable
      'rtsp://${ANSHI_CAMERA_GATE_SUBSTREAM_ADDRESS}',
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
    expect(rows.some((row) => row.includes('substreamAddress'))).toBe(true);
    for (const row of rows) expect(row).not.toMatch(/geheim|198\.51\.100/);
    for (const line of world.logged) expect(line).not.toMatch(CAMERA_SECRETS);
    for (const path of ['/cameras', '/system', '/sites']) {
      const { body } = await world.api.send('operator', 'GET', path);
      expect(JSON.stringify(body)).not.toMatch(/geheim|198\.51\.100/);
    }
  });
});
