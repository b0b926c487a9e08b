import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BusKind, type BusUser, busKinds, topics, violationEvent } from '@anshi/contracts';
import { signatureFault, signMessage, workerBusKey } from '@anshi/contracts/bus-signature';
import mqtt, { type MqttClient } from 'mqtt';
import { startBroker } from '../../api/src/embedded/broker.ts';
import { startDatabase } from '../../api/src/embedded/database.ts';
import { BusUserFolder } from '../../api/src/platform/bus-users/folder.ts';
import { openDatabase } from '../../api/src/platform/db/database.ts';
import { migrate } from '../../api/src/platform/db/migrate.ts';
import {
  BUS_KEYS_SECRET,
  busUser,
  type Site,
  startApi,
  until,
} from '../../api/src/testing/site.ts';
import { confirmedEvent, startWorker, testFile } from '../../api/src/testing/worker.ts';
import { FORGED, forgedTopics, forgeries } from './forgeries.ts';
import { note, quantile, tell } from './result.ts';
import { TARGETS } from './targets.ts';

/*
 * What an attacker on the bus reaches, and what signatures cost. An API with its database, the embedded
 * broker and a worker run; each kind of user that may not sends forged messages on every topic of the table of
 * rights while the worker reports violations. Then events are sent with and without signatures, in turns.
 */
const { values } = parseArgs({
  options: {
    forged: { type: 'string', default: '10000' },
    events: { type: 'string', default: '60' },
    messages: { type: 'string', default: '4000' },
    rounds: { type: 'string', default: '5' },
  },
});
const [forged, events, messages, rounds] = [
  values.forged,
  values.events,
  values.messages,
  values.rounds,
].map(Number) as [number, number, number, number];

const folder = await mkdtemp(join(tmpdir(), 'anshi-bench-bus-'));
await chmod(folder, 0o755);
const server = await startDatabase({ folder: join(folder, 'postgres') });
const busUsers = new BusUserFolder(join(folder, 'shared-data', 'bus-users'));
// At its own rates, an attacker would need hours for what is to be measured.
const broker = await startBroker({ users: busUsers, isSlowed: false });
const site = { folder, broker, busUsers } as Site;

async function connect(user: BusUser): Promise<MqttClient> {
  const { url, options } = busUser(site, user.kind, user.name);
  const client = await mqtt.connectAsync(url, options);
  client.on('error', () => {});
  return client;
}
/** A user of each kind that is none of those whom the messages are of. */
const attackers: BusUser[] = busKinds
  .filter((kind: BusKind) => kind !== 'api' && kind !== 'simulator')
  .map((kind) => ({ tenant: 'demo', kind, name: 'attacker' }));

let isOk = false;
try {
  await migrate(server.adminUrl, server.appUrl, { id: 'demo', name: { zh: 'demo', en: 'demo' } });
  const api = await startApi(site, server.appUrl);
  const worker = await startWorker(site, api);
  const database = openDatabase(server.appUrl);
  const count = () =>
    database.transaction({ tenant: 'demo', user: null }, async (tx) => ({
      violations: await tx.violation.count(),
      announcements: await tx.modelAnnouncement.count(),
      locations: await tx.locationHistory.count(),
      machines: await tx.machineState.count(),
      alarms: await tx.alarm.count(),
      commands: await tx.command.count(),
      leases: await tx.cameraLease.count(),
    }));
  const before = await count();
  // Who hears what passed the broker: everything of the tenant, as the API does.
  const { url, options } = busUser(site, 'api', 'listener');
  const listener = await mqtt.connectAsync(url, options);
  const own = new Set<string>();
  let passed = 0;
  listener.on('message', (_, payload) => {
    if (payload.includes(FORGED)) passed += 1;
  });
  await listener.subscribeAsync('anshi/v1/#', { qos: 1 }).catch(() => {});
  await listener.subscribeAsync('anshi/v1/demo/#', { qos: 1 });

  note(`${attackers.length} attackers send ${forged} forged messages each`);
  const began = performance.now();
  let sending = true;
  const attack = Promise.all(
    attackers.map(async (user) => {
      const client = await connect(user);
      const kinds = forgeries('demo', 'worker-1');
      for (let i = 0; i < forged; i++) {
        const [topic, message] = kinds[i % kinds.length] as [string, string];
        // At QoS 0, as fast as the line takes it; every hundredth is waited for.
        if (i % 100 === 0)
          await client.publishAsync(topic, message, { qos: 1, retain: i % 7 === 0 });
        else client.publish(topic, message, { qos: 0, retain: i % 7 === 0 });
      }
      await client.publishAsync(topics.records('demo', 'end'), '{}', { qos: 1 });
      return client;
    }),
  ).finally(() => {
    sending = false;
  });
  const sent: string[] = [];
  const waits: number[] = [];
  for (let i = 0; i < events; i++) {
    const snapshot = testFile('image/jpeg');
    await worker.put(snapshot);
    const event = confirmedEvent('worker-1', snapshot);
    own.add(event.id);
    const started = performance.now();
    const word = await worker.deliver(event);
    waits.push(performance.now() - started);
    if (word.result === 'committed') sent.push(event.id);
  }
  const attacked = sending;
  const clients = await attack;
  const attackSeconds = (performance.now() - began) / 1000;
  for (const client of clients) await client.endAsync(true);
  const recorded = await database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.violation.count({ where: { id: { in: [...own] } } }),
  );
  const after = await count();
  const lost = events - recorded;
  const accepted =
    passed +
    (after.violations - before.violations - recorded) +
    (after.announcements - before.announcements) +
    (after.locations - before.locations) +
    (after.machines - before.machines) +
    (after.alarms - before.alarms) +
    (after.commands - before.commands);
  await until(
    async () =>
      (await database.transaction({ tenant: 'demo', user: null }, (tx) => tx.busRefusal.count())) >
      0,
    'the refusals are kept',
  );
  const refusedRows = await database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.busRefusal.findMany(),
  );
  const refused = refusedRows.reduce((sum, row) => sum + Number(row.count), 0);
  note(`accepted ${accepted}, lost ${lost} of ${events}, refused and counted ${refused}`);

  // What signatures cost on the way from a worker over the broker to a reader that verifies them.
  const sender = worker.client;
  const key = workerBusKey(BUS_KEYS_SECRET, 'demo', 'worker-1');
  const topic = topics.observations('demo', 'worker-1', 'bench');
  const message = confirmedEvent('worker-1', testFile('image/jpeg'));
  const rate = async (isSigned: boolean): Promise<number> => {
    let heard = 0;
    const all = new Promise<void>((resolve) => {
      const take = (on: string, payload: Buffer) => {
        if (on !== topic) return;
        if (isSigned && signatureFault(key, topic, payload) !== null) return;
        const read: unknown = JSON.parse(payload.toString());
        // As the API does with each event.
        if (!violationEvent.safeParse(read).success) return;
        heard += 1;
        if (heard < messages) return;
        listener.off('message', take);
        resolve();
      };
      listener.on('message', take);
    });
    const start = performance.now();
    for (let i = 0; i < messages; i++) {
      const text = isSigned ? signMessage(key, topic, message) : JSON.stringify(message);
      sender.publish(topic, text, { qos: 1 });
      if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await all;
    return messages / ((performance.now() - start) / 1000);
  };
  // The first of each warms up.
  await rate(false);
  await rate(true);
  const plain: number[] = [];
  const signed: number[] = [];
  for (let round = 0; round < rounds; round++) {
    plain.push(await rate(false));
    signed.push(await rate(true));
    note(
      `round ${round + 1}: ${Math.round(plain.at(-1) ?? 0)} plain, ${Math.round(signed.at(-1) ?? 0)} signed messages/s`,
    );
  }
  const ratio = quantile(signed, 0.5) / quantile(plain, 0.5);
  isOk =
    accepted === TARGETS.forgedAccepted &&
    lost === TARGETS.eventsLostUnderAttack &&
    ratio >= TARGETS.signedThroughput;
  await listener.endAsync(true);
  await worker.stop();
  await database.close();
  await api.stop();
  tell({
    bench: 'bus',
    ok: isOk,
    figures: {
      attackers: attackers.length,
      topics: forgedTopics('demo', 'worker-1').length,
      kinds: forgeries('demo', 'worker-1').length,
      forged: forged * attackers.length,
      accepted,
      refused,
      attackSeconds,
      events,
      lost,
      eventsDuringAttack: attacked ? events : sent.length,
      eventP50Ms: quantile(waits, 0.5),
      plainPerSecond: quantile(plain, 0.5),
      signedPerSecond: quantile(signed, 0.5),
    },
    ratio,
    against: 'the same events without signatures, read and checked, in turns in the same run',
  });
} finally {
  await broker.stop();
  await server.stop('immediate');
  await rm(folder, { recursive: true, force: true });
}
process.exit();
