import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type CameraSetupRequest,
  type CameraTest,
  cameraSetupRequest,
  topics,
  type WorkerStatus,
} from '@anshi/contracts';
import { GrantRefused, LiveGrantCheck, type LiveKey } from '@anshi/contracts/live-grant';
import { openRequest } from '@anshi/contracts/sealed-request';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  CAMERA_ADDRESS,
  CAMERA_SECRETS,
  type ConfigurationSite,
  openConfigurationSite,
} from '../../testing/camera-configuration.ts';
import { workerStatus } from '../../testing/camera-health.ts';
import { until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { keyOf } from '../../testing/worker.ts';

/*
 * Set-up of cameras in the API: permissions, requests to the worker, audit lines. The code of the worker is
 * tested in vision/src/setup, both together in e2e/camera-setup.e2e.test.ts.
 */

let world: ConfigurationSite;
let server: Server;
/** The worker takes only what is signed for it. */
const grants = new LiveGrantCheck('worker-1');
const asked: { raw: string; request: CameraSetupRequest }[] = [];
let answer: { status: number; body: unknown };

const good: CameraTest = {
  worker: 'worker-1',
  at: new Date().toISOString(),
  address: 'rtsp://***@192.0.2.10:554/stream1',
  outcome: 'ok',
  message: null,
  connectMs: 3,
  signedIn: true,
  stream: { codec: 'h264', width: 1280, height: 720, fps: 25 },
  firstPictureMs: 800,
  still: 'AAAA',
  missing: null,
};

beforeAll(async () => {
  world = await openConfigurationSite();
  const { api, worker } = world;
  server = createServer((request, response) => {
    take(request).then(
      ({ status, body }) => response.writeHead(status).end(JSON.stringify(body)),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const own = await fetch(`${api.url}/api/v1/ingest/worker`, { headers: worker.own });
  grants.setKeys(((await own.json()) as { liveKeys: LiveKey[] }).liveKeys);
});
afterAll(async () => {
  server?.close();
  await world?.stop();
});
beforeEach(() => {
  asked.splice(0);
  answer = { status: 200, body: good };
});

async function take(request: IncomingMessage): Promise<typeof answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const { method = '', url: path = '', headers } = request;
  try {
    const grant = grants.take(headers.authorization, { method, path, body });
    const raw = body.toString();
    expect([grant.action, path]).toEqual(['setup', `/setup/${grant.view}`]);
    const opened = openRequest(keyOf('worker-1'), grant.view, raw);
    asked.push({ raw, request: cameraSetupRequest.parse(JSON.parse(opened)) });
    return answer;
  } catch (error) {
    if (error instanceof GrantRefused) return { status: 401, body: {} };
    throw error;
  }
}

async function announce(online: boolean): Promise<void> {
  const { port } = server.address() as AddressInfo;
  const status = workerStatus({
    online,
    http: online ? `http://127.0.0.1:${port}` : null,
    cameras: online ? ['hall-west'] : [],
  });
  await world.worker.say(topics.workerStatus('demo', 'worker-1'), status);
  const user = await world.api.signIn();
  await until(async () => {
    const system = (await (await world.api.get('/api/v1/system', user)).json()) as {
      workers: WorkerStatus[];
    };
    return system.workers.some(
      (one) => one.worker === 'worker-1' && (one.http !== null) === online,
    );
  }, 'the worker is known');
}

const ADDRESS = '/cameras/setup/address';
const DISCOVERY = '/cameras/setup/discovery';
const DEVICE = '/cameras/setup/device';
const gate = { camera: 'gate', site: 'plant-1', address: CAMERA_ADDRESS };
const login = { address: 'http://192.0.2.10/', user: 'viewer', password: 'geheim-4711' };
type Body = { code?: string; errors?: { field: string; message: string }[] };
const send = <Answer = Body>(path: string, body: object, user = 'admin') =>
  world.api.send<Answer>(user, 'POST', path, body);
const auditOf = (action: string) =>
  world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.auditLog.findMany({ where: { action }, orderBy: { seq: 'desc' } }),
  );

describe('without a worker', () => {
  it('nothing is tried, and the answer says what to do', async () => {
    for (const [path, body] of [
      [ADDRESS, gate],
      [DISCOVERY, {}],
      [DEVICE, login],
    ] as const) {
      const { status, body: said } = await send(path, body);
      expect([path, status, said.code]).toEqual([path, 503, 'device-health.no-worker']);
    }
  });
});

describe('an address that is not saved', () => {
  beforeAll(() => announce(true));

  it('is tried by the worker, sealed for it, and the audit log says where it leads to', async () => {
    const { status, body } = await send<CameraTest>(ADDRESS, gate);
    expect([status, body]).toEqual([200, good]);
    expect(asked[0]?.request).toEqual({
      kind: 'test',
      camera: 'gate',
      address: CAMERA_ADDRESS,
      transport: 'tcp',
    });
    expect(Buffer.from(asked[0]!.raw, 'base64url').toString('latin1')).not.toMatch(CAMERA_SECRETS);
    const [line] = await auditOf('try-address');
    expect(line).toMatchObject({
      entity: 'camera',
      entityId: 'gate',
      after: {
        worker: 'worker-1',
        answered: true,
        host: 'rtsp://192.0.2.10:554',
        outcome: 'ok',
      },
    });
    // Nothing is saved.
    expect((await world.api.send('admin', 'GET', '/cameras/gate/configuration')).status).toBe(404);
  });

  it('of a camera that is there keeps its password behind the mask, for the same device alone', async () => {
    const shown = await world.read('hall-west');
    await send(ADDRESS, { camera: 'hall-west', site: 'plant-1', address: shown.address });
    const [one] = asked;
    expect(one?.request).toMatchObject({ camera: 'hall-west' });
    expect(JSON.stringify(one?.request)).not.toContain('***');
    const other = { camera: 'gate', site: 'plant-1', address: 'rtsp://viewer:***@198.51.100.7/' };
    const refused = await send(ADDRESS, other);
    expect([refused.status, refused.body.code]).toEqual([422, 'camera.invalid']);
    expect(asked).toHaveLength(1);
    // A substream has a password of its own, which stands for no other address of the camera.
    const substreamAddress = 'rtsp://small:geheim-4712@198.51.100.30/stream2';
    const made = await world.add({
      id: 'lane',
      address: 'rtsp://192.0.2.99/stream1',
      substreamAddress,
    });
    const tried = { camera: 'lane', site: 'plant-1', address: made.body.substreamAddress };
    expect((await send(ADDRESS, { ...tried, of: 'substream' })).status).toBe(200);
    expect(asked[1]?.request).toMatchObject({ address: substreamAddress });
    expect((await send(ADDRESS, tried)).status).toBe(422);
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['of another kind', 'http://192.0.2.10/'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how an address names a variable
    ['with a secret of the system', 'rtsp://${ANSHI_BUS_KEY}@192.0.2.10/'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the same
    ['with the password of another camera', 'rtsp://${ANSHI_CAMERA_YARD}@192.0.2.10/'],
  ])('%s is refused as a save of it is, and no worker hears of it', async (_, address) => {
    const { status, body } = await send(ADDRESS, { ...gate, address });
    expect([status, body.code]).toEqual([422, 'camera.invalid']);
    expect(body.errors).toMatchObject([{ field: 'body.address' }]);
    expect(asked).toEqual([]);
  });

  it.each([
    [429, 409, 'device-health.worker-busy'],
    [400, 502, 'device-health.not-tried'],
    [200, 502, 'device-health.not-tried'],
  ])('where the worker answers %s: %s %s', async (status, told, code) => {
    // Also an answer in the name of another worker.
    answer = { status, body: status === 200 ? { ...good, worker: 'worker-9' } : { title: 'no' } };
    const found = await send(ADDRESS, gate);
    expect([found.status, found.body.code]).toEqual([told, code]);
    expect((await auditOf('try-address'))[0]).toMatchObject({ after: { answered: false } });
  });

  it('is for those who may configure cameras, each for the own sites', async () => {
    for (const [path, body] of [
      [ADDRESS, gate],
      [DISCOVERY, {}],
      [DEVICE, login],
    ] as const) {
      expect([path, (await send(path, body, 'operator')).status]).toEqual([path, 403]);
    }
    await makeUser(world.database, 'site-9', ['camera:manage@site', 'camera:read@all']);
    const out = await send(ADDRESS, gate, 'site-9');
    expect([out.status, out.body.code]).toEqual([422, 'camera.other-site']);
    const known = await send(ADDRESS, { ...gate, camera: 'hall-west' }, 'site-9');
    expect([known.status, known.body.code]).toEqual([404, 'camera.unknown']);
    expect(asked).toEqual([]);
  });
});

describe('devices of the network', () => {
  const device = {
    id: 'urn:uuid:1',
    name: 'Gate north',
    maker: 'Anshi Optics',
    model: 'AO-200',
    address: 'http://192.0.2.10/onvif/device_service',
    host: '192.0.2.10',
  };

  it('are listed with the cameras that have their host, within reach alone', async () => {
    await world.add({ id: 'north' });
    answer = {
      status: 200,
      body: {
        worker: 'worker-1',
        at: good.at,
        devices: [device, { ...device, id: 'urn:uuid:2', host: '192.0.2.77' }],
        interfaces: ['192.0.2.2 (eth0)'],
        problem: null,
      },
    };
    const { status, body } = await send<{ devices: { cameras: string[] }[] }>(DISCOVERY, {});
    expect(status).toBe(200);
    expect(body.devices.map(({ cameras }) => cameras)).toEqual([['north'], []]);
    expect(asked[0]?.request).toEqual({ kind: 'discover' });
    const out = await send<typeof body>(DISCOVERY, {}, 'site-9');
    expect(out.body.devices.map(({ cameras }) => cameras)).toEqual([[], []]);
    expect((await auditOf('discover'))[0]).toMatchObject({
      entity: 'camera-network',
      entityId: 'worker-1',
    });
  });

  it('are asked with user and password, which are written nowhere', async () => {
    const said = {
      worker: 'worker-1',
      outcome: 'wrong-password',
      message: 'the device refuses user or password',
      maker: null,
      model: null,
      firmware: null,
      serial: null,
      profiles: [],
    };
    answer = { status: 200, body: said };
    const { status, body } = await send(DEVICE, login);
    expect([status, body]).toEqual([200, said]);
    expect(asked[0]?.request).toEqual({ kind: 'device', ...login });
    expect((await auditOf('ask-device'))[0]).toMatchObject({
      after: { host: 'http://192.0.2.10', outcome: 'wrong-password' },
    });
    for (const address of ['file:///etc/passwd', 'rtsp://192.0.2.10/', 'http://a@192.0.2.10/']) {
      expect([address, (await send(DEVICE, { ...login, address })).status]).toEqual([address, 400]);
    }
  });

  it('are asked by the worker that is named, and by no other one', async () => {
    const named = await send(DISCOVERY, { worker: 'worker-9' });
    expect([named.status, named.body.code]).toEqual([503, 'device-health.no-worker']);
  });

  it('leave no password in the audit log, in events and in what the API logged', async () => {
    const rows = await world.database.transaction({ tenant: 'demo', user: null }, async (tx) =>
      [...(await tx.auditLog.findMany()), ...(await tx.outboxEvent.findMany())].map((row) =>
        JSON.stringify(row, (_key, value) => (typeof value === 'bigint' ? `${value}` : value)),
      ),
    );
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) expect(row).not.toMatch(CAMERA_SECRETS);
    for (const line of world.logged) expect(line).not.toMatch(CAMERA_SECRETS);
  });
});
