import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topics } from '@anshi/contracts';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiSink, BUS_KEY } from './testing/api-sink.ts';
import { startBroker, type TestBroker } from './testing/broker.ts';
import { writeCameras } from './testing/cameras-file.ts';
import { type Child, startChild } from './testing/child.ts';
import { startSimulator, type TestSimulator } from './testing/simulator.ts';
import { createWakes } from './testing/wakes.ts';

/* A whole worker whose wall clock steps while a person stands in a zone. */

const HOUR = 3_600_000;
const TOKEN = 'a-secret-of-a-worker';
const clip = join(import.meta.dirname, '../../simulator/clips/hall-west.mp4');
const clock = new URL('../../contracts/src/testing/stepped-clock.ts', import.meta.url).href;

/** A worker stands at a table from the first picture to the last; drawn on 640 x 360. */
const rules = `    zones:
      - { id: table, name: { zh: 台, en: Table }, polygon: [[30, 220], [130, 220], [130, 290], [30, 290]] }
    rules: [{ id: stay, kind: zone-intrusion, zone: table }]
`;

let simulator: TestSimulator;
let broker: TestBroker;
let api: ApiSink;
let bus: MqttClient;
let folder: string;
let worker: Child;
const { until, wake } = createWakes();
/** When the people of the camera were seen, by the clock of the worker. */
let seen: number[] = [];

const configure = (ids: readonly string[]) =>
  writeCameras(join(folder, 'cameras.yaml'), ids, simulator.url, rules);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-clock-'));
  [simulator, broker] = await Promise.all([startSimulator(), startBroker()]);
  await simulator.mount('hall', { file: clip });
  api = new ApiSink({ tenant: 'demo', worker: 'worker-1', token: TOKEN });
  await api.listen();
  await api.connect(broker.url);
  bus = await mqtt.connectAsync(broker.url, { protocolVersion: 4 });
  bus.on('message', (_topic, payload) => {
    const { at, people } = JSON.parse(payload.toString()) as { at: string; people: unknown[] };
    if (people.length > 0) seen.push(Date.parse(at));
    wake();
  });
  await bus.subscribeAsync(topics.observations('demo', 'worker-1', 'hall'));
  await configure(['hall']);
  await writeFile(join(folder, 'clock'), '0');
  worker = await startChild('vision/src/main.ts', {
    NODE_OPTIONS: `--import=${clock}`,
    STEPPED_CLOCK: join(folder, 'clock'),
    ANSHI_MQTT_URL: broker.url,
    ANSHI_API_URL: api.url,
    ANSHI_WORKER_TOKEN: TOKEN,
    ANSHI_BUS_KEY: BUS_KEY,
    ANSHI_CAMERAS: join(folder, 'cameras.yaml'),
    ANSHI_WORKER_DIR: join(folder, 'worker'),
    ANSHI_INFERENCE_THREADS: '1',
    ANSHI_MODELS_MADE: join(folder, 'no-models'),
    ANSHI_LIVE_BIND: '127.0.0.1',
    ANSHI_LIVE_ENGINE: 'node-datachannel',
  });
}, 120_000);
afterAll(async () => {
  if (worker?.process.exitCode === null) await worker.end('SIGKILL');
  await bus?.endAsync(true);
  await api?.close();
  await broker?.close();
  await simulator?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Sets the wall clock of the worker so far ahead of the real one, ms. */
async function setClock(ahead: number): Promise<void> {
  await writeFile(join(folder, 'clock'), String(ahead));
  const stepped = once(worker.process, 'message');
  worker.process.kill('SIGUSR2');
  await stepped;
}

/** Waits until the person was seen in so many frames at a time that is so far ahead. */
async function seenAhead(ahead: number, frames: number): Promise<void> {
  seen = [];
  await until(() => {
    const now = Date.now() + ahead;
    const there = seen.filter((at) => Math.abs(at - now) < HOUR / 2);
    return there.length >= frames ? true : undefined;
  });
}

const events = (type: string) => [...api.committed.values()].filter((one) => one.type === type);
const confirmed = () => events('cn.anshi.violation.confirmed.v2');
const ended = () => events('cn.anshi.violation.ended.v1');

describe('a worker whose wall clock steps while a person stands in a zone', () => {
  test('records the stay once, over an hour forward and an hour back, and ends it once', async () => {
    await api.until(() => confirmed().length > 0);
    const [first] = confirmed();
    for (const ahead of [HOUR, 0, -HOUR, 0]) {
      await setClock(ahead);
      await seenAhead(ahead, 16);
      expect(confirmed().map(({ id }) => id)).toEqual([first!.id]);
      expect(ended()).toEqual([]);
    }
    // The camera is taken away: what is open ends.
    await configure(['yard']);
    await api.until(() => ended().length > 0);
    expect(ended()).toMatchObject([{ data: { violation: first!.data.violation } }]);
    expect(confirmed()).toHaveLength(1);
  }, 120_000);
});
