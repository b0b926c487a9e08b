import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelsLoaded, topics } from '@anshi/contracts';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiSink } from './testing/api-sink.ts';
import { startBroker, type TestBroker } from './testing/broker.ts';
import { writeCameras } from './testing/cameras-file.ts';
import { type Child, startChild } from './testing/child.ts';
import { makeClips, type TestClips } from './testing/clips.ts';
import { startSimulator, type TestSimulator } from './testing/simulator.ts';
import { ToldState } from './testing/told-state.ts';
import { createWakes } from './testing/wakes.ts';

const TOKEN = 'a-secret-of-a-worker';
const { until, wake } = createWakes();

let clips: TestClips;
let simulator: TestSimulator;
let broker: TestBroker;
let api: ApiSink;
let bus: MqttClient;
let folder: string;
let worker: Child | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-chosen-'));
  [clips, simulator, broker] = await Promise.all([makeClips(), startSimulator(), startBroker()]);
  await simulator.mount('gate', { file: clips.h264 });
  api = new ApiSink({ tenant: 'demo', worker: 'worker-1', token: TOKEN });
  await api.listen();
  bus = await mqtt.connectAsync(broker.url, { protocolVersion: 4 });
  await writeCameras(join(folder, 'cameras.yaml'), ['gate'], simulator.url);
});
afterAll(async () => {
  if (worker?.process.exitCode === null) await worker.end('SIGKILL');
  await bus?.endAsync(true);
  await api?.close();
  await broker?.close();
  await simulator?.close();
  await clips?.remove();
  await rm(folder, { recursive: true, force: true });
});

const start = (model: string) =>
  startChild('vision/src/main.ts', {
    ANSHI_MQTT_URL: broker.url,
    ANSHI_API_URL: api.url,
    ANSHI_WORKER_TOKEN: TOKEN,
    ANSHI_BUS_KEY: 'b'.repeat(64),
    ANSHI_CAMERAS: join(folder, 'cameras.yaml'),
    ANSHI_WORKER_DIR: join(folder, model),
    ANSHI_INFERENCE_THREADS: '1',
    ANSHI_MODELS_MADE: join(folder, 'no-models'),
    ANSHI_PPE_MODEL: model,
    ANSHI_LIVE_BIND: '127.0.0.1',
    ANSHI_LIVE_ENGINE: 'node-datachannel',
  });

describe('a worker with a chosen detector', () => {
  it('[VIS-01] judges a camera that names none with it, and says so', async () => {
    const announced: string[] = [];
    bus.on('message', (topic, payload) => {
      if (topic === topics.modelEvents('demo', 'worker-1')) announced.push(payload.toString());
    });
    await bus.subscribeAsync(topics.modelEvents('demo', 'worker-1'));
    const told = await ToldState.of(bus, 'worker-1', wake);
    worker = await start('ppe-large');
    const health = await until(() => {
      const gate = told.health('gate');
      return gate && gate.analysedFps > 0 ? gate : undefined;
    });
    expect(health).toMatchObject({ state: 'live', fault: null });
    expect(told.status()).toMatchObject({ model: { name: 'ppe-large' }, problem: null });
    const { models, cameras } = await until(() =>
      announced
        .map((text) => modelsLoaded.parse(JSON.parse(text)).data)
        .find((data) => data.cameras.length > 0),
    );
    // The detector that it replaces takes no memory.
    expect(models.map(({ name }) => name)).toEqual(['ppe-large']);
    expect(cameras).toEqual([{ camera: 'gate', models: ['ppe-large'] }]);
    expect(await worker.end()).toBe(0);
  });

  it('does not start where there is no such model, and says what there is', async () => {
    await expect(start('huge')).rejects.toThrow(
      /ANSHI_PPE_MODEL: there is no model "huge" in the folder \/.*\/models, which has (.+, )?ppe, ppe-large/,
    );
  });
});
