import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LIVE_ENGINE_HEADER, topics, type WorkerStatus } from '@anshi/contracts';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { openDatabase } from '../../platform/db/database.ts';
import { enrolWorker } from '../../testing/devices.ts';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { connectWorker, signed } from '../../testing/worker.ts';

/** A key picture of one packet of MPEG-TS, and what follows it. */
const PACKET = Buffer.alloc(188);
PACKET.set([0x47, 0x41, 0x00, 0x30, 1, 0x40]);

let site: Site;
let api: RunningApi;
let worker: Server;
let client: MqttClient;
let leave: () => Promise<void>;
/** The views that the worker sends now. */
const sending = new Set<ServerResponse>();
const asked: string[] = [];
let answerWith: { status: number; body: string } | null = null;
/** Packets in each write. */
let many = 1;

function answer(request: IncomingMessage, response: ServerResponse): void {
  asked.push(`${request.method} ${request.url}`);
  request.resume();
  if (request.method !== 'POST') return void response.writeHead(204).end();
  if (answerWith) {
    const type = { 'content-type': 'application/problem+json' };
    return void response.writeHead(answerWith.status, type).end(answerWith.body);
  }
  const engine = { [LIVE_ENGINE_HEADER]: 'node-rtsp-stream' };
  response.writeHead(200, { 'content-type': 'video/mp2t', ...engine }).flushHeaders();
  sending.add(response);
  const timer = setInterval(() => {
    if (response.writableLength < 1e6) response.write(Buffer.concat(Array(many).fill(PACKET)));
  }, 10);
  response.on('close', () => {
    clearInterval(timer);
    sending.delete(response);
  });
}

beforeAll(async () => {
  site = await openSite();
  api = await startApi(site, (await site.seededDatabase()).appUrl);
  await enrolWorker(api, 'worker-1');
  worker = createServer(answer);
  await new Promise<void>((resolve) => worker.listen(0, '127.0.0.1', resolve));
  ({ client, leave } = connectWorker(site, 'worker-1'));
  const status: WorkerStatus = {
    worker: 'worker-1',
    online: true,
    at: new Date().toISOString(),
    http: `http://127.0.0.1:${(worker.address() as AddressInfo).port}`,
    cameras: ['hall-west'],
    liveEngine: 'mediasoup',
    model: { name: 'ppe', version: '1.0.0' },
    outbox: { waiting: 0, rejected: 0 },
    recording: true,
    disk: null,
    warnings: [],
    configuration: null,
    problem: null,
  };
  const topic = topics.workerStatus('demo', 'worker-1');
  await until(async () => {
    await client.publishAsync(topic, signed('worker-1', topic, status));
    const { body } = await api.send<{ workers: object[] }>('operator', 'GET', '/system');
    return body.workers.length > 0;
  }, 'the worker is known');
});
afterAll(async () => {
  await leave?.();
  worker?.closeAllConnections();
  worker?.close();
  await api?.stop();
  await site?.stop();
});

/** A page that asks for a view, and what it is told and shown. */
function connect(first: object | null, headers: Record<string, string> = {}) {
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}/api/v1/live-video`, { headers });
  onTestFinished(() => socket.terminate());
  const view = { socket, told: [] as Record<string, unknown>[], bytes: 0, code: 0, refused: 0 };
  socket.on('open', () => first && socket.send(JSON.stringify(first)));
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) view.bytes += data.length;
    else view.told.push(JSON.parse(data.toString()) as Record<string, unknown>);
  });
  socket.on('close', (code) => {
    view.code = code;
  });
  socket.on('unexpected-response', (_, { statusCode = 0 }) => {
    view.refused = statusCode;
  });
  socket.on('error', () => {});
  return view;
}
const tokenOf = async (user: string) => (await api.signIn(user)).authorization.slice(7);
const ask = async (user: string, camera = 'hall-west') =>
  connect({ token: await tokenOf(user), camera });
async function watch(user: string, camera?: string) {
  const view = await ask(user, camera);
  await until(() => view.bytes > 10 * 188, `${user} sees pictures`);
  return view;
}
async function refused(view: ReturnType<typeof connect>) {
  const code = await until(() => view.code, 'it is closed');
  expect(view.bytes).toBe(0);
  return { code, problem: (view.told[0]?.problem as { code?: string })?.code };
}
const change = (work: Parameters<ReturnType<typeof openDatabase>['transaction']>[1]) => {
  const database = openDatabase(api.settings.databaseUrl);
  return database.transaction({ tenant: 'demo', user: null }, work).finally(() => database.close());
};
const lines = () =>
  change((tx) => tx.auditLog.count({ where: { entity: 'camera', action: 'view' } }));
/** Until it is closed, at most 1 s; no picture comes after it. */
async function endsAtOnce(view: ReturnType<typeof connect>, cause: () => Promise<unknown>) {
  await cause();
  const since = performance.now();
  await until(() => view.code, 'the view is closed');
  expect(performance.now() - since).toBeLessThan(1_000);
  const before = view.bytes;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(view.bytes).toBe(before);
}

describe('a view by MPEG-1', () => {
  it('comes from the worker over a WebSocket of the API, names its engine, and is a line of the audit log', async () => {
    const before = (await lines()) as number;
    const view = await watch('operator');
    expect(view.told).toEqual([{ type: 'started', engine: 'node-rtsp-stream' }]);
    expect(asked.at(-1)).toBe('POST /mpeg1/hall-west');
    expect(await lines()).toBe(before + 1);
    expect(sending.size).toBe(1);
    view.socket.close();
    await until(() => sending.size === 0, 'the worker sends to none');
  });

  it('is refused without a token, to a page of others, and after a second message', async () => {
    const before = asked.length;
    const bad = await refused(connect({ token: 'none', camera: 'hall-west' }));
    expect(bad).toEqual({ code: 4401, problem: 'auth.required' });
    expect(await refused(connect({ camera: 'hall-west' }))).toMatchObject({ code: 4403 });
    const foreign = connect(null, { origin: 'https://elsewhere.example' });
    expect(await until(() => foreign.refused, 'the handshake is refused')).toBe(403);
    expect(asked).toHaveLength(before);
    const view = await watch('operator');
    view.socket.send('{}');
    await until(() => view.code, 'it is cut');
  });

  it('[SEC-11] is refused outside of the right and of its reach as for an unknown camera, without a line', async () => {
    const database = openDatabase(api.settings.databaseUrl);
    await makeUser(database, 'reader', ['violation:read@all', 'camera:read@all']);
    await makeUser(database, 'store', ['live:watch@department'], { employeeNo: 'E009' });
    await database.close();
    const [before, requests] = [await lines(), asked.length];
    for (const [user, camera] of [
      ['reader', 'hall-west'],
      ['store', 'hall-west'],
      ['store', 'no-such-camera'],
    ] as const) {
      const found = await refused(await ask(user, camera));
      expect([user, camera, found]).toEqual([
        user,
        camera,
        { code: 4403, problem: 'camera.unknown' },
      ]);
    }
    expect([await lines(), asked.length]).toEqual([before, requests]);
  });

  it('says why the worker refuses it', async () => {
    onTestFinished(() => {
      answerWith = null;
    });
    answerWith = { status: 503, body: JSON.stringify({ title: '8 cameras are encoded' }) };
    const view = await ask('operator');
    expect(await refused(view)).toEqual({ code: 4403, problem: 'live.unavailable' });
    expect(view.told[0]?.problem).toMatchObject({ detail: '8 cameras are encoded' });
    // And an offer of WebRTC is answered so that the page asks for MPEG-1.
    answerWith = { status: 406, body: JSON.stringify({ title: 'node-rtsp-stream is forced' }) };
    const offered = await fetch(`${api.url}/api/v1/live/hall-west/whep`, {
      method: 'POST',
      headers: { 'content-type': 'application/sdp', ...(await api.signIn('operator')) },
      body: 'v=0',
    });
    expect([offered.status, await offered.json()]).toMatchObject([409, { code: 'live.by-mpeg1' }]);
  });

  it('leaves out pictures for a viewer that reads too slowly, and keeps none of them', async () => {
    onTestFinished(() => {
      many = 1;
    });
    const gaps = async () => {
      const text = await (await api.get('/metrics')).text();
      return Number(/^anshi_live_mpeg1_gaps_total (\d+)/m.exec(text)?.[1] ?? 0);
    };
    const view = await watch('operator');
    view.socket.pause();
    many = 500;
    await until(async () => (await gaps()) > 0, 'pictures are left out');
    expect(sending.size).toBe(1);
    many = 1;
    const before = view.bytes;
    view.socket.resume();
    await until(() => view.bytes > before, 'it goes on');
    view.socket.close();
  });

  it('[SEC-18] ends within a second where the right to watch is taken', async () => {
    const [view, other] = [await watch('safety'), await watch('operator')];
    await endsAtOnce(view, () =>
      change((tx) =>
        tx.role.updateMany({
          where: { id: 'safety-officer' },
          data: { permissions: ['violation:read@all'] },
        }),
      ),
    );
    expect(other.code).toBe(0);
    await until(() => sending.size === 1, 'the worker sends to the other one alone');
    other.socket.close();
  });

  it('[SEC-18] ends within a second where the module is switched off', async () => {
    const view = await watch('operator');
    const turn = (on: boolean) => api.send('admin', 'PUT', '/features/monitoring', { on });
    await endsAtOnce(view, () => turn(false));
    const [before, requests] = [await lines(), asked.length];
    const off = await ask('operator');
    await until(() => off.refused || off.code, 'another is refused');
    expect(off.told).toEqual([]);
    expect([await lines(), asked.length]).toEqual([before, requests]);
    expect((await turn(true)).status).toBe(200);
  });

  it('[SEC-19] ends within a second where the session ends, and where the account is locked', async () => {
    const out = await watch('operator');
    await endsAtOnce(out, async () =>
      fetch(`${api.url}/api/v1/auth/logout`, {
        method: 'POST',
        headers: await api.signIn('operator'),
      }),
    );
    const database = openDatabase(api.settings.databaseUrl);
    await makeUser(database, 'guard', ['live:watch@all']);
    await database.close();
    const locked = await watch('guard');
    await endsAtOnce(locked, () =>
      change((tx) =>
        tx.appUser.updateMany({ where: { username: 'guard' }, data: { active: false } }),
      ),
    );
    await until(() => sending.size === 0, 'the worker sends to none');
  });
});
