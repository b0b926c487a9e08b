import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ReplayResult, topics, type WorkerStatus } from '@anshi/contracts';
import { GrantRefused, LiveGrantCheck, type LiveKey } from '@anshi/contracts/live-grant';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { workerStatus } from '../../testing/camera-health.ts';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';
import { startWorker, type TestWorker } from '../../testing/worker.ts';

/*
 * The API's side of replays: who may ask, for which camera, and what the worker is asked for. The worker's
 * side is in vision/src/replay/replay-http.int.test.ts, both together in e2e/replay.e2e.test.ts.
 */

let site: Site;
let api: RunningApi;
let worker: TestWorker;
let server: Server;
/** The worker takes only what is signed for it. */
const grants = new LiveGrantCheck('worker-1');
const asked: {
  method: string;
  path: string;
  camera: string | null;
  session: string;
  body: string;
}[] = [];
let answers: { status: number; body?: unknown };

const NOW = Date.now();
const iso = (ms: number) => new Date(NOW + ms).toISOString();
const result: ReplayResult = {
  observations: 300,
  torn: 0,
  watched: [{ from: iso(-60_000), to: iso(0) }],
  records: [],
  recordsInAll: 0,
  nearMisses: [],
  nearMissesInAll: 0,
  hidden: [],
};
const done = { state: 'done', progress: 1, result, problem: null };

beforeAll(async () => {
  site = await openSite();
  api = await startApi(site, (await site.seededDatabase()).appUrl);
  server = createServer((request, answer) => {
    take(request).then(
      ({ status, body }) =>
        answer.writeHead(status).end(body === undefined ? '' : JSON.stringify(body)),
      () => answer.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  worker = await startWorker(site, api);
  const own = await fetch(`${api.url}/api/v1/ingest/worker`, { headers: worker.own });
  grants.setKeys(((await own.json()) as { liveKeys: LiveKey[] }).liveKeys);
  await announce(true);
});
afterAll(async () => {
  await worker?.stop();
  server?.close();
  await api?.stop();
  await site?.stop();
});
beforeEach(() => {
  asked.splice(0);
  answers = { status: 202 };
});

async function take(request: IncomingMessage): Promise<typeof answers> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const { method = '', url: path = '', headers } = request;
  try {
    const grant = grants.take(headers.authorization, { method, path, body });
    const { camera, session } = grant;
    asked.push({ method, path, camera, session, body: body.toString() });
    return answers;
  } catch (error) {
    if (error instanceof GrantRefused) return { status: 401 };
    throw error;
  }
}

async function announce(online: boolean): Promise<void> {
  const { port } = server.address() as AddressInfo;
  const status = workerStatus({
    online,
    http: online ? `http://127.0.0.1:${port}` : null,
    cameras: online ? ['hall-west'] : [],
    liveEngine: 'mediasoup',
    model: { name: 'ppe', version: '1.0.0' },
    outbox: { waiting: 0, rejected: 0 },
  });
  await worker.say(topics.workerStatus('demo', 'worker-1'), status);
  const user = await api.signIn();
  await until(async () => {
    const system = (await (await api.get('/api/v1/system', user)).json()) as {
      workers: WorkerStatus[];
    };
    return system.workers.some(
      (one) => one.worker === 'worker-1' && (one.http !== null) === online,
    );
  }, 'the worker is known');
}

const draft = '/cameras/hall-west/draft-tests';
const near = '/cameras/hall-west/near-misses';
const hour = { from: iso(-3_600_000), to: iso(0) };
const codeOf = ({ status, body }: { status: number; body: { code?: string } }) => [
  status,
  body.code,
];
async function begun(user: string, path: string, body: object): Promise<{ id: string }> {
  const answer = await api.send<{ id: string }>(user, 'POST', path, body);
  expect(answer.status).toBe(202);
  return answer.body;
}

describe('a test of a draft', () => {
  it('goes to the worker as it would be saved, without the address of the camera, and changes nothing', async () => {
    const path = '/cameras/hall-west/configuration';
    const before = (await api.send('admin', 'GET', path)).body;
    const mask = {
      id: 'screen',
      name: { zh: '屏幕', en: 'Screen' },
      polygon: [
        [10, 10],
        [100, 10],
        [100, 90],
      ],
    };
    // A rule of the camera names a zone: a draft without zones is refused as a save would be.
    const refused = await api.send('admin', 'POST', draft, { span: 'minute', zones: [] });
    expect(codeOf(refused)).toEqual([422, 'camera.invalid']);
    expect(asked).toEqual([]);
    await begun('admin', draft, { span: 'minute', masks: [mask] });
    const [one] = asked;
    expect(one).toMatchObject({ method: 'POST', path: '/replays/hall-west', camera: 'hall-west' });
    const sent = JSON.parse(one!.body) as {
      config: Record<string, unknown>;
      from: string;
      to: string;
    };
    expect(sent.config).toMatchObject({ id: 'hall-west', masks: [mask] });
    expect(sent.config).not.toHaveProperty('url');
    expect(Date.parse(sent.to) - Date.parse(sent.from)).toBe(60_000);
    expect((await api.send('admin', 'GET', path)).body).toEqual(before);
  });

  it('shows what was recorded beside it, to those who may see violations', async () => {
    const confirmed = await worker.confirm({
      startedAt: iso(-30_000),
      confirmedAt: iso(-28_000),
      ruleId: 'ppe-1',
    });
    const { id } = await begun('safety.head', draft, { span: 'hour' });
    const { data } = confirmed;
    const record = {
      id: data.violation,
      ruleId: data.ruleId,
      rule: data.rule,
      item: data.item,
      zone: data.zone,
      line: null,
      subject: 'person',
      track: 'a',
      startedAt: data.startedAt,
      confirmedAt: data.confirmedAt,
      endedAt: null,
    };
    answers = {
      status: 200,
      body: { ...done, result: { ...result, records: [record], recordsInAll: 1 } },
    };
    const seen = await api.send<{ recorded: object[] }>('safety.head', 'GET', `${draft}/${id}`);
    expect(seen.body.recorded).toMatchObject([
      { id: data.violation, draft: data.violation, watched: true },
    ]);
    answers = { status: 202 };
    const own = await begun('admin', draft, { span: 'hour' });
    answers = { status: 200, body: done };
    const blind = await api.send('admin', 'GET', `${draft}/${own.id}`);
    expect(blind.body).toMatchObject({ recorded: null, recordedInAll: null });
  });

  it('is for those who may configure cameras, and bound to the session that asked', async () => {
    for (const [method, path] of [
      ['POST', draft],
      ['GET', `${draft}/x`],
      ['DELETE', `${draft}/x`],
    ] as const) {
      const body = method === 'POST' ? { span: 'minute' } : undefined;
      expect((await api.send('operator', method, path, body)).status).toBe(403);
      const bare = await fetch(`${api.url}/api/v1${path}`, {
        method,
        ...(body && {
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json' },
        }),
      });
      expect(bare.status).toBe(401);
    }
    expect(asked).toEqual([]);
    const { id } = await begun('admin', draft, { span: 'minute' });
    answers = { status: 200, body: done };
    await api.send('admin', 'GET', `${draft}/${id}`);
    await api.send('safety.head', 'GET', `${draft}/${id}`);
    const sessions = asked.map(({ session }) => session);
    expect(sessions[0]).toBe(sessions[1]);
    // The worker sees that another session asks, and answers 404.
    expect(sessions[2]).not.toBe(sessions[0]);
    answers = { status: 404 };
    const other = await api.send('safety.head', 'GET', `${draft}/${id}`);
    expect(codeOf(other)).toEqual([404, 'replay.unknown']);
  });

  it('is of cameras and replays that there are', async () => {
    const none = '/cameras/none/draft-tests';
    for (const [method, path] of [
      ['POST', none],
      ['GET', `${none}/worker-1.${'a'.repeat(32)}.1.2`],
      ['DELETE', `${none}/x`],
    ] as const) {
      const answer = await api.send(
        'admin',
        method,
        path,
        method === 'POST' ? { span: 'day' } : undefined,
      );
      expect(codeOf(answer)).toEqual([404, 'camera.unknown']);
    }
    for (const id of ['x', `worker-1.${'a'.repeat(32)}`, `../x.${'a'.repeat(32)}.1.2`]) {
      const answer = await api.send('admin', 'GET', `${draft}/${encodeURIComponent(id)}`);
      expect(codeOf(answer)).toEqual([404, 'replay.unknown']);
    }
    expect(asked).toEqual([]);
  });
});

describe('near misses', () => {
  it('are looked for by those who may see violations, by the configuration of that time', async () => {
    expect((await api.send('admin', 'POST', near, hour)).status).toBe(403);
    const { id } = await begun('operator', near, hour);
    expect(JSON.parse(asked[0]!.body)).toEqual({ config: null, ...hour });
    answers = { status: 200, body: done };
    expect((await api.send('operator', 'GET', `${near}/${id}`)).body).toEqual(done);
    answers = { status: 204 };
    expect((await api.send('operator', 'DELETE', `${near}/${id}`)).status).toBe(204);
  });

  it.each([
    ['backwards', { from: hour.to, to: hour.from }],
    ['longer than a day', { from: iso(-90_000_000), to: iso(0) }],
  ])('are refused for a time that is %s', async (_, time) => {
    const answer = await api.send('operator', 'POST', near, time);
    expect(codeOf(answer)).toEqual([422, 'replay.time']);
  });
});

describe('the worker of a camera', () => {
  it.each([
    [429, 409, 'replay.busy'],
    [500, 502, 'replay.refused'],
  ])('that answers %d is told as %d', async (status, told, code) => {
    answers = { status, body: { title: 'busy' } };
    const answer = await api.send('operator', 'POST', near, hour);
    expect(codeOf(answer)).toEqual([told, code]);
  });

  it('that sends another answer than it should is not believed', async () => {
    const { id } = await begun('operator', near, hour);
    answers = { status: 200, body: { state: 'done', result: '<script>' } };
    const answer = await api.send('operator', 'GET', `${near}/${id}`);
    expect(codeOf(answer)).toEqual([502, 'replay.refused']);
  });

  it('that is away is said to be, with what to do', async () => {
    const { id } = await begun('operator', near, hour);
    await announce(false);
    for (const [method, path] of [
      ['POST', near],
      ['GET', `${near}/${id}`],
    ] as const) {
      const answer = await api.send('operator', method, path, method === 'POST' ? hour : undefined);
      expect(codeOf(answer)).toEqual([503, 'replay.unavailable']);
    }
  });
});
