import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { topics } from '@anshi/contracts';
import { LiveGrantCheck, type LiveKey } from '@anshi/contracts/live-grant';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workerStatus } from '../../testing/camera-health.ts';
import { type CameraSite, openCameraSite } from '../../testing/camera-site.ts';
import { enrolWorker } from '../../testing/devices.ts';
import { until } from '../../testing/site.ts';
import { connectWorker, signed } from '../../testing/worker.ts';

let world: CameraSite;
beforeAll(async () => {
  world = await openCameraSite();
});
afterAll(() => world?.stop());

const status = workerStatus({ liveEngine: 'node-datachannel' });

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
    const { headers: own } = await enrolWorker(world.api, 'worker-1');
    const self = await (await world.api.get('/api/v1/ingest/worker', own)).json();
    check.setKeys((self as { liveKeys: LiveKey[] }).liveKeys);
    const { port } = http.address() as AddressInfo;
    const online = { ...status, http: `http://127.0.0.1:${port}` };
    await world.worker.say(topics.workerStatus('demo', 'worker-1'), online);
    await until(
      async () => (await world.system()).workers[0]?.http === online.http,
      'worker known',
    );
  });
  afterAll(() => {
    http.close();
    elsewhere.close();
  });

  const offer = (
    camera: string,
    headers: Record<string, string> = world.user,
    description = 'v=0 offer',
  ) =>
    fetch(`${world.api.url}/api/v1/live/${camera}/whep`, {
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
    const end = () =>
      fetch(`${world.api.url}${session}`, { method: 'DELETE', headers: world.user });
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
    const unknown = await fetch(`${world.api.url}${session}2`, {
      method: 'DELETE',
      headers: world.user,
    });
    expect(unknown.status).toBe(404);
  });

  it('[ARC-04] ends at the worker once the feature is off, and the cameras are not listed', async () => {
    expect((await offer('hall-west')).status).toBe(201);
    const ended = () => asked.filter(({ method }) => method === 'DELETE').length;
    const before = ended();
    const turn = async (on: boolean) =>
      fetch(`${world.api.url}/api/v1/features/monitoring`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', ...(await world.api.signIn('admin')) },
        body: JSON.stringify({ on }),
      });
    expect((await turn(false)).status).toBe(200);
    await until(() => ended() === before + 1, 'the worker ends the view');
    expect(await (await offer('hall-west')).json()).toMatchObject({ code: 'feature.off' });
    const cameras = await world.api.get('/api/v1/cameras', world.user);
    expect([cameras.status, await cameras.json()]).toMatchObject([404, { code: 'feature.off' }]);
    // Sites and floor plans serve other features, too.
    expect((await world.api.get('/api/v1/sites', world.user)).status).toBe(200);
    expect((await turn(true)).status).toBe(200);
  });

  it('forwards the worker’s response, and nothing of an invalid one', async () => {
    const busy = await offer('hall-west', world.user, 'v=0 busy');
    expect(await busy.json()).toMatchObject({ code: 'live.refused', detail: 'too many viewers' });
    for (const description of ['v=0 elsewhere', 'v=0 endless']) {
      const answer = await offer('hall-west', world.user, description);
      expect(await answer.json()).toMatchObject({ status: 503, code: 'live.unavailable' });
    }
    expect(strayed).toBe(0);
  });

  it('never uses an address announced by another client, or one that is no worker', async () => {
    const known = (await world.system()).workers[0];
    const stolen = { ...status, http: `http://127.0.0.1:${elsewherePort()}` };
    await world.worker.say(topics.workerStatus('demo', 'gate-reader-1'), stolen);
    await world.worker.say(topics.workerStatus('demo', 'worker-1'), {
      ...status,
      http: 'file:///etc/passwd',
    });
    const other = connectWorker(world.site, 'worker-9');
    const tell = (message: object) =>
      other.client.publishAsync(
        topics.workerStatus('demo', 'worker-9'),
        signed('worker-9', topics.workerStatus('demo', 'worker-9'), message),
        { qos: 1, retain: true },
      );
    const last = { ...status, worker: 'worker-9', cameras: ['hall-west'], http: stolen.http };
    await tell(last);
    const { workers } = await until(async () => {
      const now = await world.system();
      return now.workers.length === 2 ? now : null;
    }, 'the last word');
    expect(workers[0]).toEqual(known);
    // The camera's worker stops first.
    expect((await offer('hall-west')).status).toBe(201);
    expect(strayed).toBe(0);
    await tell({ ...last, online: false });
    await until(async () => !(await world.system()).workers[1]?.online, 'the other one is gone');
    await other.leave();
  });

  it('requires a signed-in user, a known camera and an online worker', async () => {
    expect((await offer('hall-west', {})).status).toBe(401);
    expect((await offer('no-such-camera')).status).toBe(404);
    await world.worker.say(topics.workerStatus('demo', 'worker-1'), { ...status, online: false });
    await until(async () => (await world.system()).workers[0]?.online === false, 'worker gone');
    const answer = await offer('hall-west');
    expect(await answer.json()).toMatchObject({ status: 503, code: 'live.unavailable' });
  });
});
