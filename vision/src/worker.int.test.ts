import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { liveEngineOfAnswer } from '@anshi/contracts';
import { newDeviceSecret } from '@anshi/contracts/device-secret';
import { newLiveKeyPair, sessionDigest } from '@anshi/contracts/live-grant';
import mqtt, { type MqttClient } from 'mqtt';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiSink } from './testing/api-sink.ts';
import { startBroker, type TestBroker } from './testing/broker.ts';
import { writeCameras } from './testing/cameras-file.ts';
import { type Child, startChild } from './testing/child.ts';
import { makeClips, type TestClips } from './testing/clips.ts';
import { offeringViewer } from './testing/offering-viewer.ts';
import { commandLines, ffmpegsIn } from './testing/processes.ts';
import { startSimulator, type TestSimulator } from './testing/simulator.ts';
import { ToldState } from './testing/told-state.ts';
import { createWakes } from './testing/wakes.ts';

const TOKEN = 'a-secret-of-a-worker';

let clips: TestClips;
let simulator: TestSimulator;
let broker: TestBroker;
let api: ApiSink;
let bus: MqttClient;
let folder: string;
let worker: Child;
let told: ToldState;
const { until, wake } = createWakes();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-worker-'));
  [clips, simulator, broker] = await Promise.all([makeClips(), startSimulator(), startBroker()]);
  await simulator.mount('gate', { file: clips.h264 });
  await simulator.mount('yard', { file: clips.hevc });
  api = new ApiSink({ tenant: 'demo', worker: 'worker-1', token: TOKEN });
  await api.listen();
  bus = await mqtt.connectAsync(broker.url, { protocolVersion: 4 });
  told = await ToldState.of(bus, 'worker-1', wake);
  await configure(['gate', 'yard']);
  worker = await startChild('vision/src/main.ts', {
    ANSHI_MQTT_URL: broker.url,
    ANSHI_API_URL: api.url,
    ANSHI_WORKER_TOKEN: TOKEN,
    ANSHI_BUS_KEY: 'b'.repeat(64),
    ANSHI_CAMERAS: join(folder, 'cameras.yaml'),
    ANSHI_WORKER_DIR: join(folder, 'worker'),
    ANSHI_INFERENCE_THREADS: '1',
    // Set-up may have failed to make the pose model.
    ANSHI_MODELS_MADE: join(folder, 'no-models'),
    ANSHI_STALL_SECONDS: '4',
    ANSHI_LIVE_BIND: '127.0.0.1',
    // Whether mediasoup has a worker differs between machines; its own test is in e2e.
    ANSHI_LIVE_ENGINE: 'node-datachannel',
  });
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

const configure = (ids: readonly string[], more = '') =>
  writeCameras(join(folder, 'cameras.yaml'), ids, simulator.url, more);

const health = (camera: string) => told.health(camera);
const status = () => told.status();

const live = (camera: string) =>
  until(() => (health(camera)?.state === 'live' ? health(camera) : undefined));

const ffmpegs = () => ffmpegsIn(join(folder, 'worker'));

const POLLING = { timeout: 60_000 };

const signed: ApiSink['grant'] = (...request) => api.grant(...request);

const whep = (
  camera: string,
  offer = '',
  headers: Record<string, string> = signed('POST', `/whep/${camera}`, offer),
) => fetch(`${worker.details.http}/whep/${camera}`, { method: 'POST', headers, body: offer });

/** A viewer that gets what it asks for. */
async function watch(camera: string, changes: Parameters<ApiSink['grant']>[3] = {}) {
  const viewer = await offeringViewer(wake);
  const { offer } = viewer;
  const response = await whep(camera, offer, signed('POST', `/whep/${camera}`, offer, changes));
  expect(response.status).toBe(201);
  expect(liveEngineOfAnswer(response.headers)).toEqual({
    engine: 'node-datachannel',
    reason: 'chosen',
  });
  viewer.connection.setRemoteDescription(await response.text(), 'answer');
  return { ...viewer, location: response.headers.get('location')! };
}

/** Ends a view as a page does; a connection that only vanishes is noticed by ICE after 30 s. */
async function leave({ connection, location }: Awaited<ReturnType<typeof watch>>): Promise<void> {
  const headers = signed('DELETE', location);
  const answer = await fetch(`${worker.details.http}${location}`, { method: 'DELETE', headers });
  expect(answer.status).toBe(204);
  connection.close();
}

const viewers = async () => {
  const answer = await fetch(`${worker.details.http}/health`);
  return ((await answer.json()) as { viewers: number }).viewers;
};

describe('a worker with real cameras', () => {
  test('publishes its status, its address and the health of its cameras', async () => {
    const gate = await live('gate');
    expect(gate).toMatchObject({ codec: 'h264', width: 320, fault: null });
    expect(gate.live).toEqual({ available: true, reason: null, substream: null });
    const yard = await live('yard');
    expect(yard.live.available).toBe(false);
    expect(yard.live.reason).toContain('H.265');
    expect(status()).toMatchObject({ online: true, http: worker.details.http, problem: null });
    // Ten pictures per second arrive, and two of them are analysed.
    await until(() =>
      health('gate')!.analysedFps > 1 && health('gate')!.sourceFps > 6 ? true : undefined,
    );
  });

  test('live view: a grant, the reason where unavailable, and packets that continue after a drop', async () => {
    const once = signed('POST', '/whep/nobody');
    expect((await whep('gate', '', once)).status).toBe(401);
    expect((await whep('nobody', '', once)).status).toBe(404);
    expect((await whep('nobody', '', once)).status).toBe(401);
    expect((await whep('nobody')).status).toBe(404);
    const yard = await whep('yard');
    expect(yard.status).toBe(409);
    expect(await yard.text()).toContain('H.265');
    expect((await whep('gate', 'v=0\r\n')).status).toBe(415);

    const viewer = await watch('gate');
    const { sequences } = viewer;
    await until(() => (sequences.length >= 40 ? true : undefined));
    expect([...viewer.types]).toEqual([102]);
    await simulator.fault('gate', 'drop');
    await until(() => (health('gate')?.state === 'fault' ? true : undefined));
    const before = sequences.length;
    await until(() => (sequences.length >= before + 40 ? true : undefined));
    const jumps = sequences.filter((s, i) => i > 0 && s !== ((sequences[i - 1]! + 1) & 0xffff));
    expect(jumps).toEqual([]);

    const end = () =>
      fetch(`${worker.details.http}${viewer.location}`, {
        method: 'DELETE',
        headers: signed('DELETE', viewer.location),
      });
    expect((await end()).status).toBe(204);
    expect((await end()).status).toBe(404);
    viewer.connection.close();
  });

  test('[SEC-11] live video is for whom the API granted a view: no secret of a worker or a reader opens one', async () => {
    const path = '/whep/gate';
    const viewer = await offeringViewer(wake);
    const { offer } = viewer;
    const own = api.secret ?? '';
    const [reader, forger] = [newDeviceSecret().text, newLiveKeyPair().privateKey];
    expect(own).toMatch(/^anshi_/);
    const basic = (user: string, secret: string) => ({
      authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`,
    });
    const granted = (changes: Parameters<ApiSink['grant']>[3], key?: string) =>
      signed('POST', path, offer, changes, key);
    const hour = 3_600_000;
    const attacks: Record<string, string>[] = [
      {},
      ...[own, reader, TOKEN].flatMap((secret) => [
        { authorization: `Bearer ${secret}` },
        basic('worker-1', secret),
        { authorization: `Anshi-Live ${secret}` },
        // As an API of an earlier version signed, by what a worker and a reader hold.
        {
          authorization: `Anshi-HMAC-SHA256 t=${Date.now()}, n=${'0'.repeat(32)}, s=${createHmac('sha256', secret).update(offer).digest('hex')}`,
        },
      ]),
      granted({}, forger),
      granted({ worker: 'worker-2' }),
      granted({ issuedAt: Date.now() - hour, expiresAt: Date.now() - hour / 2 }),
      granted({ camera: 'yard' }),
      granted({ action: 'keep' }),
      signed('POST', '/whep/yard', offer),
      signed('POST', path, 'v=0 another offer'),
    ];
    for (const headers of attacks) {
      const answer = await whep('gate', offer, headers);
      expect([401, 404]).toContain(answer.status);
      expect(await answer.text()).not.toContain('m=video');
    }
    expect(await viewers()).toBe(0);

    // What a person was granted cannot be used again, nor ended or prolonged by another session.
    const good = await watch('gate');
    await until(() => (good.sequences.length >= 10 ? true : undefined));
    const view = good.location.split('/').at(-1) ?? '';
    const session = sessionDigest('another session');
    expect((await whep('gate', offer, granted({ view }))).status).toBe(401);
    for (const method of ['DELETE', 'PUT']) {
      const headers = signed(method, good.location, '', { session });
      const answer = await fetch(`${worker.details.http}${good.location}`, { method, headers });
      expect(answer.status).toBe(404);
    }
    expect(await viewers()).toBe(1);
    await leave(good);
    await expect.poll(viewers, POLLING).toBe(0);
    expect(viewer.sequences).toEqual([]);
    viewer.connection.close();

    // The secret is in no line of the log and in no list of processes.
    for (const text of [...worker.lines, ...(await commandLines())])
      expect(text).not.toContain(own.slice(-43));
  });

  test('a view ends when its grant is not renewed in time, and continues when it is', async () => {
    const short = await watch('gate', { viewUntil: Date.now() + 2_500 });
    const kept = await watch('gate', { viewUntil: Date.now() + 2_500 });
    const headers = signed('PUT', kept.location);
    const answer = await fetch(`${worker.details.http}${kept.location}`, {
      method: 'PUT',
      headers,
    });
    expect(answer.status).toBe(204);
    await until(() => (short.sequences.length >= 5 ? true : undefined));
    await expect.poll(viewers, POLLING).toBe(1);
    const got = kept.sequences.length;
    await until(() => (kept.sequences.length >= got + 10 ? true : undefined));
    const again = await fetch(`${worker.details.http}${short.location}`, {
      method: 'PUT',
      headers: signed('PUT', short.location),
    });
    expect(again.status).toBe(404);
    short.connection.close();
    await leave(kept);
    await expect.poll(viewers, POLLING).toBe(0);
  });

  test('health is public and contains the event loop delay', async () => {
    const answer = await fetch(`${worker.details.http}/health`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      worker: 'worker-1',
      eventLoopDelayMs: { p50: expect.any(Number), max: expect.any(Number) },
    });
  });

  test('without a pose model only the pose rules do not run, with a message', async () => {
    await configure(
      ['gate', 'yard'],
      '    rules: [{ kind: person-down, id: down }, { kind: phone-use, id: phone }]\n',
    );
    const told = await until(() => status()?.problem ?? undefined);
    expect(told).toMatch(/^camera "gate": rules that need poses do not run \("down", "phone"\): /);
    expect(told).toContain('npm run -w vision poses');
    const answer = await fetch(`${worker.details.http}/health`);
    const { cameraHealth: cameras } = (await answer.json()) as {
      cameraHealth: { problems: string[] }[];
    };
    expect(cameras.map(({ problems }) => problems.length)).toEqual([1, 1]);
    const logged = () => worker.lines.filter((line) => line.includes('need poses')).length;
    await expect.poll(logged, POLLING).toBe(2);
    await until(() => (health('gate')!.analysedFps > 1 ? true : undefined));
    await configure(['gate', 'yard']);
    await until(() => (status()?.problem === null ? true : undefined));
  });

  test('an invalid cameras.yaml keeps the old one and is reported with file, line and field', async () => {
    await configure(['gate', 'yard'], '    colour: red\n');
    const bad = await until(() => (status()?.problem ? status() : undefined));
    expect(bad.problem).toMatch(/cameras\.yaml:10: cameras\[0\]\.colour: /);
    expect(bad.cameras).toEqual(['gate', 'yard']);
    await live('gate');
  });

  test('a valid one is applied without a restart: added, removed, others untouched', async () => {
    await simulator.mount('dock', { file: clips.h264 });
    await live('gate');
    const gate = (await ffmpegs()).find((line) => line.includes('/gate'));
    expect(gate).toBeDefined();
    await configure(['gate', 'dock']);
    await live('dock');
    await until(() => (status()?.cameras.join() === 'gate,dock' ? true : undefined));
    expect(status()?.problem).toBeNull();
    await until(() => told.isCleared('yard') || undefined);
    const yards = async () => (await ffmpegs()).filter((line) => line.includes('/yard'));
    await expect.poll(yards, POLLING).toEqual([]);
    expect((await ffmpegs()).find((line) => line.includes('/gate'))).toBe(gate);
  });

  test('of a camera that is lost it gives the API the last picture, blurred and small, until it is taken', async () => {
    await live('dock');
    await simulator.unmount('dock');
    const ofDock = () => api.stills.filter(({ camera }) => camera === 'dock');
    await api.until(() => ofDock().length > 0);
    const [given] = ofDock();
    expect(given).toMatchObject({ worker: 'worker-1', fault: 'offline', missing: null });
    // By the clock of the worker, its picture came before the loss.
    expect(Date.parse(given!.still!.at)).toBeLessThanOrEqual(Date.parse(given!.since) + 1_000);
    const jpeg = await sharp(Buffer.from(given!.still!.jpeg, 'base64')).metadata();
    expect([jpeg.format, jpeg.width]).toEqual(['jpeg', 320]);
    await simulator.mount('dock', { file: clips.h264 });
    await live('dock');
    expect(ofDock()).toHaveLength(1);
  });

  test('after kill -9 no ffmpeg process is left, not even that of a frozen camera', async () => {
    await expect.poll(ffmpegs, POLLING).toHaveLength(2);
    await simulator.fault('gate', 'freeze');
    await worker.end('SIGKILL');
    await expect.poll(ffmpegs, POLLING).toEqual([]);
    const gone = await until(() => (status()?.online === false ? status() : undefined));
    expect(gone.http).toBeNull();
  });

  test('stopped by SIGTERM it publishes its offline status and leaves no process', async () => {
    await simulator.fault('gate', 'thaw');
    worker = await startChild('vision/src/main.ts', {
      ANSHI_MQTT_URL: broker.url,
      ANSHI_API_URL: 'http://127.0.0.1:9',
      ANSHI_WORKER_TOKEN: TOKEN,
      ANSHI_BUS_KEY: 'b'.repeat(64),
      ANSHI_CAMERAS: join(folder, 'cameras.yaml'),
      ANSHI_WORKER_DIR: join(folder, 'worker'),
      ANSHI_INFERENCE_THREADS: '1',
    });
    await until(() => (status()?.online === true ? true : undefined));
    await live('dock');
    expect(await worker.end()).toBe(0);
    expect(await ffmpegs()).toEqual([]);
    await until(() => (status()?.online === false ? true : undefined));
  });
});
