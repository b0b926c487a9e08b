import {
  type BusKind,
  type BusUser,
  busKinds,
  busRights,
  busUserName,
  filtersOf,
  MAX_PACKET_BYTES,
  rightsOf,
  topics,
} from '@anshi/contracts';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BUS_USER_SECRET,
  busUsers,
  openTestBroker,
  type TestBroker,
} from '../../testing/bus-brokers.ts';
import { until } from '../../testing/site.ts';

/**
 * Every topic that can be written: own, another device's, another tenant's, and unassigned ones.
 */
const probes = [
  ...busUsers.flatMap((user) =>
    ['one', 'two'].flatMap((name) => filtersOf({ ...user, name }, 'publish')),
  ),
  ...filtersOf({ tenant: 'other', kind: 'worker', name: 'one' }, 'publish'),
  ...['one', 'two'].map((name) => topics.configuration('demo', name)),
  'anshi/v1/demo/commands/one',
  'anything',
].map((topic) => topic.replaceAll('+', 'level'));

/** Without waiting for each answer, which the network delays; the broker takes them in order. */
const publishAll = (client: MqttClient, sent: readonly string[]) =>
  Promise.all(sent.map((topic) => client.publishAsync(topic, '{}', { qos: 1 })));

describe.each(['embedded', 'mosquitto'] as const)(
  'the rights on the bus, by the %s broker',
  (kind) => {
    let broker: TestBroker;
    const open_: MqttClient[] = [];

    beforeAll(async () => {
      broker = await openTestBroker(kind);
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
        password: BUS_USER_SECRET,
        clientId: busUserName(user),
        ...more,
      });
    const of = (wanted: BusKind) => busUsers.find((user) => user.kind === wanted) as BusUser;
    const end = (client: MqttClient) => client.endAsync(true);
    /** Kinds that write nothing are slowed down after some messages: several users of one share the probes. */
    async function writersOf(user: BusUser): Promise<MqttClient[]> {
      const { publish, limits } = busRights[user.kind];
      const count = publish.length > 0 ? 1 : Math.ceil(probes.length / limits.burst);
      const all = [user];
      for (let n = 1; n < count; n++) all.push({ ...user, name: `${user.name}-${n}` });
      for (const one of all.slice(1)) await broker.users.put({ ...one, secret: BUS_USER_SECRET });
      broker.changed();
      return Promise.all(
        all.map((one) => until(() => signIn(one).catch(() => null), `${one.name} is let in`)),
      );
    }

    it('refuses connections without a user, with a wrong secret or another user’s name', async () => {
      await expect(connect({ clientId: 'api' })).rejects.toThrow(/authori|user ?name/i);
      for (const [username, password] of [
        ['api', 'wrong'],
        ['api', ''],
        ['nobody', BUS_USER_SECRET],
        ['../bus-users/api', BUS_USER_SECRET],
        ['worker-two', BUS_USER_SECRET],
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
      const writers = wanted === 'api' ? [hears] : await writersOf(user);
      const each = Math.ceil(probes.length / writers.length);
      const shares = writers.map((_, n) => probes.slice(n * each, (n + 1) * each));
      await Promise.all(writers.map((writer, n) => publishAll(writer, shares[n] ?? [])));
      // The brokers have answered all of them: what was to come has come before this one.
      const rights = rightsOf(user);
      const expected = probes.filter((topic) => rights.mayPublish(topic));
      await until(() => expected.every((topic) => heard.includes(topic)), 'all that it may write');
      if (wanted !== 'api') {
        await hears.publishAsync(topics.records('demo', 'end'), '{}', { qos: 1 });
        await until(() => heard.includes(topics.records('demo', 'end')), 'the end');
      }
      const beyond = heard.filter((topic) => !rights.mayPublish(topic));
      expect(beyond.filter((topic) => topic !== topics.records('demo', 'end'))).toEqual([]);
      for (const writer of new Set([...writers, hears])) await end(writer);
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
          busUsers.some((one) => one.tenant === 'demo' && rightsOf(one).mayPublish(topic)),
        );
        for (const writer of busUsers) {
          const rights = rightsOf(writer);
          const own = written.filter((topic) => rights.mayPublish(topic));
          const client = writer.kind === wanted ? reader : await signIn(writer);
          await publishAll(client, own);
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
