import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BusKind,
  type BusRefusal,
  type BusUser,
  busKinds,
  busUserName,
  filtersOf,
  MAX_PACKET_BYTES,
  REFUSED_TOPIC,
  rightsOf,
  topics,
} from '@anshi/contracts';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBroker } from '../../embedded/broker.ts';
import { type Mosquitto, startMosquitto, startMosquittoByScript } from '../../testing/mosquitto.ts';
import { until } from '../../testing/site.ts';
import { BusUserFolder } from './folder.ts';

const SECRET = 'a-secret-of-a-user-of-the-bus';
const nameOf = (kind: BusKind) => (kind === 'api' || kind === 'simulator' ? '' : 'one');
const users: BusUser[] = busKinds.map((kind) => ({ tenant: 'demo', kind, name: nameOf(kind) }));

/**
 * Every topic that can be written: own, another device's, another tenant's, and unassigned ones.
 */
const probes = [
  ...users.flatMap((user) =>
    ['one', 'two'].flatMap((name) => filtersOf({ ...user, name }, 'publish')),
  ),
  ...filtersOf({ tenant: 'other', kind: 'worker', name: 'one' }, 'publish'),
  ...['one', 'two'].map((name) => topics.configuration('demo', name)),
  'anshi/v1/demo/commands/one',
  'anything',
].map((topic) => topic.replaceAll('+', 'level'));

interface Broker {
  url: string;
  folder: string;
  users: BusUserFolder;
  /** After the users changed. */
  changed(): void;
  stop(): Promise<void>;
}

async function open(kind: 'embedded' | 'mosquitto'): Promise<Broker> {
  const folder = await mkdtemp(join(tmpdir(), 'anshi-brokers-'));
  await chmod(folder, 0o755);
  const kept = new BusUserFolder(join(folder, 'bus-users'));
  for (const user of users) await kept.put({ ...user, secret: SECRET });
  const remove = () => rm(folder, { recursive: true, force: true });
  if (kind === 'embedded') {
    const broker = await startBroker({ users: kept });
    const stop = () => broker.stop().then(remove);
    return { url: broker.url, folder, users: kept, changed: () => {}, stop };
  }
  const broker: Mosquitto = await startMosquitto({
    folder,
    passwords: join(kept.path, 'passwords'),
    acl: join(kept.path, 'acl'),
  });
  const stop = () => broker.stop().then(remove);
  return { url: broker.url, folder, users: kept, changed: () => broker.reload(), stop };
}

describe.each(['embedded', 'mosquitto'] as const)(
  'the rights on the bus, by the %s broker',
  (kind) => {
    let broker: Broker;
    const open_: MqttClient[] = [];

    beforeAll(async () => {
      broker = await open(kind);
    });
    afterAll(async () => {
      for (const client of open_) await client.endAsync(true);
      await broker?.stop();
    });

    async function connect(options: IClientOptions): Promise<MqttClient> {
      const client = await mqtt.connectAsync(broker.url, {
        protocolVersion: 4,
        reconnectPeriod: 0,
        ...options,
      });
      client.on('error', () => {});
      open_.push(client);
      return client;
    }
    const signIn = (user: BusUser, more: IClientOptions = {}) =>
      connect({
        username: busUserName(user),
        password: SECRET,
        clientId: busUserName(user),
        ...more,
      });
    const of = (wanted: BusKind) => users.find((user) => user.kind === wanted) as BusUser;
    const end = (client: MqttClient) => client.endAsync(true);

    it('refuses connections without a user, with a wrong secret or another user’s name', async () => {
      await expect(connect({ clientId: 'api' })).rejects.toThrow(/authori|user ?name/i);
      for (const [username, password] of [
        ['api', 'wrong'],
        ['api', ''],
        ['nobody', SECRET],
        ['../bus-users/api', SECRET],
        ['worker-two', SECRET],
      ]) {
        const options = { clientId: 'api', username: username ?? '', password: password ?? '' };
        await expect(connect(options), username).rejects.toThrow(/authori|user ?name/i);
      }
    });

    it('binds the client id to the user: a session is not taken over', async () => {
      const api = await signIn(of('api'));
      let lost = false;
      api.on('close', () => {
        lost = true;
      });
      // Either it is refused, or it is connected under its own name.
      const thief = await signIn(of('machine'), { clientId: 'api' }).catch(() => null);
      await api.publishAsync(topics.records('demo', 'probe'), '{}', { qos: 1 });
      expect(lost).toBe(false);
      if (thief) await end(thief);
      await end(api);
    });

    it.each(busKinds)('a %s writes what the table gives it, and nothing else', async (wanted) => {
      const user = of(wanted);
      const hears = await signIn(of('api'), { clientId: 'api' });
      const heard: string[] = [];
      hears.on('message', (topic) => heard.push(topic));
      await hears.subscribeAsync('anshi/v1/demo/#', { qos: 1 });
      const writer = wanted === 'api' ? hears : await signIn(user);
      for (const topic of probes) await writer.publishAsync(topic, '{}', { qos: 1 });
      // The last message of the same connection: what was to come has come before it.
      const rights = rightsOf(user);
      const expected = probes.filter((topic) => rights.mayPublish(topic));
      await until(() => expected.every((topic) => heard.includes(topic)), 'all that it may write');
      if (wanted !== 'api') {
        await hears.publishAsync(topics.records('demo', 'end'), '{}', { qos: 1 });
        await until(() => heard.includes(topics.records('demo', 'end')), 'the end');
      }
      const beyond = heard.filter((topic) => !rights.mayPublish(topic));
      expect(beyond.filter((topic) => topic !== topics.records('demo', 'end'))).toEqual([]);
      await end(writer);
      if (writer !== hears) await end(hears);
    });

    it.each(busKinds)(
      'a %s hears what the table gives it, however much it asks for',
      async (wanted) => {
        const user = of(wanted);
        const reader = await signIn(user);
        const heard: string[] = [];
        reader.on('message', (topic) => heard.push(topic));
        const asked = [
          '#',
          'anshi/v1/#',
          '+/+/+/+/+',
          '+/+/+/+/+/+',
          '$SYS/#',
          ...filtersOf(user, 'subscribe'),
        ];
        for (const filter of asked) await reader.subscribeAsync(filter, { qos: 1 }).catch(() => {});
        const written = probes.filter((topic) =>
          users.some((one) => one.tenant === 'demo' && rightsOf(one).mayPublish(topic)),
        );
        for (const writer of users) {
          const rights = rightsOf(writer);
          const own = written.filter((topic) => rights.mayPublish(topic));
          const client = writer.kind === wanted ? reader : await signIn(writer);
          for (const topic of own) await client.publishAsync(topic, '{}', { qos: 1 });
          if (client !== reader) await end(client);
        }
        const rights = rightsOf(user);
        const expected = written.filter((topic) => rights.mayReceive(topic));
        await until(() => expected.every((topic) => heard.includes(topic)), 'all that it may hear');
        expect(heard.filter((topic) => !rights.mayReceive(topic))).toEqual([]);
        await end(reader);
      },
    );

    it('ends a connection by a packet that is too large, and keeps nothing of it', async () => {
      const machine = await signIn(of('machine'));
      const closed = new Promise<void>((resolve) => machine.once('close', () => resolve()));
      machine.publish(
        topics.machineState('demo', 'one'),
        Buffer.alloc(MAX_PACKET_BYTES + 1, 'x'),
        { qos: 1, retain: true },
        () => {},
      );
      if (kind === 'embedded') await closed;
      const api = await signIn(of('api'));
      let kept = 0;
      api.on('message', (_topic, payload) => {
        kept = Math.max(kept, payload.length);
      });
      await api.subscribeAsync('anshi/v1/demo/machines/+/state', { qos: 1 });
      await api.subscribeAsync(topics.records('demo', 'end'), { qos: 1 });
      await api.publishAsync(topics.records('demo', 'end'), '{}', { qos: 1 });
      await until(() => kept > 0, 'the end');
      expect(kept).toBeLessThan(MAX_PACKET_BYTES);
      await end(api);
      await end(machine);
    });

    it('knows a new user at once, and one with a new secret by the new one alone', async () => {
      const reader: BusUser = { tenant: 'demo', kind: 'reader', name: 'gate-7' };
      await broker.users.put({ ...reader, secret: 'the-first-secret-of-it' });
      broker.changed();
      const isLetIn = (password: string) =>
        signIn(reader, { password }).then(
          (client) => end(client).then(() => true),
          () => false,
        );
      await until(() => isLetIn('the-first-secret-of-it'), 'it is let in');
      await broker.users.put({ ...reader, secret: 'another-secret-of-it' });
      broker.changed();
      await until(() => isLetIn('another-secret-of-it'), 'it is let in by the new one');
      expect(await isLetIn('the-first-secret-of-it')).toBe(false);
      await broker.users.remove(reader);
      broker.changed();
      await until(async () => !(await isLetIn('another-secret-of-it')), 'it is gone');
    });
  },
);

/** Puts a program before mosquitto_passwd that writes down its arguments. @returns the file of them. */
async function recordArguments(folder: string): Promise<string> {
  const [bin, log] = [join(folder, 'bin'), join(folder, 'arguments')];
  await mkdir(bin);
  const script = `#!/bin/sh\nprintf '%s\\n' "$@" >> '${log}'\nPATH=$(printf %s "$PATH" | cut -d: -f2-)\nexec mosquitto_passwd "$@"\n`;
  await writeFile(join(bin, 'mosquitto_passwd'), script, { mode: 0o755 });
  return log;
}

describe('mosquitto as the container starts it', () => {
  it('has a user for each part and, while it runs, those of devices that the API adds', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'anshi-compose-'));
    await chmod(folder, 0o755);
    const devices = new BusUserFolder(join(folder, 'users'));
    const log = await recordArguments(folder);
    const broker = await startMosquittoByScript(folder, devices.path, {
      API_PASSWORD: SECRET,
      WORKER_1_PASSWORD: SECRET,
      PATH: `${join(folder, 'bin')}:${process.env.PATH}:/usr/sbin:/usr/local/sbin`,
    });
    const isLetIn = async (username: string, password = SECRET) => {
      const options = { protocolVersion: 4 as const, reconnectPeriod: 0, clientId: username };
      const client = mqtt.connect(broker.url, { ...options, username, password });
      const isIn = await new Promise<boolean>((resolve) => {
        client.once('connect', () => resolve(true));
        client.once('error', () => resolve(false));
      });
      await client.endAsync(true);
      return isIn;
    };
    try {
      expect(await Promise.all(['api', 'worker-worker-1'].map((user) => isLetIn(user)))).toEqual([
        true,
        true,
      ]);
      // Arguments of programs are in the list of processes, for every user of the machine.
      const given = await readFile(log, 'utf8');
      expect(given).toContain('passwords.new');
      expect(given).not.toContain(SECRET);
      const health = await readFile(join(folder, 'health', 'mosquitto_sub'), 'utf8');
      const [, password = ''] = /^-P (.+)$/m.exec(health) ?? [];
      expect(password).toHaveLength(64);
      expect(given).not.toContain(password);
      expect(await isLetIn('health', password)).toBe(true);
      expect(await isLetIn('simulator', '')).toBe(false);
      expect(await isLetIn('machine-press-1')).toBe(false);
      await devices.put({ tenant: 'demo', kind: 'machine', name: 'press-1', secret: SECRET });
      // The API's own user has its password from .env alone.
      await devices.put({
        tenant: 'demo',
        kind: 'api',
        name: '',
        secret: 'of the folder, not of .env',
      });
      await until(() => isLetIn('machine-press-1'), 'the device is let in');
      expect(await isLetIn('api', 'of the folder, not of .env')).toBe(false);
      expect(await isLetIn('api')).toBe(true);
      await devices.remove({ tenant: 'demo', kind: 'machine', name: 'press-1' });
      await until(async () => !(await isLetIn('machine-press-1')), 'it is gone');
    } finally {
      await broker.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('the embedded broker', () => {
  let broker: Broker;
  let api: MqttClient;
  const told: BusRefusal[] = [];
  const retained: number[] = [];

  beforeAll(async () => {
    broker = await open('embedded');
    api = await mqtt.connectAsync(broker.url, {
      protocolVersion: 4,
      clientId: 'api',
      username: 'api',
      password: SECRET,
    });
    api.on('message', (topic, payload) => {
      if (topic === REFUSED_TOPIC) told.push(...JSON.parse(payload.toString()));
    });
    await api.subscribeAsync(REFUSED_TOPIC);
  });
  afterAll(async () => {
    await api?.endAsync(true);
    await broker?.stop();
  });

  const signIn = (user: string) =>
    mqtt.connectAsync(broker.url, {
      protocolVersion: 4,
      clientId: user,
      username: user,
      password: SECRET,
      reconnectPeriod: 0,
    });
  const counted = (user: string, what: string) =>
    told
      .filter((one) => one.user === user && one.what === what)
      .reduce((n, one) => n + one.count, 0);

  it('reports refusals to the API, with user and count', async () => {
    const machine = await signIn('machine-one');
    for (let i = 0; i < 50; i++) {
      await machine.publishAsync(topics.acknowledgements('demo', 'one'), '{}', { qos: 1 });
    }
    await machine.subscribeAsync('#').catch(() => {});
    await signIn('worker-none').catch(() => {});
    await until(() => counted('machine-one', 'publish') === 50, 'the messages');
    await until(() => counted('machine-one', 'subscribe') === 1, 'the subscription');
    await until(() => counted('worker-none', 'sign-in') === 1, 'the sign-in');
    await machine.endAsync(true);
  });

  it('keeps no more retained messages of a user than its kind may have', async () => {
    const simulator = await signIn('simulator');
    const state = 'x'.repeat(100_000);
    for (let i = 0; i < 40; i++) {
      await simulator.publishAsync(topics.machineState('demo', `m-${i}`), state, {
        qos: 1,
        retain: true,
      });
    }
    await until(() => counted('simulator', 'retained') > 0, 'the rest is refused');
    const reader = await signIn('api').catch(() => null);
    expect(reader).not.toBeNull();
    reader?.on('message', (_topic, payload) => retained.push(payload.length));
    await reader?.subscribeAsync('anshi/v1/demo/machines/+/state', { qos: 1 });
    await until(() => retained.length > 0, 'what is retained');
    await new Promise((resolve) => setTimeout(resolve, 200));
    const bytes = retained.reduce((sum, one) => sum + one, 0);
    expect(bytes).toBeLessThanOrEqual(1024 * 1024);
    // Room is made by an empty one.
    for (let i = 0; i < 40; i++) {
      await simulator.publishAsync(topics.machineState('demo', `m-${i}`), '', {
        qos: 1,
        retain: true,
      });
    }
    const before = counted('simulator', 'retained');
    await simulator.publishAsync(topics.machineState('demo', 'm-1'), state, {
      qos: 1,
      retain: true,
    });
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(counted('simulator', 'retained')).toBe(before);
    await simulator.endAsync(true);
    await reader?.endAsync(true);
  });

  it('slows down who sends more than its kind may', async () => {
    const machine = await signIn('machine-one');
    const began = performance.now();
    await Promise.all(
      Array.from({ length: 130 }, () =>
        machine.publishAsync(topics.machineState('demo', 'one'), '{}', { qos: 1 }),
      ),
    );
    // 100 at once, the other 30 at 20 a second.
    expect(performance.now() - began).toBeGreaterThan(1_000);
    await machine.endAsync(true);
  });

  it('ends the connection of a user that is taken away', async () => {
    const tracker = await signIn('tracker-one');
    const closed = new Promise<void>((resolve) => tracker.once('close', () => resolve()));
    await broker.users.remove({ tenant: 'demo', kind: 'tracker', name: 'one' });
    await closed;
    await expect(signIn('tracker-one')).rejects.toThrow();
  });

  it('gives no user of one tenant to another', async () => {
    const reader = { kind: 'reader', name: 'shared' } as const;
    await broker.users.put({ ...reader, tenant: 'demo', secret: SECRET });
    const before = broker.users.find('reader-shared');
    await expect(
      broker.users.put({ ...reader, tenant: 'other', secret: 'a-secret-of-the-other' }),
    ).rejects.toThrow('the user reader-shared of the bus is of the tenant demo');
    expect(broker.users.find('reader-shared')).toEqual(before);
    await broker.users.remove({ ...reader, tenant: 'demo' });
  });

  it('keeps the users where their owner alone reads them', async () => {
    const modes = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
    expect(await modes(broker.users.path)).toBe('700');
    for (const name of await readdir(broker.users.path)) {
      expect(await modes(join(broker.users.path, name)), name).toBe('600');
    }
    for (const user of await broker.users.list()) expect(user).not.toHaveProperty('hash');
  });
});
