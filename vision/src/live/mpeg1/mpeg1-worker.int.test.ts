import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LIVE_ENGINE_HEADER } from '@anshi/contracts';
import { sessionDigest } from '@anshi/contracts/live-grant';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { ApiSink } from '../../testing/api-sink.ts';
import { startBroker, type TestBroker } from '../../testing/broker.ts';
import { writeCameras } from '../../testing/cameras-file.ts';
import { type Child, startChild } from '../../testing/child.ts';
import { makeClips, type TestClips } from '../../testing/clips.ts';
import { Mpeg1Viewer } from '../../testing/mpeg1-viewer.ts';
import { commandLines, encodersOf, networkSocketsOf } from '../../testing/processes.ts';
import { startSimulator, type TestSimulator } from '../../testing/simulator.ts';
import { createWakes } from '../../testing/wakes.ts';

const run = promisify(execFile);
const TOKEN = 'a-secret-of-a-worker';
const PASSWORD = 'the-password-of-gate';
const POLLING = { timeout: 30_000, interval: 50 };

let clips: TestClips;
let simulator: TestSimulator;
let broker: TestBroker;
let api: ApiSink;
let folder: string;
let worker: Child;
const { until, wake } = createWakes();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-mpeg1-'));
  [clips, simulator, broker] = await Promise.all([makeClips(), startSimulator(), startBroker()]);
  await simulator.mount('gate', { file: clips.h264, username: 'viewer', password: PASSWORD });
  await simulator.mount('yard', { file: clips.h264 });
  api = new ApiSink({ tenant: 'demo', worker: 'worker-1', token: TOKEN });
  await api.listen();
  const urlOf = (id: string) => simulator.url(id, id === 'gate' ? `viewer:${PASSWORD}` : undefined);
  await writeCameras(join(folder, 'cameras.yaml'), ['gate', 'yard'], urlOf);
  worker = await startChild('vision/src/main.ts', {
    ANSHI_MQTT_URL: broker.url,
    ANSHI_API_URL: api.url,
    ANSHI_WORKER_TOKEN: TOKEN,
    ANSHI_BUS_KEY: 'b'.repeat(64),
    ANSHI_CAMERAS: join(folder, 'cameras.yaml'),
    ANSHI_WORKER_DIR: join(folder, 'worker'),
    ANSHI_INFERENCE_THREADS: '1',
    ANSHI_MODELS_MADE: join(folder, 'no-models'),
    ANSHI_LIVE_ENGINE: 'node-rtsp-stream',
    ANSHI_LIVE_MPEG1: '1',
  });
});
afterAll(async () => {
  if (worker?.process.exitCode === null) await worker.end('SIGKILL');
  await api?.close();
  await broker?.close();
  await simulator?.close();
  await clips?.remove();
  await rm(folder, { recursive: true, force: true });
});

type Changes = Parameters<ApiSink['grant']>[3];
const encoders = () => encodersOf(worker.process.pid ?? 0);
const newView = () => crypto.randomUUID().replaceAll('-', '');
const signed = (camera: string, changes: Changes = {}) =>
  api.grant('POST', `/mpeg1/${camera}`, '', changes);
async function watch(camera: string, headers: Record<string, string> = signed(camera)) {
  const viewer = await Mpeg1Viewer.open(`${worker.details.http}/mpeg1/${camera}`, headers, wake);
  // Also one whose test fails takes no encoder from the next.
  onTestFinished(() => viewer.leave());
  return viewer;
}

/** Asks for a view and leaves it. */
async function watchOnce(camera: string, headers?: Record<string, string>) {
  const viewer = await watch(camera, headers);
  const { status } = viewer.response;
  if (status === 200) viewer.leave();
  await until(() => viewer.isOver || undefined);
  return { status, text: viewer.bytes.toString('utf8') };
}

const morePictures = (viewer: Mpeg1Viewer, more = 10) => {
  const before = viewer.pictures;
  return until(() => (viewer.pictures >= before + more ? true : undefined));
};

async function oneEncoder(): Promise<number> {
  await expect.poll(encoders, POLLING).toHaveLength(1);
  return (await encoders())[0]!;
}

describe('MPEG-1 by node-rtsp-stream', () => {
  test('a picture comes of what the camera sends anyway: one encoder from the first viewer to the last', async () => {
    await expect.poll(async () => (await watchOnce('gate')).status, POLLING).toBe(200);
    await expect.poll(encoders, POLLING).toEqual([]);
    const first = await watch('gate');
    expect(first.response.headers.get(LIVE_ENGINE_HEADER)).toBe('node-rtsp-stream');
    await morePictures(first, 30);
    const pid = await oneEncoder();
    const file = join(folder, 'seen.ts');
    await writeFile(file, first.bytes);
    const show = ['-v', 'error', '-show_entries', 'stream=codec_name,width,height'];
    const { stdout } = await run('ffprobe', [...show, '-of', 'json', file]);
    expect((JSON.parse(stdout) as { streams: unknown[] }).streams).toMatchObject([
      { codec_name: 'mpeg1video', width: 320, height: 180 },
    ]);

    const second = await watch('gate');
    await morePictures(second);
    expect(await encoders()).toEqual([pid]);
    // Nothing of the camera, and nothing that can be connected to.
    const lines = await commandLines();
    expect(lines.filter((line) => line.includes('mpeg1video'))).not.toEqual([]);
    for (const line of lines) expect(line).not.toContain(PASSWORD);
    if (platform() === 'linux') expect(await networkSocketsOf(pid)).toEqual([]);

    first.leave();
    await morePictures(second);
    expect(await encoders()).toEqual([pid]);
    second.leave();
    await expect.poll(encoders, POLLING).toEqual([]);
  });

  test('beyond the limit of encoders a camera is refused with a sentence', async () => {
    const viewer = await watch('gate');
    const refused = await watchOnce('yard');
    expect(refused.status).toBe(503);
    expect(refused.text).toContain('this worker encodes 1 cameras at a time');
    expect(refused.text).toContain('ANSHI_LIVE_MPEG1');
    viewer.leave();
    await expect.poll(encoders, POLLING).toEqual([]);
    expect((await watchOnce('yard')).status).toBe(200);
    // The next test needs the only encoder.
    await expect.poll(encoders, POLLING).toEqual([]);
  });

  test('a view that is ended sends nothing after a second, and its encoder is gone', async () => {
    const view = newView();
    const viewer = await watch('gate', signed('gate', { view }));
    await morePictures(viewer);
    const path = `/whep/sessions/${view}`;
    const asked = performance.now();
    const answer = await fetch(`${worker.details.http}${path}`, {
      method: 'DELETE',
      headers: api.grant('DELETE', path),
    });
    expect(answer.status).toBe(204);
    await until(() => viewer.isOver || undefined);
    expect(performance.now() - asked).toBeLessThan(1_000);
    await expect.poll(encoders, POLLING).toEqual([]);
    // And one that is not renewed in time.
    const short = await watch('gate', signed('gate', { viewUntil: Date.now() + 2_000 }));
    await until(() => short.isOver || undefined);
    await expect.poll(encoders, POLLING).toEqual([]);
  });

  test('only a fresh grant of the API for this camera and this way opens a view', async () => {
    const once = signed('gate');
    expect((await watchOnce('gate', once)).status).toBe(200);
    const hour = 3_600_000;
    const view = newView();
    expect((await watchOnce('gate', signed('gate', { view }))).status).toBe(200);
    const attacks: [string, Record<string, string>][] = [
      ['without one', {}],
      ['used before', once],
      ['a view that was', signed('gate', { view })],
      [
        'too old',
        signed('gate', { issuedAt: Date.now() - hour, expiresAt: Date.now() - hour / 2 }),
      ],
      ['of another worker', signed('gate', { worker: 'worker-2' })],
      ['of another camera', signed('yard')],
      ['of WebRTC', api.grant('POST', '/whep/gate')],
      ['to look at the camera', signed('gate', { action: 'diagnose' })],
      ['of no camera', signed('gate', { camera: null, session: sessionDigest('other') })],
    ];
    for (const [what, headers] of attacks) {
      const { status } = await watchOnce('gate', headers);
      expect([what, [401, 404].includes(status)]).toEqual([what, true]);
    }
    expect(await encoders()).toEqual([]);
    // WebRTC is refused where this engine is forced, so that a page knows what to ask for.
    const whep = await fetch(`${worker.details.http}/whep/gate`, {
      method: 'POST',
      headers: api.grant('POST', '/whep/gate', 'v=0'),
      body: 'v=0',
    });
    expect(whep.status).toBe(406);
  });

  test('a worker that is killed leaves no encoder', async () => {
    const viewer = await watch('gate');
    await morePictures(viewer);
    const pid = await oneEncoder();
    await worker.end('SIGKILL');
    await until(() => viewer.isOver || undefined);
    await expect.poll(() => isRunning(pid), POLLING).toBe(false);
  });
});

async function isRunning(pid: number): Promise<boolean> {
  const { stdout } = await run('ps', ['-o', 'stat=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}
