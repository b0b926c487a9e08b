import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type BusRefusal, REFUSED_TOPIC, topics } from '@anshi/contracts';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUS_USER_SECRET, openTestBroker, type TestBroker } from '../../testing/bus-brokers.ts';
import { until } from '../../testing/site.ts';

describe('the embedded broker', () => {
  let broker: TestBroker;
  let api: MqttClient;
  const told: BusRefusal[] = [];
  const retained: number[] = [];

  beforeAll(async () => {
    broker = await openTestBroker('embedded');
    api = await mqtt.connectAsync(broker.url, {
      protocolVersion: 4,
      clientId: 'api',
      username: 'api',
      password: BUS_USER_SECRET,
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
      password: BUS_USER_SECRET,
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
    await broker.users.put({ ...reader, tenant: 'demo', secret: BUS_USER_SECRET });
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
