import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { topics } from '@anshi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Violation } from '../../modules/violations/schema.ts';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';
import { startWorker, type TestWorker } from '../../testing/worker.ts';

const IN_2099 = '2099-01-01T00:00:00.000Z';
let site: Site;
let api: RunningApi;
let worker: TestWorker;
let operator: { authorization: string };
let officer: { authorization: string };

beforeAll(async () => {
  site = await openSite();
  api = await startApi(site, (await site.seededDatabase()).appUrl);
  worker = await startWorker(site, api);
  operator = await api.signIn('operator');
  officer = await api.signIn('safety');
});
afterAll(async () => {
  await worker?.stop();
  await api?.stop();
  await site?.stop();
});

const decide = (id: string, body: object, who: { authorization: string }) =>
  api.post(`/api/v1/violations/${id}/verdict`, body, who);

describe('live events', () => {
  async function connect(to: RunningApi) {
    const socket = new WebSocket(`${to.url.replace('http', 'ws')}/api/v1/live-events`);
    const heard: Record<string, unknown>[] = [];
    let closed: number | null = null;
    socket.on('message', (data) => heard.push(JSON.parse(String(data))));
    socket.on('close', (code) => {
      closed = code;
    });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return {
      heard,
      say: (message: object) => socket.send(JSON.stringify(message)),
      of: (type: string) => heard.filter((message) => message.type === type),
      closed: () => until(() => closed, 'the socket is closed'),
      close: () => socket.close(),
    };
  }
  const tokenOf = (headers: { authorization: string }) => headers.authorization.slice(7);

  it('[SEC-18] tells a person whose rights change at once, and no other', async () => {
    const [changed, other] = [await connect(api), await connect(api)];
    changed.say({ type: 'auth', token: tokenOf(await api.signIn('leader')) });
    other.say({ type: 'auth', token: tokenOf(officer) });
    for (const browser of [changed, other]) await until(() => browser.of('ready')[0], 'signed in');
    const { items } = (
      await api.send<{ items: { id: string; username: string; version: number }[] }>(
        'admin',
        'GET',
        '/users?limit=200',
      )
    ).body;
    const { id, version } = items.find(({ username }) => username === 'leader')!;
    const { status } = await api.send('admin', 'PATCH', `/users/${id}`, {
      version,
      roles: ['worker'],
    });
    expect(status).toBe(200);
    await until(() => changed.of('rights')[0], 'the rights changed');
    expect(other.of('rights')).toEqual([]);
    for (const browser of [changed, other]) browser.close();
  });

  it('[VIS-06] pushes a violation to the console once it is committed, in every process', async () => {
    const second = await startApi(site, api.settings.databaseUrl);
    const browsers = await Promise.all([connect(api), connect(second)]);
    try {
      for (const browser of browsers) {
        browser.say({ type: 'auth', token: tokenOf(operator) });
        browser.say({ type: 'subscribe', topics: ['violations'] });
        await until(() => browser.of('ready')[0], 'signed in');
      }
      const { id } = await worker.confirm();
      // The other process reads the record when it hears of it: it may be the decided one by then.
      for (const browser of browsers) {
        await until(
          () =>
            browser
              .of('violation')
              .some((message) => (message as { violation: Violation }).violation.id === id),
          'what is recorded arrives',
        );
      }
      await decide(id, { decision: 'confirm', version: 1 }, officer);
      for (const browser of browsers) {
        const changes = await until(() => {
          const mine = browser
            .of('violation')
            .map((message) => message as { change: string; violation: Violation })
            .filter(({ violation }) => violation.id === id);
          return mine.length >= 2 ? mine : null;
        }, 'both changes arrive');
        // The other process's message may arrive first: the version tells which is newer.
        const byVersion = changes.toSorted((a, b) => a.violation.version - b.violation.version);
        expect(byVersion).toMatchObject([
          { change: 'recorded', violation: { status: 'pending', version: 1 } },
          { change: 'updated', violation: { status: 'confirmed', version: 2 } },
        ]);
      }
    } finally {
      for (const browser of browsers) browser.close();
      await second.stop();
    }
  });

  it('sends observations to the camera’s subscribers only', async () => {
    const [watcher, other] = await Promise.all([connect(api), connect(api)]);
    for (const browser of [watcher, other]) browser.say({ type: 'auth', token: tokenOf(operator) });
    watcher.say({ type: 'subscribe', topics: ['observations:hall-west'] });
    other.say({ type: 'subscribe', topics: ['observations:hall-east', 'violations'] });
    await until(() => watcher.of('ready')[0] && other.of('ready')[0], 'signed in');
    const seen = {
      camera: 'hall-west',
      at: new Date().toISOString(),
      width: 1280,
      height: 720,
      people: [],
      parts: [],
    };
    await until(async () => {
      // One that speaks of another camera than its topic is nobody's, nor is one of the future.
      for (const observation of [
        { ...seen, camera: 'hall-east' },
        { ...seen, at: IN_2099 },
        seen,
      ]) {
        await worker.client.publishAsync(
          topics.observations('demo', 'worker-1', 'hall-west'),
          JSON.stringify(observation),
        );
      }
      return watcher.of('observation')[0];
    }, 'the observation arrives');
    expect(watcher.of('observation')[0]).toMatchObject({ type: 'observation', observation: seen });
    // The next message on the same connection shows that nothing was sent in between.
    await worker.confirm();
    await until(() => other.of('violation')[0], 'the other browser gets its message');
    expect(other.of('observation')).toEqual([]);
    watcher.close();
    other.close();
  });

  it('closes with 4401 for a bad token, and for a subscription before signing in', async () => {
    const bad = await connect(api);
    bad.say({ type: 'auth', token: 'nonsense' });
    expect(await bad.closed()).toBe(4401);
    const early = await connect(api);
    early.say({ type: 'subscribe', topics: ['violations'] });
    expect(await early.closed()).toBe(4401);
  });

  it('closes with 4401 when the token expires', async () => {
    const browser = await connect(api);
    browser.say({ type: 'auth', token: endingSoon(tokenOf(operator)) });
    await until(() => browser.of('ready')[0], 'signed in');
    expect(await browser.closed()).toBe(4401);
  });

  it('reports an invalid message or topic, and continues', async () => {
    const browser = await connect(api);
    browser.say({ type: 'auth', token: tokenOf(operator) });
    browser.say({ type: 'dance' });
    browser.say({ type: 'subscribe', topics: ['secrets', 'system'] });
    await until(() => browser.of('error').length === 2, 'two errors');
    expect(browser.of('error')[1]).toMatchObject({ message: 'there is no topic "secrets"' });
    browser.close();
  });
});

describe('a socket without a browser', () => {
  /** A raw client that requests an upgrade and then stays silent. */
  async function upgrade(port: string, path: string) {
    const socket = connectSocket(Number(port), '127.0.0.1');
    socket.write(
      `GET ${path} HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nconnection: upgrade\r\n` +
        'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-version: 13\r\n\r\n',
    );
    const [head] = (await once(socket, 'data')) as [Buffer];
    return { socket, status: Number(head.toString().split(' ')[1]) };
  }

  it('is closed where its upgrade is refused', async () => {
    const { socket, status } = await upgrade(new URL(api.url).port, '/api/v1/violations');
    expect(status).toBe(401);
    await once(socket, 'close');
  });

  it('does not delay the shutdown', async () => {
    const ending = await startApi(site, api.settings.databaseUrl);
    const { socket, status } = await upgrade(new URL(ending.url).port, '/api/v1/live-events');
    expect(status).toBe(101);
    const began = performance.now();
    await ending.stop();
    // The close handshake of a silent socket would take half a minute.
    expect(performance.now() - began).toBeLessThan(20_000);
    socket.destroy();
  });
});

/** The same token, expiring in one to two seconds, signed with the tests' secret. */
function endingSoon(token: string): string {
  const [header, claims] = token.split('.').map((part) => Buffer.from(part, 'base64url'));
  const exp = Math.floor(Date.now() / 1000) + 2;
  const changed = { ...JSON.parse(String(claims)), exp };
  const text = [String(header), JSON.stringify(changed)]
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
  const signature = createHmac('sha256', api.settings.tokenSecret).update(text);
  return `${text}.${signature.digest('base64url')}`;
}
