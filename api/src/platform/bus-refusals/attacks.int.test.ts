import { existsSync } from 'node:fs';
import { type BusKind, busKinds, filtersOf, topics, type WorkerStatus } from '@anshi/contracts';
import { signMessage } from '@anshi/contracts/bus-signature';
import mqtt, { type MqttClient } from 'mqtt';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDevice } from '../../testing/devices.ts';
import { loadedEvent, testModel } from '../../testing/models.ts';
import {
  busUser,
  openSite,
  type RunningApi,
  type Site,
  startApi,
  until,
} from '../../testing/site.ts';
import {
  confirmedEvent,
  keyOf,
  startWorker,
  type TestWorker,
  testFile,
} from '../../testing/worker.ts';

let site: Site;
let api: RunningApi;
let worker: TestWorker;
let admin: { authorization: string };
const clients: MqttClient[] = [];

beforeAll(async () => {
  site = await openSite();
  api = await startApi(site, (await site.seededDatabase()).appUrl);
  worker = await startWorker(site, api);
  admin = await api.signIn('admin');
});
afterAll(async () => {
  for (const client of clients) await client.endAsync(true);
  await worker?.stop();
  await api?.stop();
  await site?.stop();
});

async function as(kind: BusKind, name = ''): Promise<MqttClient> {
  const { url, options } = busUser(site, kind, name);
  const client = await mqtt.connectAsync(url, options);
  client.on('error', () => {});
  clients.push(client);
  return client;
}
/** @param message a text is sent as it is. */
const send = (client: MqttClient, topic: string, message: object | string, retain = false) => {
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  return client.publishAsync(topic, text, { qos: 1, retain });
};
const violations = async () =>
  (
    (await (await api.get('/api/v1/violations?limit=100', await api.signIn('safety'))).json()) as {
      items: object[];
    }
  ).items;

interface BusState {
  users: { kind: string; name: string }[];
  refused: { user: string; what: string; count: number; detail: string | null }[];
}
const bus = async () => (await (await api.get('/api/v1/bus', admin)).json()) as BusState;
/** Waits until something is shown as refused of a user. */
const shown = (user: string, what: string, least = 1) =>
  until(
    async () =>
      (await bus()).refused.find(
        (one) => one.user === user && one.what === what && one.count >= least,
      ),
    `${what} of ${user} is shown`,
  );

describe('an attacker on the bus', () => {
  it('[SEC-23] makes no worker forget a violation by a false acknowledgement', async () => {
    const id = ulid();
    const topic = topics.acknowledgements('demo', worker.name);
    const word = {
      source: `/vision/${worker.name}`,
      id,
      result: 'committed',
      at: new Date().toISOString(),
    };
    // A user of another kind does not reach the topic.
    const machine = await as('machine', 'press-1');
    await send(machine, topic, word);
    await shown('machine-press-1', 'publish');
    // The name of the API without its secret is nobody.
    const thief = mqtt.connect(site.broker.url, {
      clientId: 'api',
      username: 'api',
      password: 'guessed',
      protocolVersion: 4,
      reconnectPeriod: 0,
    });
    clients.push(thief);
    const error = await new Promise<Error>((resolve) => thief.once('error', resolve));
    expect(error.message).toMatch(/user name|username|authori/i);
    expect(worker.acknowledgements(id)).toEqual([]);
  });

  it('records no event of a camera that does not exist, of 2030 or with the picture of another', async () => {
    const before = (await violations()).length;
    const picture = testFile('image/jpeg');
    await worker.put(picture);
    const outsider = await as('tracker', 'phone-7');
    const topic = topics.violationEvents('demo', worker.name);
    const sniffed = confirmedEvent(worker.name, picture, {
      camera: 'no-such-camera',
      confirmedAt: '2030-01-01T00:00:00.000Z',
    });
    await send(outsider, topic, sniffed);
    await shown('tracker-phone-7', 'publish');

    // One that broke into a worker's connection without its key: unsigned, signed by another key, for
    // another topic, or changed on the way.
    const otherTopic = topics.violationEvents('demo', 'worker-2');
    const forged = [
      sniffed,
      signMessage(keyOf('worker-2'), topic, sniffed),
      signMessage(keyOf(worker.name), otherTopic, sniffed),
      signMessage(keyOf(worker.name), topic, sniffed).replace('no-such-camera', 'hall-west'),
      signMessage(keyOf(worker.name), topic, sniffed, Date.now() - 3_600_000),
    ];
    for (const event of forged) await send(worker.client, topic, event);
    await shown('worker-worker-1', 'signature', forged.length);

    // A worker itself that tells of a camera that it does not hold, or of the year 2030.
    await worker.publish(confirmedEvent(worker.name, picture, { camera: 'no-such-camera' }));
    await shown('worker-worker-1', 'camera');
    const future = confirmedEvent(worker.name, picture, {
      confirmedAt: '2030-01-01T00:00:00.000Z',
    });
    expect(await worker.deliver(future)).toMatchObject({ result: 'rejected' });
    await shown('worker-worker-1', 'time');

    // Another worker with the digest of a picture that it does not have.
    const other = await startWorker(site, api, 'worker-2');
    try {
      const stolen = confirmedEvent('worker-2', picture);
      await other.publish(stolen);
      await shown('worker-worker-2', 'camera');
    } finally {
      await other.stop();
    }
    expect(await violations()).toHaveLength(before);
  });

  it('takes over no live view by a false announcement of a worker', async () => {
    const http = 'http://127.0.0.1:9';
    const status = (name: string): WorkerStatus => ({
      worker: name,
      online: true,
      at: new Date().toISOString(),
      http,
      cameras: ['hall-west'],
      liveEngine: null,
      model: null,
      outbox: null,
      recording: true,
      disk: null,
      warnings: [],
      configuration: null,
      problem: null,
    });
    const known = async () =>
      (
        (await (await api.get('/api/v1/system', admin)).json()) as {
          workers: { worker: string; http: string | null }[];
        }
      ).workers.map(({ worker: name, http: address }) => ({ worker: name, http: address }));
    const before = await known();
    const reader = await as('reader', 'gate');
    const topic = topics.workerStatus('demo', worker.name);
    await send(reader, topic, status(worker.name), true);
    await shown('reader-gate', 'publish');
    // In the connection of the worker, without its key, and an older one again.
    await send(worker.client, topic, status(worker.name), true);
    const old = signMessage(keyOf(worker.name), topic, status(worker.name), Date.now() - 60_000);
    await send(worker.client, topic, old, true);
    // Another worker that says it watches the camera, and signs it.
    const other = await startWorker(site, api, 'worker-3', []);
    const taken = topics.workerStatus('demo', 'worker-3');
    await other.say(taken, status('worker-3'));
    await shown('worker-worker-3', 'camera');
    expect((await known()).filter(({ worker: name }) => name !== 'worker-3')).toEqual(before);
    const watched = await fetch(`${api.url}/api/v1/live/hall-west/whep`, {
      method: 'POST',
      headers: { 'content-type': 'application/sdp', ...(await api.signIn('operator')) },
      body: 'v=0 offer',
    });
    // The worker that holds it has no address in this test: nobody else's is asked.
    expect(watched.status).toBe(503);
    await other.stop();
  });

  it('moves no badge and no machine from another topic', async () => {
    const place = (badge: string, source = 'hall') => ({
      position: { type: 'Point', coordinates: [3, 4] },
      source,
      provider_type: 'uwb',
      provider_id: badge,
      trackables: [],
      timestamp_generated: new Date().toISOString(),
      crs: 'local',
      accuracy: 0.5,
    });
    const tracker = await as('tracker', 'badge-evil');
    await send(tracker, topics.locations('demo', 'badge-victim'), place('badge-victim'));
    await shown('tracker-badge-evil', 'publish');
    await send(tracker, topics.locations('demo', 'badge-evil'), place('badge-victim'));
    await shown('tracker-badge-evil', 'sender');
    const reader = await as('reader', 'gate-2');
    const ofReader = topics.readerLocations('demo', 'gate-2');
    await send(reader, ofReader, place('badge-victim', 'gate-1'));
    await shown('reader-gate-2', 'sender');
    // Under its own name, but by a technique that no reader of badges has.
    for (const provider_type of ['uwb', 'gps', 'virtual']) {
      await send(reader, ofReader, { ...place('badge-victim', 'gate-2/antenna-1'), provider_type });
    }
    const technique = await shown('reader-gate-2', 'sender', 4);
    expect(technique.detail).toContain('provider_type must be rfid');
    const read = { ...place('badge-read', 'gate-2/antenna-1'), provider_type: 'rfid' };
    await send(reader, ofReader, read);
    const machine = await as('machine', 'press-2');
    const state = { machine: 'press-1', state: 'stopped', at: new Date().toISOString() };
    await send(machine, topics.machineState('demo', 'press-2'), state, true);
    await shown('machine-press-2', 'sender');
    // What it may say is heard, and is the last of the same connection.
    await send(tracker, topics.locations('demo', 'badge-evil'), place('badge-evil'));
    const operator = await api.signIn('operator');
    const located = async () =>
      (
        (await (await api.get('/api/v1/locations', operator)).json()) as {
          items: { provider_id: string }[];
        }
      ).items.map(({ provider_id }) => provider_id);
    await until(async () => (await located()).includes('badge-evil'), 'its own place');
    await until(async () => (await located()).includes('badge-read'), 'the badge that was read');
    expect(await located()).not.toContain('badge-victim');
    const machines = await (await api.get('/api/v1/machines', operator)).text();
    expect(machines).not.toContain('press-1');
  });

  it('[SEC-23] gives no alarm, plan, mute or answer in the name of another', async () => {
    const machine = await as('machine', 'press-4');
    await send(machine, topics.alarm('demo', 'cell-beacon', worker.name), { id: ulid() });
    await send(machine, topics.alarmRules('demo', 'cell-beacon'), { mutes: [] }, true);
    await shown('machine-press-4', 'publish', 2);
    // A worker in the name of another one, and as the API.
    const other = await as('worker', 'worker-7');
    await send(other, topics.alarm('demo', 'cell-beacon', worker.name), { id: ulid() });
    await send(other, topics.alarmEvents('demo', worker.name), { id: ulid() });
    await send(other, topics.alarmPlan('demo', worker.name), { lines: [] }, true);
    await send(other, topics.alarmRules('demo', 'cell-beacon'), { mutes: [] }, true);
    await shown('worker-worker-7', 'publish', 4);
    // A device that answers for another one.
    const beacon = await as('actuator', 'aisle-siren');
    await send(beacon, topics.alarmAnswers('demo', 'cell-beacon', worker.name), { id: ulid() });
    await shown('actuator-aisle-siren', 'publish');
    // Nobody else reads the plan, in which the keys are.
    for (const client of [machine, other, beacon]) {
      const granted = await client
        .subscribeAsync(topics.alarmPlan('demo', worker.name), { qos: 1 })
        .catch(() => [{ qos: 128 }]);
      expect(granted.every(({ qos }) => qos === 128)).toBe(true);
    }
  });

  it('[SEC-23] disarms no zone: nobody but the API writes what of it is armed, of no tenant', async () => {
    const topic = topics.arming('demo', 'hall-west.robot-cell');
    const content = JSON.stringify({ camera: 'hall-west', zone: 'robot-cell', states: [] });
    const forged = { content, signatures: { [worker.name]: '0'.repeat(64) } };
    const attackers = [
      ['machine', 'press-5'],
      ['worker', 'worker-8'],
      ['actuator', 'gate-siren'],
      ['gateway', 'west'],
    ] as const;
    let reader: MqttClient | undefined;
    for (const [kind, name] of attackers) {
      const client = await as(kind, name);
      if (kind === 'worker') reader = client;
      await send(client, topic, forged, true);
      // Nor takes away what is retained, which would arm, nor writes for another tenant.
      await send(client, topic, '', true);
      await send(client, topics.arming('other', 'hall-west.robot-cell'), forged, true);
      await shown(`${kind}-${name}`, 'publish', 3);
    }
    const got: string[] = [];
    reader!.on('message', (at) => got.push(at));
    const granted = await reader!.subscribeAsync(topics.arming('demo', '+'), { qos: 1 });
    expect(granted.map(({ qos }) => qos)).toEqual([1]);
    const other = await reader!
      .subscribeAsync(topics.arming('other', '+'), { qos: 1 })
      .catch(() => [{ qos: 128 }]);
    expect(other.every(({ qos }) => qos === 128)).toBe(true);
    expect(got).toEqual([]);
  });

  it('hides no refusal by texts that no column can keep', async () => {
    const thief = mqtt.connect(site.broker.url, {
      clientId: 'a\u0000b',
      username: `worker-\u0000${'x'.repeat(151)}😀`,
      password: 'guessed',
      protocolVersion: 4,
      reconnectPeriod: 0,
    });
    clients.push(thief);
    const refused = new Promise<void>((resolve) => thief.once('error', () => resolve()));
    const machine = await as('machine', 'press-3');
    await send(machine, `anshi/v1/demo/${'x'.repeat(241)}😀`, {});
    await send(machine, 'anshi/v1/demo/with\u0000zero', {});
    await refused;
    await shown('machine-press-3', 'publish', 2);
    const { detail } = await shown('(unknown)', 'sign-in');
    expect(detail).toContain('worker-\ufffdxxx');

    // What a badge tells is refused by its schema, with the field and the reason.
    const tracker = await as('tracker', 'badge-9');
    await send(tracker, topics.locations('demo', 'badge-9'), {
      position: { type: 'Point', coordinates: [3, 4] },
      source: 'hall\u0000',
      provider_type: 'uwb',
      provider_id: 'badge-9',
      timestamp_generated: new Date().toISOString(),
    });
    const schema = await shown('tracker-badge-9', 'schema');
    expect(schema.detail).toContain('U+0000');
    expect(schema.detail).toContain('source');
  });

  it('[SEC-23] is not believed as a worker whose credential is revoked, though the broker lets it in', async () => {
    interface Listed {
      items: { id: string; name: string }[];
    }
    const listed = (await (await api.get('/api/v1/devices?kind=worker', admin)).json()) as Listed;
    const { id } = listed.items.find(({ name }) => name === worker.name) ?? { id: '' };
    const picture = testFile('image/jpeg');
    await worker.put(picture);
    const answer = await api.post(`/api/v1/devices/${id}/revocation`, { reason: 'stolen' }, admin);
    expect(answer.status).toBe(200);
    // As by a broker that has its users from elsewhere.
    busUser(site, 'worker', worker.name);
    const before = (await violations()).length;
    const event = confirmedEvent(worker.name, picture);
    await worker.publish(event);
    await shown('worker-worker-1', 'revoked');
    expect(worker.acknowledgements(event.id)).toEqual([]);
    expect(await violations()).toHaveLength(before);

    // Nor is what it tells of its models.
    const loaded = loadedEvent(worker.name, event.time, [testModel('6.6.6')], ['hall-west']);
    const ofModels = topics.modelEvents('demo', worker.name);
    await worker.say(ofModels, loaded, false);
    await shown('worker-worker-1', 'revoked', 2);
    expect(worker.acknowledgements(loaded.id)).toEqual([]);
    const versions = async () => (await api.get('/api/v1/models/versions', admin)).text();
    expect(await versions()).not.toContain('6.6.6');

    const status: WorkerStatus = {
      worker: worker.name,
      online: true,
      at: new Date().toISOString(),
      http: 'http://127.0.0.1:9',
      cameras: ['hall-west'],
      liveEngine: null,
      model: null,
      outbox: null,
      recording: true,
      disk: null,
      warnings: [],
      configuration: null,
      problem: null,
    };
    const topic = topics.workerStatus('demo', worker.name);
    await worker.say(topic, status);
    await shown('worker-worker-1', 'revoked', 3);
    const known = async () =>
      (
        (await (await api.get('/api/v1/system', admin)).json()) as { workers: WorkerStatus[] }
      ).workers.find((one) => one.worker === worker.name);
    await until(async () => (await known())?.online === false, 'it is shown as gone');
    expect((await known())?.http).toBeNull();

    // With a new credential it is believed again, and what waited is recorded.
    await makeDevice(api, 'worker', worker.name);
    busUser(site, 'worker', worker.name);
    await worker.say(topic, status);
    await until(async () => (await known())?.online, 'it is believed');
    // Its connection ends with each new secret, so that an answer may be lost: a worker sends it again.
    const committed = () =>
      worker.acknowledgements(event.id).find(({ result }) => result === 'committed');
    let sentAt = Number.NEGATIVE_INFINITY;
    await until(async () => {
      if (performance.now() - sentAt > 2_000) {
        sentAt = performance.now();
        await worker.publish(event);
        await worker.say(ofModels, loaded, false);
      }
      return committed() && worker.acknowledgements(loaded.id).length > 0;
    }, 'what waited is recorded');
  });

  it('leaves no 200 MB of retained messages behind', async () => {
    const machine = await as('machine', 'flood');
    const topic = topics.machineState('demo', 'flood');
    for (let i = 0; i < 200; i++) {
      await machine.publishAsync(`${topic}/${i}`, Buffer.alloc(100_000, 'x'), {
        qos: 1,
        retain: true,
      });
    }
    await shown('machine-flood', 'publish', 200);
    await machine.publishAsync(topic, Buffer.alloc(100_000, 'x'), { qos: 1, retain: true });
    await shown('machine-flood', 'retained');
    const closed = new Promise<void>((resolve) => machine.once('close', () => resolve()));
    machine.publish(topic, Buffer.alloc(1_000_000, 'x'), { qos: 1, retain: true }, () => {});
    await closed;
    const listener = await as('api', 'looks');
    let bytes = 0;
    listener.on('message', (_topic, payload, { retain }) => {
      if (retain) bytes += payload.length;
    });
    await listener.subscribeAsync('anshi/v1/demo/#', { qos: 1 });
    await send(listener, topics.records('demo', 'end'), {});
    await new Promise<void>((resolve) => listener.once('message', () => resolve()));
    expect(bytes).toBeLessThan(100_000);
  });

  it('is told to those who administrate the bus, once for many, and shown to no one else', async () => {
    const notices = async (user: string) =>
      (
        (await (await api.get('/api/v1/notices?limit=100', await api.signIn(user))).json()) as {
          items: { kind: string; link: string | null; body: { en: string } }[];
        }
      ).items.filter(({ kind }) => kind === 'bus.refused');
    await until(async () => (await notices('admin')).length > 0, 'the notice');
    const [first] = await notices('admin');
    expect(first?.link).toBe('/admin/bus');
    expect(await notices('operator')).toEqual([]);
    expect((await api.get('/api/v1/bus', await api.signIn('operator'))).status).toBe(403);
    const machine = await as('machine', 'press-1');
    for (let i = 0; i < 20; i++) await send(machine, topics.records('demo', 'x'), {});
    await shown('machine-press-1', 'publish', 21);
    const ofMachine = (await notices('admin')).filter(({ body }) =>
      body.en.includes('machine-press-1: publishing without the right'),
    );
    expect(ofMachine).toHaveLength(1);
    const text = await (await api.get('/metrics')).text();
    expect(text).toMatch(/anshi_bus_refused_total\{kind="machine",what="publish"\} \d{2,}/);
    expect(existsSync(site.busUsers.path)).toBe(true);
    expect(JSON.stringify(await bus())).not.toContain('$7$');
    // The table of rights names each kind that is shown.
    for (const { kind } of (await bus()).users) expect(busKinds).toContain(kind);
    expect(filtersOf({ tenant: 'demo', kind: 'machine', name: 'x' }, 'subscribe')).toEqual([]);
  });
});
