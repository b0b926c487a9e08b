import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { topics } from '@anshi/contracts';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { openDatabase } from '../../platform/db/database.ts';
import {
  busUser,
  CAMERAS,
  type DatabaseUrls,
  openSite,
  type RunningApi,
  type Site,
  startApi,
  until,
} from '../../testing/site.ts';
import { clipEvent, startWorker, type TestWorker } from '../../testing/worker.ts';
import type { Violation } from './schema.ts';

interface Event {
  id: string;
  source: string;
  type: string;
  subject: string;
  data: { violation: Violation };
}

let site: Site;
let urls: DatabaseUrls;
let api: RunningApi;
let worker: TestWorker;
let outside: Server;
let integrator: MqttClient;
let operator: { authorization: string };
const posted: Event[] = [];
const published: Event[] = [];

beforeAll(async () => {
  outside = createServer(async (request, response) => {
    posted.push((await json(request)) as Event);
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  site = await openSite();
  const camerasFile = join(site.folder, 'two-cameras.yaml');
  const [head = '', west = ''] = CAMERAS.split('cameras:\n');
  const east = west.replace('hall-west', 'hall-east').replace('Hall west', 'Hall east');
  await writeFile(camerasFile, `${head}cameras:\n${west}${east}`);
  urls = await site.seededDatabase();
  api = await startApi(site, urls.appUrl, {
    webhookAllow: ['127.0.0.1'],
    camerasFile,
  });
  operator = await api.signIn('operator');
  worker = await startWorker(site, api, 'worker-1', ['hall-west', 'hall-east']);
  const records = busUser(site, 'integrator', 'violations');
  integrator = mqtt.connect(records.url, records.options);
  integrator.on('message', (_topic, payload) => published.push(JSON.parse(payload.toString())));
  await integrator.subscribeAsync(topics.records('demo', 'violation'), { qos: 1 });
  const hook = {
    name: 'MES',
    url: `http://127.0.0.1:${(outside.address() as AddressInfo).port}/`,
    types: ['recorded', 'updated', 'reviewed'].map((what) => `cn.anshi.violation.${what}.v1`),
  };
  expect((await api.post('/api/v1/webhooks', hook, await api.signIn('admin'))).status).toBe(201);
});
afterAll(async () => {
  await integrator?.endAsync(true);
  await worker?.stop();
  await api?.stop();
  await site?.stop();
  outside?.close();
});

const RECORDED = 'cn.anshi.violation.recorded.v1';
const UPDATED = 'cn.anshi.violation.updated.v1';
const REVIEWED = 'cn.anshi.violation.reviewed.v1';
const of = (events: Event[], id: string, type = RECORDED) =>
  events.filter((one) => one.subject === id && one.type === type);

describe('a violation that is recorded', () => {
  it('reaches webhooks and the bus as one event of the outbox', async () => {
    const { id } = await worker.confirm();
    const [sent] = await until(
      () => (of(posted, id).length > 0 ? of(posted, id) : null),
      'the webhook gets it',
    );
    const [told] = await until(
      () => (of(published, id).length > 0 ? of(published, id) : null),
      'the bus gets it',
    );
    expect(sent).toEqual(told);
    expect(sent).toMatchObject({
      source: '/api',
      data: { violation: { id, rule: 'missing-ppe', status: 'pending', version: 1 } },
    });
    const answer = await api.get(`/api/v1/violations/${id}`, operator);
    const { identity: _, why: _why, ...shown } = (await answer.json()) as Violation;
    expect(sent?.data.violation).toEqual(shown);
  });

  it('publishes its clip and its verdict', async () => {
    const event = await worker.confirm();
    await worker.deliver(clipEvent(event, { missing: 'the camera was lost' }));
    const path = `/api/v1/violations/${event.id}/verdict`;
    expect((await api.post(path, { decision: 'confirm', version: 1 }, operator)).status).toBe(200);
    const updates = await until(() => {
      const found = of(posted, event.id, UPDATED);
      return found.length >= 2 ? found.map(({ data }) => data.violation) : null;
    }, 'both updates arrive');
    expect(updates).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          status: 'pending',
          clipMissing: expect.objectContaining({ message: 'the camera was lost' }),
        }),
        expect.objectContaining({ status: 'confirmed', version: 2 }),
      ]),
    );
  });

  it('names nobody who judged it where it leaves, and keeps their note inside', async () => {
    const note = 'He was told twice already';
    const event = await worker.confirm();
    const path = `/api/v1/violations/${event.id}`;
    const verdict = { decision: 'confirm', version: 1, note };
    expect((await api.post(`${path}/verdict`, verdict, operator)).status).toBe(200);
    const shown = (await (await api.get(path, operator)).json()) as Violation;
    expect(shown.verdict).toMatchObject({ note, by: { displayName: expect.anything() } });
    const { id, displayName } = shown.verdict!.by;
    const outward = await until(() => {
      const all = [...posted, ...published].filter(({ subject }) => subject === event.id);
      return [posted, published].every((where) =>
        [UPDATED, REVIEWED].every((type) => of(where, event.id, type).length > 0),
      )
        ? all
        : null;
    }, 'webhook and bus have the verdict and the violation');
    for (const text of [id, displayName.zh, displayName.en, note]) {
      expect(JSON.stringify(outward)).not.toContain(text);
    }
    const [told] = of(posted, event.id, UPDATED);
    const { at, reason } = shown.verdict!;
    const { identity: _, why: _why, ...rest } = shown;
    expect(told?.data.violation).toEqual({ ...rest, verdict: { at, reason } });
    const rows = await feedOf(event.id);
    expect(rows.length).toBeGreaterThanOrEqual(3);
    for (const text of [id, displayName.zh, displayName.en, note]) {
      expect(JSON.stringify(rows)).not.toContain(text);
    }
  });

  it('is shown to browsers of another process with all that signed-in people see', async () => {
    const other = await startApi(site, urls.appUrl, { camerasFile: api.settings.camerasFile });
    onTestFinished(() => other.stop());
    const { heard, socket } = await watch(other);
    const event = await worker.confirm();
    const verdict = { decision: 'confirm', version: 1, note: 'Seen by both' };
    const path = `/api/v1/violations/${event.id}`;
    expect((await api.post(`${path}/verdict`, verdict, operator)).status).toBe(200);
    const shown = await (await api.get(path, operator)).json();
    const pushed = await until(
      () => heard.find(({ violation }) => violation?.id === event.id && violation.verdict !== null),
      'the other process pushes the verdict',
    );
    expect(pushed.violation).toEqual(shown);
    socket.close();
  });

  it('is pushed to a browser once, although its message comes back from the bus', async () => {
    const { heard, socket } = await watch(api);
    const first = await worker.confirm();
    await until(() => of(published, first.id)[0], 'the message is on the bus');
    // What comes after it on the same connections shows that no second push was on its way.
    const second = await worker.confirm();
    await until(() => of(published, second.id)[0], 'the next message is on the bus');
    await until(() => heard.find(({ violation }) => violation?.id === second.id), 'it is pushed');
    expect(heard.filter(({ violation }) => violation?.id === first.id)).toHaveLength(1);
    socket.close();
  });
});

/** A browser of a process that watches violations. */
async function watch(at: RunningApi) {
  const socket = new WebSocket(`${at.url.replace('http', 'ws')}/api/v1/live-events`);
  const heard: { type: string; change?: string; violation?: Violation }[] = [];
  socket.on('message', (data) => heard.push(JSON.parse(String(data))));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const token = operator.authorization.slice('Bearer '.length);
  socket.send(JSON.stringify({ type: 'auth', token }));
  socket.send(JSON.stringify({ type: 'subscribe', topics: ['violations'] }));
  await until(() => heard.find(({ type }) => type === 'ready'), 'signed in');
  return { heard, socket };
}

/** What consumers get of a violation. */
async function feedOf(violation: string) {
  const database = openDatabase(urls.appUrl);
  const rows = await database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.outboxEvent.findMany({ where: { subject: violation } }),
  );
  await database.close();
  return rows.map(({ type, data }) => ({ type, data }));
}

interface Shown {
  kind: string;
  count: number;
  severity: string;
  link: string | null;
  title: { zh: string; en: string };
}
async function noticesOf(user: string, title: string): Promise<Shown[]> {
  const answer = await api.get('/api/v1/notices?limit=200', await api.signIn(user));
  const { items } = (await answer.json()) as { items: Shown[] };
  return items.filter((one) => one.kind === 'violation.recorded' && one.title.en === title);
}

describe('the notice of an incident', () => {
  it('goes to those who review, one an hour for each camera with their number, and leads to the newest', async () => {
    const camera = 'hall-east';
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) {
      ids.push(
        (await worker.confirm({ camera, actor: `p-${n}`, tracks: [`p-${n}`], path: [] })).id,
      );
    }
    const title = 'Violation at Hall east';
    const [notice, ...more] = await until(async () => {
      const found = await noticesOf('safety', title);
      return found[0]?.count === 3 ? found : null;
    }, 'all three are counted');
    expect(more).toEqual([]);
    expect(notice).toMatchObject({
      severity: 'warning',
      title: { zh: '违章告警：车间西', en: title },
      link: `/incidents/${ids[2]}`,
    });
    expect(await noticesOf('operator', title)).toHaveLength(1);
    for (const user of ['manager', 'worker.press', 'admin']) {
      expect(await noticesOf(user, title)).toEqual([]);
    }
  });

  it('is critical only where a person lies on the ground', async () => {
    await worker.confirm({ camera: 'hall-east', rule: 'person-down', actor: 'down' });
    const [notice] = await until(async () => {
      const found = await noticesOf('operator', 'Person down at Hall east');
      return found.length > 0 ? found : null;
    }, 'the notice');
    expect(notice?.severity).toBe('critical');
  });
});
