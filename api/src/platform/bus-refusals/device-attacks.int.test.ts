import { topics } from '@anshi/contracts';
import type { MqttClient } from 'mqtt';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BusAttacks, openBusAttacks } from '../../testing/bus-attacks.ts';
import { type RunningApi, until } from '../../testing/site.ts';
import type { TestWorker } from '../../testing/worker.ts';

let world: BusAttacks;
let api: RunningApi;
let worker: TestWorker;

beforeAll(async () => {
  world = await openBusAttacks();
  ({ api, worker } = world);
});
afterAll(() => world?.stop());

const as: BusAttacks['as'] = (...given) => world.as(...given);
const send: BusAttacks['send'] = (...given) => world.send(...given);
const shown: BusAttacks['shown'] = (...given) => world.shown(...given);

describe('an attacker on the bus', () => {
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
    // A reader without a place gives no position.
    const field = { centre: [3, 4], radius: 1 };
    const gate = { source: 'gate-2', isExit: false, floorPlan: 'hall', field };
    expect((await api.send('admin', 'POST', '/reader-places', gate)).status).toBeLessThan(300);
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

  it('follows no badge as a worker: it neither hears where badges are nor says so', async () => {
    const spy = await as('worker', 'worker-9');
    const got: string[] = [];
    spy.on('message', (at) => got.push(at));
    const refused = [
      topics.locations('demo', '+'),
      topics.readerLocations('demo', '+'),
      topics.locations('demo', 'badge-victim'),
      topics.positions('other', '+'),
    ];
    for (const filter of refused) {
      const granted = await spy.subscribeAsync(filter, { qos: 1 }).catch(() => [{ qos: 128 }]);
      expect(
        granted.every(({ qos }) => qos === 128),
        filter,
      ).toBe(true);
    }
    expect((await shown('worker-worker-9', 'subscribe')).count).toBeGreaterThanOrEqual(1);
    const granted = await spy.subscribeAsync(topics.positionsState('demo', '+'), { qos: 1 });
    expect(granted.map(({ qos }) => qos)).toEqual([1]);
    const forged = { content: '{}', signatures: { [worker.name]: '0'.repeat(64) } };
    await send(spy, topics.positions('demo', 'main-hall'), forged);
    await send(spy, topics.positionsState('demo', 'main-hall'), forged, true);
    await shown('worker-worker-9', 'publish', 2);
    const tracker = await as('tracker', 'badge-spied');
    await send(tracker, topics.positions('demo', 'main-hall'), forged);
    await shown('tracker-badge-spied', 'publish');
    // What the API says of the handles meanwhile is for workers.
    expect(got.filter((at) => !at.startsWith(topics.positionsState('demo', '')))).toEqual([]);
  });
});
