import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Alarm,
  type AlarmAnswer,
  type AlarmPlan,
  type AlarmReported,
  alarm as alarmSchema,
  topics,
} from '@anshi/contracts';
import { alarmBusKey, sealAlarmKeys } from '@anshi/contracts/alarm-keys';
import { actuatorBusKey, signatureFault, signMessage } from '@anshi/contracts/bus-signature';
import mqtt, { type MqttClient } from 'mqtt';
import { ulid } from 'ulid';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BUS_KEY } from '../testing/api-sink.ts';
import { startBroker, type TestBroker } from '../testing/broker.ts';
import { type Child, startChild } from '../testing/child.ts';

const DEVICE_KEY = actuatorBusKey('a secret of the bus, long enough', 'demo', 'cell-beacon');
const KEY = alarmBusKey(DEVICE_KEY, 'worker-1');
let folder: string;
let broker: TestBroker;
let bus: MqttClient;
let child: Child | undefined;
let heard: Alarm[];
let reports: AlarmReported[];
let waiters: (() => void)[];

const until = async (is: () => boolean) => {
  while (!is()) await new Promise<void>((resolve) => waiters.push(resolve));
};

/** The device, and what the API would hear; the API itself is away. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-alarm-'));
  broker = await startBroker();
  heard = [];
  reports = [];
  waiters = [];
  bus = await mqtt.connectAsync(broker.url, { protocolVersion: 4, reconnectPeriod: 200 });
  bus.on('message', (topic, payload) => {
    if (topic.includes('/events/alarm/')) reports.push(JSON.parse(payload.toString()));
    else if (topic.includes('/alarm/')) {
      expect(signatureFault(KEY, topic, payload)).toBeNull();
      const given = alarmSchema.parse(JSON.parse(payload.toString()));
      heard.push(given);
      const to = topics.alarmAnswers('demo', 'cell-beacon', 'worker-1');
      const answer: AlarmAnswer = {
        id: given.id,
        device: 'cell-beacon',
        worker: 'worker-1',
        result: 'done',
        fault: null,
        muted: [],
        runs: given.id,
        readBack: { light: given.light, sound: given.sound },
        until: null,
        at: new Date().toISOString(),
      };
      bus.publish(to, signMessage(KEY, to, answer), { qos: 1 });
    }
    for (const wake of waiters.splice(0)) wake();
  });
  await bus.subscribeAsync(
    [topics.alarm('demo', 'cell-beacon', 'worker-1'), topics.alarmEvents('demo', 'worker-1')],
    { qos: 1 },
  );
  await publishPlan();
});
afterEach(async () => {
  await child?.end('SIGKILL');
  await bus.endAsync(true);
  await broker.close();
  await rm(folder, { recursive: true, force: true });
});

function publishPlan(): Promise<unknown> {
  const plan: AlarmPlan = {
    worker: 'worker-1',
    lines: [
      {
        id: '01KAXXXXXXXXXXXXXXXXXXXXX1',
        cameras: [],
        areas: ['robot-cell'],
        rules: [],
        severities: ['high'],
        soundIn: [],
        light: 'flash',
        sound: true,
        holdSeconds: 10,
        maxSeconds: 60,
      },
    ],
    devices: [{ device: 'cell-beacon', area: 'robot-cell', outputs: ['light', 'sound'] }],
    snoozes: [],
    keys: sealAlarmKeys(BUS_KEY, { 'cell-beacon': KEY }),
    at: new Date().toISOString(),
  };
  const topic = topics.alarmPlan('demo', 'worker-1');
  return bus.publishAsync(topic, signMessage(BUS_KEY, topic, plan), { qos: 1, retain: true });
}
async function start(): Promise<Child> {
  child = await startChild('vision/src/testing/records-process.ts', {
    ANSHI_MQTT_URL: broker.url,
    // Nothing listens there: the API is away.
    ANSHI_API_URL: 'http://127.0.0.1:9',
    ANSHI_WORKER_TOKEN: 'a-secret-of-a-worker',
    ANSHI_BUS_KEY: BUS_KEY,
    ANSHI_WORKER_DIR: folder,
  });
  return child;
}
function confirm(worker: Child): string {
  const record = ulid();
  worker.process.send({
    record,
    verdict: { severity: 'high', zone: 'cell', rule: 'zone-intrusion', item: null },
    place: { zones: [{ id: 'cell', area: 'robot-cell' }] },
  });
  return record;
}
const acknowledge = (event: AlarmReported) => {
  const topic = topics.acknowledgements('demo', 'worker-1');
  const { source, id } = event;
  const word = { source, id, result: 'committed', at: new Date().toISOString() };
  return bus.publishAsync(topic, signMessage(BUS_KEY, topic, word), { qos: 1 });
};

test('a worker gives the alarm while the API is away, and reports it until the API has it', async () => {
  const worker = await start();
  // The plan is retained: it may come a moment after the connection.
  let violation = '';
  const asking = setInterval(() => {
    violation = confirm(worker);
  }, 300);
  await until(() => heard.length > 0);
  clearInterval(asking);
  expect(heard[0]).toMatchObject({ device: 'cell-beacon', light: 'flash', sound: true });
  await until(() => reports.some(({ data }) => data.state === 'done'));

  // kill -9: what has no word is on the disk, and so is the plan.
  const before = new Set(reports.map(({ id }) => id));
  const kept = () => readFile(join(folder, 'alarm-reports.json'), 'utf8').catch(() => '');
  for (let text = await kept(); ![...before].every((id) => text.includes(id)); text = await kept());
  await worker.end('SIGKILL');
  await bus.publishAsync(topics.alarmPlan('demo', 'worker-1'), '', { qos: 1, retain: true });
  const again = await start();
  await until(() => [...before].every((id) => reports.filter((one) => one.id === id).length > 1));
  const count = heard.length;
  violation = confirm(again);
  await until(() => heard.some((one) => one.violation === violation));
  expect(heard.length).toBe(count + 1);

  // The API is back: each report once more at most, and then none.
  await until(() =>
    reports.some(({ data }) => data.violation === violation && data.state === 'done'),
  );
  const waiting = new Map(reports.map((event) => [event.id, event]));
  for (const event of waiting.values()) await acknowledge(event);
  await again.end('SIGTERM');
  reports = [];
  await publishPlan();
  const last = await start();
  violation = confirm(last);
  await until(() => reports.some(({ data }) => data.violation === violation));
  expect(reports.filter(({ id }) => waiting.has(id))).toEqual([]);
});

test('a broker that restarts during an alarm costs no alarm', async () => {
  const worker = await start();
  const asking = setInterval(() => confirm(worker), 300);
  await until(() => heard.length > 0);
  clearInterval(asking);
  const { port } = broker;
  await broker.close();
  const violation = confirm(worker);
  broker = await startBroker(port);
  await until(() => heard.some((one) => one.violation === violation));
  await until(() =>
    reports.some(({ data }) => data.violation === violation && data.state === 'done'),
  );
  expect(new Set(heard.filter((one) => one.violation === violation).map(({ id }) => id)).size).toBe(
    1,
  );
});
