import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CutProxy, openCutProxy } from '@anshi/contracts/testing/cut-proxy';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiSink } from '../../testing/api-sink.ts';
import { startBroker, type TestBroker } from '../../testing/broker.ts';
import { writeCameras } from '../../testing/cameras-file.ts';
import { type Child, startChild } from '../../testing/child.ts';
import { makeClips, type TestClips } from '../../testing/clips.ts';
import { offeringViewer } from '../../testing/offering-viewer.ts';
import { startSimulator, type TestSimulator } from '../../testing/simulator.ts';
import { ToldState } from '../../testing/told-state.ts';
import { createWakes } from '../../testing/wakes.ts';

const TOKEN = 'a-secret-of-a-worker';
const POLLING = { timeout: 30_000, interval: 50 };

let clips: TestClips;
let simulator: TestSimulator;
let broker: TestBroker;
let api: ApiSink;
let bus: MqttClient;
let told: ToldState;
let small: CutProxy;
let folder: string;
let worker: Child;
const { until, wake } = createWakes();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-substream-'));
  [clips, simulator, broker] = await Promise.all([makeClips(), startSimulator(), startBroker()]);
  await simulator.mount('gate', { file: clips.h264 });
  // Browsers do not play this one live.
  await simulator.mount('yard', { file: clips.hevc });
  await simulator.mount('small', { file: clips.h264 });
  small = await openCutProxy(simulator.rtspPort);
  api = new ApiSink({ tenant: 'demo', worker: 'worker-1', token: TOKEN });
  await api.listen();
  bus = await mqtt.connectAsync(broker.url, { protocolVersion: 4 });
  told = await ToldState.of(bus, 'worker-1', wake);
  const substream = `    substream: rtsp://127.0.0.1:${small.port}/small\n`;
  await writeCameras(join(folder, 'cameras.yaml'), ['gate', 'yard'], simulator.url, substream);
  worker = await startChild('vision/src/main.ts', {
    ANSHI_MQTT_URL: broker.url,
    ANSHI_API_URL: api.url,
    ANSHI_WORKER_TOKEN: TOKEN,
    ANSHI_BUS_KEY: 'b'.repeat(64),
    ANSHI_CAMERAS: join(folder, 'cameras.yaml'),
    ANSHI_WORKER_DIR: join(folder, 'worker'),
    ANSHI_INFERENCE_THREADS: '1',
    ANSHI_MODELS_MADE: join(folder, 'no-models'),
    ANSHI_LIVE_BIND: '127.0.0.1',
    ANSHI_LIVE_ENGINE: 'node-datachannel',
  });
});
afterAll(async () => {
  if (worker?.process.exitCode === null) await worker.end('SIGKILL');
  await bus?.endAsync(true);
  await small?.close();
  await api?.close();
  await broker?.close();
  await simulator?.close();
  await clips?.remove();
  await rm(folder, { recursive: true, force: true });
});

const live = (camera: string) =>
  until(() => (told.health(camera)?.state === 'live' ? told.health(camera) : undefined));
const substream = (camera: string) => told.health(camera)?.live.substream;
const becomes = (camera: string, state: string) =>
  until(() => (substream(camera)?.state === state ? true : undefined));

/** @param granted the path that the API signed. */
async function watch(camera: string, query: string, granted = `/whep/${camera}${query}`) {
  const viewer = await offeringViewer(wake);
  const { offer: body } = viewer;
  const headers = api.grant('POST', granted, body, { action: 'open', camera });
  const url = `${worker.details.http}/whep/${camera}${query}`;
  const response = await fetch(url, { method: 'POST', headers, body });
  if (response.status === 201) {
    viewer.connection.setRemoteDescription(await response.text(), 'answer');
  }
  const leave = async () => {
    const location = response.headers.get('location') ?? '';
    const own = api.grant('DELETE', location);
    await fetch(`${worker.details.http}${location}`, { method: 'DELETE', headers: own });
    viewer.connection.close();
  };
  return { ...viewer, status: response.status, leave };
}
const packets = (viewer: { sequences: readonly number[] }, count = 20) => {
  const before = viewer.sequences.length;
  return until(() => (viewer.sequences.length >= before + count ? true : undefined));
};

describe('views of a camera with a substream', { timeout: 120_000 }, () => {
  test('a small one pulls it and a large one does not, and the address is signed with its stream', async () => {
    await live('gate');
    expect(substream('gate')).toEqual({ state: 'idle', reason: null });
    const large = await watch('gate', '');
    await packets(large);
    expect([substream('gate')?.state, small.open]).toEqual(['idle', 0]);
    const forged = await watch('gate', '?stream=small', '/whep/gate');
    expect(forged.status).toBe(401);

    const tile = await watch('gate', '?stream=small');
    await becomes('gate', 'live');
    await packets(tile);
    expect(small.open).toBe(1);
    await tile.leave();
    await becomes('gate', 'idle');
    await expect.poll(() => small.open, POLLING).toBe(0);
    await packets(large);
    await large.leave();
  });

  test('where browsers do not play the main stream, the substream is watched', async () => {
    const { live: own } = await live('yard');
    expect(own).toMatchObject({ available: false, substream: { state: 'idle' } });
    expect((await watch('yard', '')).status).toBe(409);
    const tile = await watch('yard', '?stream=small');
    await packets(tile);
    await tile.leave();
  });

  test('nothing of the camera is pulled once the worker was killed', async () => {
    const tile = await watch('gate', '?stream=small');
    await packets(tile);
    await becomes('gate', 'live');
    expect(small.open).toBe(1);
    await worker.end('SIGKILL');
    await expect.poll(() => small.open, POLLING).toBe(0);
  });
});
