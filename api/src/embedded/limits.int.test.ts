import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectSocket, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BusKind,
  type BusRefusal,
  busKinds,
  busRights,
  busUserName,
  REFUSED_TOPIC,
  topics,
} from '@anshi/contracts';
import mqtt, { type IClientOptions, MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { BusUserFolder } from '../platform/bus-users/folder.ts';
import { until } from '../testing/site.ts';
import { type EmbeddedBroker, startBroker } from './broker.ts';

const SECRET = 'a-secret-of-a-user-of-the-bus';
const KIB = 1024;
const status = topics.workerStatus('demo', 'one');
const observations = topics.observations('demo', 'one', 'hall-west');

let folder: string;
let users: BusUserFolder;
let broker: EmbeddedBroker;
let api: MqttClient;
const told: BusRefusal[] = [];
const clients: MqttClient[] = [];

const userOf = (kind: BusKind) =>
  busUserName({ kind, name: kind === 'api' || kind === 'simulator' ? '' : 'one' });
const optionsOf = (username: string, more: IClientOptions = {}): IClientOptions => ({
  protocolVersion: 4,
  reconnectPeriod: 0,
  clientId: username,
  username,
  password: SECRET,
  ...more,
});
async function signIn(kind: BusKind, more: IClientOptions = {}, url = broker.url) {
  const client = await mqtt.connectAsync(url, optionsOf(userOf(kind), more));
  client.on('error', () => {});
  clients.push(client);
  return client;
}
const happens = (client: MqttClient, what: 'connect' | 'close') =>
  new Promise<void>((resolve) => client.once(what, () => resolve()));
const counted = (user: string, what: string) =>
  told
    .filter((one) => one.user === user && one.what === what)
    .reduce((sum, { count }) => sum + count, 0);
const listen = async (client: MqttClient) => {
  client.on('message', (topic, payload) => {
    if (topic === REFUSED_TOPIC) told.push(...JSON.parse(payload.toString()));
  });
  await client.subscribeAsync(REFUSED_TOPIC);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-broker-limits-'));
  users = new BusUserFolder(join(folder, 'bus-users'));
  for (const kind of busKinds) {
    const name = kind === 'api' || kind === 'simulator' ? '' : 'one';
    await users.put({ tenant: 'demo', kind, name, secret: SECRET });
  }
  broker = await startBroker({ users });
  api = await mqtt.connectAsync(broker.url, optionsOf('api'));
  await listen(api);
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.endAsync(true);
});
afterAll(async () => {
  await api?.endAsync(true);
  await broker?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('what the embedded broker keeps of a client', () => {
  it('is no more messages than its kind may have waiting, and what is dropped is told', async () => {
    const away = await signIn('integrator', { clean: false });
    await away.subscribeAsync(status, { qos: 1 });
    await away.endAsync(true);
    const worker = await signIn('worker');
    const payload = Buffer.alloc(100 * KIB, 'x');
    // 25 MB, of which 16 may wait.
    for (let i = 0; i < 250; i++) await worker.publishAsync(status, payload, { qos: 1 });
    await until(() => counted('integrator-one', 'queue') > 0, 'what is dropped is told');
    let bytes = 0;
    let isEnd = false;
    const back = new MqttClient(
      () => connectSocket(broker.port, '127.0.0.1'),
      optionsOf('integrator-one', { clean: false }),
    );
    clients.push(back);
    back.on('message', (topic, message) => {
      if (topic === status && message.length < KIB) isEnd = true;
      else bytes += message.length;
    });
    await happens(back, 'connect');
    const { queuedBytes } = busRights.integrator.limits;
    const room = Math.floor(queuedBytes / (payload.length + status.length)) * payload.length;
    await until(() => bytes >= room, 'what waited has come');
    await until(async () => {
      await worker.publishAsync(status, 'the end', { qos: 1 });
      return isEnd;
    }, 'what comes now');
    expect(bytes).toBe(room);
  });

  it('is no more filters than a hundred', async () => {
    const worker = await signIn('worker');
    const filters = Array.from({ length: 150 }, (_one, i) => topics.machineState('demo', `m-${i}`));
    let granted = 0;
    for (const filter of filters) {
      await worker.subscribeAsync(filter).then(
        () => granted++,
        () => {},
      );
    }
    expect(granted).toBe(100);
    await worker.unsubscribeAsync(filters[0] ?? '');
    await worker.subscribeAsync(filters[149] ?? '');
    await until(() => counted('worker-one', 'subscribe') === 50, 'they are told');
  });

  it('ends the connection of one that does not read, and no other waits for it', async () => {
    const reader = await signIn('integrator');
    await reader.subscribeAsync(observations);
    const socket = reader.stream as Socket;
    socket.unpipe();
    socket.pause();
    const closed = happens(reader, 'close');
    let heard = 0;
    api.on('message', (topic) => {
      if (topic === observations) heard++;
    });
    await api.subscribeAsync(observations);
    onTestFinished(async () => void (await api.unsubscribeAsync(observations)));
    const worker = await signIn('worker');
    const payload = Buffer.alloc(200 * KIB, 'x');
    // 60 MB, of which half may wait for the one that does not read.
    for (let i = 0; i < 300; i++) await worker.publishAsync(observations, payload, { qos: 1 });
    await until(() => heard === 300, 'all of it reaches the API');
    await until(() => told.some(({ topic }) => topic?.includes('were not read')), 'it is told');
    socket.resume();
    await closed;
  });
});

describe('the rates of the embedded broker', () => {
  it('are those of a user, however often it connects', async () => {
    const began = performance.now();
    for (let round = 0; round < 3; round++) {
      const machine = await signIn('machine');
      for (let i = 0; i < 45; i++) {
        await machine.publishAsync(topics.machineState('demo', 'one'), '{}', { qos: 1 });
      }
      await machine.endAsync(true);
    }
    // 100 at once, the other 35 at 20 a second.
    expect(performance.now() - began).toBeGreaterThan(1_000);
  });

  it('leave room for others where one address opens connections that do not sign in', async () => {
    const sockets = Array.from({ length: 300 }, () => connectSocket(broker.port, '127.0.0.1'));
    let closed = 0;
    for (const socket of sockets) {
      socket
        .on('error', () => {})
        .on('close', () => closed++)
        .resume();
    }
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    await until(() => closed >= 50, 'those beyond the limit are closed');
    const elsewhere = new MqttClient(
      () => connectSocket({ port: broker.port, host: '127.0.0.1', localAddress: '127.0.0.2' }),
      optionsOf('reader-one'),
    );
    clients.push(elsewhere);
    await happens(elsewhere, 'connect');
    for (const socket of sockets) socket.destroy();
    // The same address is let in again, where its connections are gone.
    const again = mqtt.connect(broker.url, optionsOf('tracker-one', { reconnectPeriod: 20 }));
    clients.push(again);
    await happens(again, 'connect');
    await until(
      () => told.some(({ user, what }) => user.includes('127.0.0.1') && what === 'rate'),
      'it is told',
    );
  });

  it('hide no refusal of a user behind invented names', async () => {
    const open = await startBroker({ users, isSlowed: false });
    onTestFinished(() => open.stop());
    const hears = await signIn('api', {}, open.url);
    await listen(hears);
    const invented = Array.from({ length: 250 }, (_one, i) =>
      mqtt.connectAsync(open.url, optionsOf(`worker-invented-${i}`)).catch(() => {}),
    );
    await Promise.all(invented);
    const machine = await signIn('machine', {}, open.url);
    const before = counted('machine-one', 'publish');
    await machine.publishAsync(topics.records('demo', 'x'), '{}', { qos: 1 });
    await until(() => counted('machine-one', 'publish') > before, 'its refusal is told');
    const names = new Set(told.map(({ user }) => user).filter((user) => /invented/.test(user)));
    expect(names.size).toBeLessThan(20);
  });
});
