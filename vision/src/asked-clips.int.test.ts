import { mkdtemp, readdir, rm, watch } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClipRequest, ViolationClipReady } from '@anshi/contracts';
import { newLiveKeyPair } from '@anshi/contracts/live-grant';
import mqtt, { type MqttClient } from 'mqtt';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiSink } from './testing/api-sink.ts';
import { startBroker, type TestBroker } from './testing/broker.ts';
import { writeCameras } from './testing/cameras-file.ts';
import { type Child, startChild } from './testing/child.ts';
import { makeClips, type TestClips } from './testing/clips.ts';
import { startSimulator, type TestSimulator } from './testing/simulator.ts';
import { ToldState } from './testing/told-state.ts';
import { createWakes } from './testing/wakes.ts';

/* Clips that the API asks a worker for: a real worker with cameras of the simulator. */

const TOKEN = 'a-secret-of-a-worker';
const POLLING = { timeout: 60_000 };

let clips: TestClips;
let simulator: TestSimulator;
let broker: TestBroker;
let api: ApiSink;
let bus: MqttClient;
let folder: string;
let worker: Child;
let told: ToldState;
const { until, wake } = createWakes();

const start = () =>
  startChild('vision/src/main.ts', {
    ANSHI_MQTT_URL: broker.url,
    ANSHI_API_URL: api.url,
    ANSHI_WORKER_TOKEN: TOKEN,
    ANSHI_BUS_KEY: 'b'.repeat(64),
    ANSHI_CAMERAS: join(folder, 'cameras.yaml'),
    ANSHI_WORKER_DIR: join(folder, 'worker'),
    ANSHI_INFERENCE_THREADS: '1',
    ANSHI_LIVE_BIND: '127.0.0.1',
    ANSHI_LIVE_ENGINE: 'node-datachannel',
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-asked-'));
  [clips, simulator, broker] = await Promise.all([makeClips(), startSimulator(), startBroker()]);
  await simulator.mount('gate', { file: clips.h264 });
  api = new ApiSink({ tenant: 'demo', worker: 'worker-1', token: TOKEN });
  await api.listen();
  await api.connect(broker.url);
  bus = await mqtt.connectAsync(broker.url, { protocolVersion: 4 });
  told = await ToldState.of(bus, 'worker-1', wake);
  await writeCameras(join(folder, 'cameras.yaml'), ['gate'], simulator.url);
  worker = await start();
  await until(() => (told.health('gate')?.state === 'live' ? true : undefined));
  await recorded(6);
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

/** Waits until the ring has so many segments, which are of a second each. */
async function recorded(segments: number): Promise<void> {
  const ring = join(folder, 'worker/ring/gate');
  const isEnough = async () =>
    (await readdir(ring)).filter((name) => /^\d{13}-/.test(name)).length >= segments;
  const changes = watch(ring);
  while (!(await isEnough())) await changes.next();
  await changes.return?.();
}

const ago = (seconds: number) => new Date(Date.now() - 1000 * seconds).toISOString();
const request = (changes: Partial<ClipRequest> = {}): ClipRequest => ({
  violation: ulid(),
  site: 'plant',
  zone: null,
  from: ago(4),
  to: ago(2),
  ...changes,
});
const PATH = '/clips/gate';
const signed = (
  body: string,
  changes: Parameters<ApiSink['grant']>[3] = {},
  path = PATH,
  key?: string,
) => api.grant('POST', path, body, { action: 'clip', camera: 'gate', ...changes }, key);
const post = async (body: string, headers: Record<string, string>, path = PATH) =>
  (await fetch(`${worker.details.http}${path}`, { method: 'POST', headers, body })).status;
const ask = (wanted: ClipRequest) => {
  const body = JSON.stringify(wanted);
  return post(body, signed(body));
};
const clipsOf = (violation: string) =>
  api.received.filter(
    (event): event is ViolationClipReady =>
      event.type === 'cn.anshi.violation.clip-ready.v1' && event.data.violation === violation,
  );
const delivered = async (violation: string) => {
  await api.until(() => api.committed.has(`${violation}-clip`));
  return clipsOf(violation)[0]!.data;
};

describe('a clip that the API asks for', () => {
  test('unsigned, forged, foreign and repeated requests, other sites, cameras and times: nothing is cut', async () => {
    const wanted = request();
    const body = JSON.stringify(wanted);
    const hour = 3_600_000;
    const old = { issuedAt: Date.now() - hour, expiresAt: Date.now() - hour };
    const secret = { authorization: `Bearer ${api.secret}` };
    const other = JSON.stringify(request());
    expect(await post(body, {})).toBe(401);
    expect(await post(body, secret)).toBe(401);
    expect(await post(body, signed(body, {}, PATH, newLiveKeyPair().privateKey))).toBe(401);
    expect(await post(body, signed(body, { worker: 'worker-2' }))).toBe(401);
    expect(await post(body, signed(body, old))).toBe(401);
    expect(await post(body, signed(other))).toBe(401);
    expect(await post(body, signed(body, { action: 'replay' }))).toBe(404);
    expect(await post(body, signed(body, { camera: 'yard' }))).toBe(404);
    const yard = '/clips/yard';
    expect(await post(body, signed(body, { camera: 'yard' }, yard), yard)).toBe(404);
    expect(await ask(request({ site: 'plant-2' }))).toBe(409);
    expect(await ask(request({ from: ago(7200), to: ago(3600) }))).toBe(410);
    expect(await ask(request({ from: ago(-120), to: ago(-180) }))).toBe(422);
    expect(await ask(request({ from: ago(1), to: ago(2) }))).toBe(422);
    expect(await post('{}', signed('{}'))).toBe(422);

    // One that is in order is cut, and nothing of the others.
    const grant = signed(body);
    expect(await post(body, grant)).toBe(202);
    expect(await post(body, grant)).toBe(401);
    expect((await delivered(wanted.violation)).clip).not.toBeNull();
    expect(api.received.filter(({ type }) => type.includes('clip-ready'))).toHaveLength(1);
    const videos = [...api.evidence.values()].filter(({ type }) => type === 'video/mp4');
    expect(videos).toHaveLength(1);
    expect(await readdir(join(folder, 'worker/clips'))).not.toContain(`${wanted.violation}.json`);
  });

  test('[VIS-08] is cut out of the ring with its boxes, signed and delivered, once, however often it is asked for', async () => {
    const wanted = request();
    const asked = await Promise.all([ask(wanted), ask(wanted), ask(wanted)]);
    expect(asked).toEqual([202, 202, 202]);
    const { clip } = await delivered(wanted.violation);
    expect(Date.parse(clip!.from)).toBeLessThanOrEqual(Date.parse(wanted.from));
    expect(Date.parse(clip!.to)).toBeGreaterThanOrEqual(Date.parse(wanted.to) + 9_000);
    const video = api.evidence.get(clip!.video.sha256);
    expect(video?.type).toBe('video/mp4');
    expect(video?.bytes.subarray(4, 8).toString()).toBe('ftyp');
    expect(api.evidence.get(clip!.boxes?.sha256 ?? '')?.type).toBe('application/json');
    expect(clipsOf(wanted.violation)[0]).toMatchObject({ evidencesignature: expect.any(String) });
    expect(clipsOf(wanted.violation)).toHaveLength(1);
  });

  test('survives kill -9 of the worker, and is delivered once', async () => {
    const wanted = request({ from: ago(4), to: ago(0) });
    expect(await ask(wanted)).toBe(202);
    // Its last ten seconds are still to come.
    await worker.end('SIGKILL');
    worker = await start();
    // It refuses until it has its cameras.
    await expect.poll(() => ask(wanted), POLLING).toBe(202);
    expect((await delivered(wanted.violation)).clip).not.toBeNull();
    expect(new Set(clipsOf(wanted.violation).map(({ id }) => id)).size).toBe(1);
    await expect
      .poll(() => readdir(join(folder, 'worker/clips')), POLLING)
      .not.toContain(`${wanted.violation}.json`);
  });
});
