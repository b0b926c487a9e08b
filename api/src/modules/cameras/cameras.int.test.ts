import { mkdir, writeFile } from 'node:fs/promises';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type CameraHealth, topics, type WorkerStatus } from '@anshi/contracts';
import { LiveGrantCheck, type LiveKey } from '@anshi/contracts/live-grant';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolWorker } from '../../testing/devices.ts';
import {
  CAMERAS,
  openSite,
  type RunningApi,
  type Site,
  startApi,
  until,
} from '../../testing/site.ts';
import { connectWorker, signed, startWorker, type TestWorker } from '../../testing/worker.ts';

let site: Site;
let api: RunningApi;
let worker: TestWorker;
let user: { authorization: string };

beforeAll(async () => {
  site = await openSite();
  await mkdir(join(site.folder, 'dashboard', '_app', 'immutable'), { recursive: true });
  await writeFile(
    join(site.folder, 'dashboard', 'index.html'),
    '<html><script>start()</script><script src="/x.js"></script></html>',
  );
  await writeFile(join(site.folder, 'dashboard', '_app', 'immutable', 'a1b2.js'), 'start()');
  await writeFile(join(site.folder, 'hall.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(site.folder, '..', 'outside.svg'), '<svg/>');
  // What the database holds is in configuration.int.test.ts.
  api = await startApi(site, (await site.seededDatabase()).appUrl, { camerasFrom: 'file' });
  worker = await startWorker(site, api);
  user = await api.signIn();
});
afterAll(async () => {
  await worker?.stop();
  await api?.stop();
  await site?.stop();
});

interface Camera {
  id: string;
  name: object;
  health: CameraHealth | null;
}
const cameras = async () =>
  ((await (await api.get('/api/v1/cameras', user)).json()) as { items: Camera[] }).items;
const system = async () =>
  (await (await api.get('/api/v1/system', user)).json()) as {
    workers: WorkerStatus[];
    camerasFile: { problems: { line: number; field: string; message: string }[] };
  };
const say = (topic: string, message: object) => worker.say(topic, message);

const health: CameraHealth = {
  camera: 'hall-west',
  worker: 'worker-1',
  at: new Date().toISOString(),
  state: 'live',
  quality: 'excellent',
  fault: null,
  codec: 'h264',
  width: 1280,
  height: 720,
  sourceFps: 15,
  analysedFps: 5,
  droppedShare: 0,
  reconnectsLastHour: 0,
  reasons: [],
  stallsLastHour: 0,
  decodeErrorsLastHour: 0,
  delayMs: null,
  scene: [],
  lastFrameAt: new Date().toISOString(),
  live: { available: true, reason: null },
};
const status: WorkerStatus = {
  worker: 'worker-1',
  online: true,
  at: new Date().toISOString(),
  http: null,
  cameras: ['hall-west'],
  liveEngine: 'node-datachannel',
  model: { name: 'ppe', version: '1.0.0' },
  outbox: { waiting: 0, rejected: 0 },
  recording: true,
  disk: null,
  warnings: [],
  configuration: null,
  problem: null,
};

describe('cameras', () => {
  it('are listed without their addresses and passwords', async () => {
    const answers = await Promise.all(
      ['/api/v1/cameras', '/api/v1/system', '/api/v1/sites'].map(async (path) =>
        (await api.get(path, user)).text(),
      ),
    );
    expect(answers[0]).toContain('press-area');
    for (const text of answers) expect(text).not.toMatch(/secret-of-the-camera|rtsp:|viewer/);
  });

  it('follow their file; an invalid one keeps the last valid one and reports the errors', async () => {
    const { camerasFile } = api.settings;
    await writeFile(camerasFile, CAMERAS.replace('Hall west', 'Hall western end'));
    const named = async (en: string) =>
      (await cameras()).some(({ name }) => JSON.stringify(name).includes(en));
    await until(() => named('Hall western end'), 'the new name');
    expect((await system()).camerasFile.problems).toEqual([]);

    await writeFile(camerasFile, CAMERAS.replace('kind: missing-ppe', 'kind: missing-hat'));
    // A partially written file may be read, and is read again.
    const problem = await until(async () => {
      const [first] = (await system()).camerasFile.problems;
      return first?.field === 'cameras[0].rules[0].kind' ? first : null;
    }, 'the problem is shown');
    const line = CAMERAS.split('\n').findIndex((text) => text.includes('missing-ppe')) + 1;
    expect(problem.line).toBe(line);
    expect(await named('Hall western end')).toBe(true);

    await writeFile(camerasFile, CAMERAS);
    await until(async () => (await system()).camerasFile.problems.length === 0, 'good again');
  });

  it('show the floor plan, and nothing outside the folder of the file', async () => {
    const sites = await (await api.get('/api/v1/sites', user)).json();
    const [{ floorPlans }] = (sites as { items: [{ floorPlans: { imageUrl: string }[] }] }).items;
    const image = await api.get(floorPlans[0]?.imageUrl ?? '', user);
    expect(image.headers.get('content-type')).toBe('image/svg+xml');
    expect(await image.text()).toContain('<svg');

    await writeFile(api.settings.camerasFile, CAMERAS.replace('hall.svg', '../outside.svg'));
    await until(async () => {
      const answer = await api.get('/api/v1/floor-plans/plant-1/hall/image', user);
      return answer.status === 404;
    }, 'the file outside is not given');
    await writeFile(api.settings.camerasFile, CAMERAS);
  });

  it('show their health, and that it is lost with their worker', async () => {
    expect((await cameras())[0]?.health).toBeNull();
    await say(topics.workerStatus('demo', 'worker-1'), status);
    await say(topics.cameraHealth('demo', 'worker-1', 'hall-west'), health);
    await until(async () => (await cameras())[0]?.health?.state === 'live', 'live');
    await until(async () => (await system()).workers[0]?.at === status.at, 'its status');
    expect((await system()).workers).toEqual([status]);
    // A word of the future is from when it was received: it lasts no longer than others.
    const ahead = '2099-01-01T00:00:00.000Z';
    await say(topics.cameraHealth('demo', 'worker-1', 'hall-west'), {
      ...health,
      at: ahead,
      analysedFps: 7,
    });
    const clamped = await until(async () => {
      const now = (await cameras())[0]?.health;
      return now?.analysedFps === 7 ? now : null;
    }, 'the word of the future');
    expect(Date.parse(clamped.at)).toBeLessThanOrEqual(Date.now());
    await say(topics.workerStatus('demo', 'worker-1'), { ...status, online: false });
    const lost = await until(async () => {
      const now = (await cameras())[0]?.health;
      return now?.state === 'fault' ? now : null;
    }, 'the fault');
    expect(lost.fault?.message).toContain('"worker-1" is offline');
  });
});

describe('a live view', () => {
  let http: Server;
  let elsewhere: Server;
  let strayed = 0;
  let view = '';
  const check = new LiveGrantCheck('worker-1');
  const elsewherePort = () => (elsewhere.address() as AddressInfo).port;
  const asked: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[] = [];

  beforeAll(async () => {
    http = createServer(async (request: IncomingMessage, answer) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const { method = '', url = '', headers } = request;
      asked.push({ method, url, headers, body });
      if (body === 'v=0 elsewhere') {
        return answer.writeHead(307, { location: `http://127.0.0.1:${elsewherePort()}/` }).end();
      }
      if (body === 'v=0 endless') {
        answer.writeHead(201, { 'content-type': 'application/sdp' });
        const more = () => void (answer.writable && answer.write('x'.repeat(65_536), more));
        return more();
      }
      if (body === 'v=0 busy') {
        answer.writeHead(409, { 'content-type': 'application/problem+json' });
        return answer.end('{"title":"too many viewers","status":409}');
      }
      if (method === 'DELETE') return answer.writeHead(url.endsWith(view) ? 204 : 404).end();
      answer.writeHead(201, { 'content-type': 'application/sdp' });
      answer.end('v=0 answer');
    });
    elsewhere = createServer((_request, answer) => {
      strayed++;
      answer.end();
    });
    for (const server of [http, elsewhere]) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    }
    const { headers: own } = await enrolWorker(api, 'worker-1');
    const self = await (await api.get('/api/v1/ingest/worker', own)).json();
    check.setKeys((self as { liveKeys: LiveKey[] }).liveKeys);
    const { port } = http.address() as AddressInfo;
    const online = { ...status, http: `http://127.0.0.1:${port}` };
    await say(topics.workerStatus('demo', 'worker-1'), online);
    await until(async () => (await system()).workers[0]?.http === online.http, 'worker known');
  });
  afterAll(() => {
    http.close();
    elsewhere.close();
  });

  const offer = (
    camera: string,
    headers: Record<string, string> = user,
    description = 'v=0 offer',
  ) =>
    fetch(`${api.url}/api/v1/live/${camera}/whep`, {
      method: 'POST',
      headers: { 'content-type': 'application/sdp', ...headers },
      body: description,
    });

  it('goes to the worker that has the camera, by a grant that the API signed for it, and ends there', async () => {
    const answer = await offer('hall-west');
    expect(answer.status).toBe(201);
    expect(await answer.text()).toBe('v=0 answer');
    expect(asked[0]).toMatchObject({ method: 'POST', url: '/whep/hall-west', body: 'v=0 offer' });
    const session = answer.headers.get('location') ?? '';
    expect(session).toMatch(/^\/api\/v1\/live\/sessions\/worker-1\.[0-9a-f]{32}$/);
    view = session.split('.').at(-1) ?? '';
    const end = () => fetch(`${api.url}${session}`, { method: 'DELETE', headers: user });
    expect((await end()).status).toBe(204);
    expect(asked[1]).toMatchObject({ method: 'DELETE', url: `/whep/sessions/${view}` });
    const grants = asked.slice(0, 2).map(({ method, url: path, headers, body }) => {
      return check.take(headers.authorization, { method, path, body });
    });
    expect(grants).toMatchObject([
      { action: 'open', view, camera: 'hall-west', worker: 'worker-1' },
      { action: 'end', view, camera: null, worker: 'worker-1' },
    ]);
    expect(grants[0]?.session).toBe(grants[1]?.session);
    const unknown = await fetch(`${api.url}${session}2`, { method: 'DELETE', headers: user });
    expect(unknown.status).toBe(404);
  });

  it('[ARC-04] ends at the worker once the feature is off, and the cameras are not listed', async () => {
    expect((await offer('hall-west')).status).toBe(201);
    const ended = () => asked.filter(({ method }) => method === 'DELETE').length;
    const before = ended();
    const turn = async (on: boolean) =>
      fetch(`${api.url}/api/v1/features/monitoring`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', ...(await api.signIn('admin')) },
        body: JSON.stringify({ on }),
      });
    expect((await turn(false)).status).toBe(200);
    await until(() => ended() === before + 1, 'the worker ends the view');
    expect(await (await offer('hall-west')).json()).toMatchObject({ code: 'feature.off' });
    const cameras = await api.get('/api/v1/cameras', user);
    expect([cameras.status, await cameras.json()]).toMatchObject([404, { code: 'feature.off' }]);
    // Sites and floor plans serve other features, too.
    expect((await api.get('/api/v1/sites', user)).status).toBe(200);
    expect((await turn(true)).status).toBe(200);
  });

  it('forwards the worker’s response, and nothing of an invalid one', async () => {
    const busy = await offer('hall-west', user, 'v=0 busy');
    expect(await busy.json()).toMatchObject({ code: 'live.refused', detail: 'too many viewers' });
    for (const description of ['v=0 elsewhere', 'v=0 endless']) {
      const answer = await offer('hall-west', user, description);
      expect(await answer.json()).toMatchObject({ status: 503, code: 'live.unavailable' });
    }
    expect(strayed).toBe(0);
  });

  it('never uses an address announced by another client, or one that is no worker', async () => {
    const known = (await system()).workers[0];
    const stolen = { ...status, http: `http://127.0.0.1:${elsewherePort()}` };
    await say(topics.workerStatus('demo', 'gate-reader-1'), stolen);
    await say(topics.workerStatus('demo', 'worker-1'), { ...status, http: 'file:///etc/passwd' });
    const other = connectWorker(site, 'worker-9');
    const tell = (message: object) =>
      other.client.publishAsync(
        topics.workerStatus('demo', 'worker-9'),
        signed('worker-9', topics.workerStatus('demo', 'worker-9'), message),
        { qos: 1, retain: true },
      );
    const last = { ...status, worker: 'worker-9', cameras: ['hall-west'], http: stolen.http };
    await tell(last);
    const { workers } = await until(async () => {
      const now = await system();
      return now.workers.length === 2 ? now : null;
    }, 'the last word');
    expect(workers[0]).toEqual(known);
    // The camera's worker stops first.
    expect((await offer('hall-west')).status).toBe(201);
    expect(strayed).toBe(0);
    await tell({ ...last, online: false });
    await until(async () => !(await system()).workers[1]?.online, 'the other one is gone');
    await other.leave();
  });

  it('requires a signed-in user, a known camera and an online worker', async () => {
    expect((await offer('hall-west', {})).status).toBe(401);
    expect((await offer('no-such-camera')).status).toBe(404);
    await say(topics.workerStatus('demo', 'worker-1'), { ...status, online: false });
    await until(async () => (await system()).workers[0]?.online === false, 'worker gone');
    const answer = await offer('hall-west');
    expect(await answer.json()).toMatchObject({ status: 503, code: 'live.unavailable' });
  });
});

describe('the dashboard', () => {
  it('is served at the root with all pages, and hashed files are immutable', async () => {
    const page = await api.get('/violations/01ABC');
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/script-src 'self' 'sha256-[^']+';/);
    expect(policy).toContain(`connect-src 'self' ws://${new URL(api.url).host}`);
    const script = await api.get('/_app/immutable/a1b2.js');
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await api.get('/_app/immutable/gone.js')).status).toBe(404);
    expect((await api.get('/api/v2/anything')).status).toBe(404);
    for (const path of ['/..%2f..%2fetc%2fpasswd', '/%2e%2e/%2e%2e/etc/passwd', '/%00']) {
      expect(await (await api.get(path)).text()).not.toContain('root:');
    }
  });

  it('answers an unknown address', async () => {
    const status = await new Promise((resolve, reject) => {
      const { hostname, port } = new URL(api.url);
      request({ hostname, port, path: '//[' }, (answer) => resolve(answer.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
  });
});

describe('operation', () => {
  it('has metrics', async () => {
    const text = await (await api.get('/metrics')).text();
    expect(text).toMatch(/anshi_http_request_seconds_count\{.*route="\/api\/v1\/cameras"/);
    expect(text).toContain('anshi_violations{status="pending"} 0');
  });
});
