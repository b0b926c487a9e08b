import { cloudEvent, topics } from '@anshi/contracts';
import mqtt from 'mqtt';
import pino from 'pino';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { busUser, openSite, type Site, until } from '../../testing/site.ts';
import { systemCaller } from '../access/caller.ts';
import { type Bus, connectBus } from '../bus.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { createUnits, type Units } from '../db/unit-of-work.ts';
import type { Loop } from '../feed/loop.ts';
import { startPublisher } from './publisher.ts';

const log = pino({ level: 'silent' });
let site: Site;
let database: Database;
let bus: Bus;
let second: Bus;
let units: Units;
let publishers: Loop[];
let heard: { topic: string; message: { id: string; data: { n: number } } }[] = [];
let listener: mqtt.MqttClient;

const envelope = cloudEvent('cn.anshi.probe.made.v1', z.object({ n: z.number() }));
const demo = { tenant: 'demo', user: null };

beforeAll(async () => {
  site = await openSite();
  database = openDatabase((await site.freshDatabase()).appUrl);
  bus = connectBus(busUser(site, 'api', 'one').url, 'one', log);
  second = connectBus(busUser(site, 'api', 'two').url, 'two', log);
  // Two processes: each event is published once all the same.
  publishers = [bus, second].map((one) =>
    startPublisher({ database, bus: one, tenant: 'demo', log, everyMs: 100 }),
  );
  units = createUnits({
    database,
    onEvents: () => publishers[0]?.nudge(),
    onError: () => {},
  });
  const { url, options } = busUser(site, 'integrator', 'listener');
  listener = mqtt.connect(url, options);
  listener.on('connect', () => listener.subscribe('anshi/v1/demo/records/+', { qos: 1 }));
  listener.on('message', (topic, payload) => {
    heard.push({ topic, message: JSON.parse(payload.toString()) });
  });
  await until(() => listener.connected && bus.connected && second.connected, 'on the bus');
});
afterAll(async () => {
  for (const publisher of publishers ?? []) await publisher.close();
  await listener?.endAsync(true);
  await bus?.close();
  await second?.close();
  await database?.close();
  await site?.stop();
});

const tell = (n: number) =>
  units.run(systemCaller('demo'), (unit) =>
    unit.emit({ entity: 'probe', what: 'made', subject: `p-${n}`, data: { n } }),
  );
const numbers = () => heard.map(({ message }) => message.data.n);

describe('the outbox', () => {
  it('publishes committed events as CloudEvents, in order, once', async () => {
    heard = [];
    for (let n = 0; n < 50; n++) await tell(n);
    await until(() => heard.length >= 50, 'fifty events');
    expect(numbers()).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect(heard[0]?.topic).toBe(topics.records('demo', 'probe'));
    expect(envelope.parse(heard[0]?.message)).toMatchObject({ source: '/api', subject: 'p-0' });
    const cleared = async () =>
      database.transaction(demo, async (tx) => {
        const marks = await tx.outboxMark.count();
        const at = await tx.feedPosition.findFirst({ where: { feed: 'bus' } });
        return marks === 0 && at?.settled === 50n;
      });
    await until(cleared, 'the position settles and needs no marks');
    expect(heard).toHaveLength(50);
  });

  it('publishes an event that commits after later ones were published', async () => {
    heard = [];
    let finish: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let begun: () => void = () => {};
    const hasBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const slow = database.transaction(demo, async (tx) => {
      const row = { tenantId: 'demo', id: ulid(), type: 'cn.anshi.probe.made.v1', entity: 'probe' };
      await tx.outboxEvent.create({ data: { ...row, data: { n: 100 } } });
      begun();
      await held;
    });
    await hasBegun;
    await tell(101);
    await until(() => numbers().includes(101), 'the later one is published');
    // Several more polls, so that a reader of the highest number would have skipped it.
    await tell(102);
    await until(() => numbers().includes(102), 'and another');
    finish();
    await slow;
    await until(() => numbers().includes(100), 'the slow one is published');
    expect(numbers()).toEqual([101, 102, 100]);
  });

  it('loses nothing while the broker is unavailable', async () => {
    heard = [];
    await site.restartBroker(async () => {
      await until(() => !bus.connected && !second.connected, 'the broker is away');
      for (let n = 200; n < 210; n++) await tell(n);
    });
    await until(() => new Set(numbers()).size === 10, 'what waited is told');
    // Duplicates have the same id.
    expect(new Set(heard.map(({ message }) => message.id)).size).toBe(10);
  });
});
