import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cameraHealth, topics, type WorkerCameras, workerStatus } from '@anshi/contracts';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiSink } from './testing/api-sink.ts';
import { startBroker, type TestBroker } from './testing/broker.ts';
import { type Child, startChild } from './testing/child.ts';
import { makeClips, type TestClips } from './testing/clips.ts';
import { startSimulator, type TestSimulator } from './testing/simulator.ts';

const run = promisify(execFile);
const TOKEN = 'a-secret-of-a-worker';
const SECRET = 'geheim-4711';

let clips: TestClips;
let simulator: TestSimulator;
let broker: TestBroker;
let api: ApiSink;
let bus: MqttClient;
let folder: string;
let worker: Child;
const latest = new Map<string, string>();
const waiters = new Set<() => void>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-pull-'));
  [clips, simulator, broker] = await Promise.all([makeClips(), startSimulator(), startBroker()]);
  for (const name of ['gate', 'yard']) await simulator.mount(name, { file: clips.h264 });
  api = new ApiSink({ tenant: 'demo', worker: 'worker-1', token: TOKEN });
  await api.listen();
  await api.connect(broker.url);
  bus = await mqtt.connectAsync(broker.url, { protocolVersion: 4 });
  bus.on('message', (topic, payload) => {
    latest.set(topic, payload.toString());
    for (const wake of [...waiters]) wake();
  });
  await bus.subscribeAsync('anshi/v1/demo/workers/#');
  // For the time before it ever reached the API.
  await writeFile(
    join(folder, 'cameras.yaml'),
    `version: 1
sites: [{ id: plant, name: { zh: 厂, en: Plant } }]
cameras:
  - { id: gate, name: { zh: 门, en: Gate }, site: plant, url: '${simulator.url('gate')}', picture: [640, 360], analysisFps: 2 }
`,
  );
  worker = await start();
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

const start = () =>
  startChild('vision/src/main.ts', {
    ANSHI_MQTT_URL: broker.url,
    ANSHI_API_URL: api.url,
    ANSHI_WORKER_TOKEN: TOKEN,
    ANSHI_BUS_KEY: 'b'.repeat(64),
    ANSHI_CAMERAS: join(folder, 'cameras.yaml'),
    ANSHI_WORKER_DIR: join(folder, 'worker'),
    ANSHI_INFERENCE_THREADS: '1',
    ANSHI_MODELS_MADE: join(folder, 'no-models'),
    ANSHI_LIVE_BIND: '127.0.0.1',
  });

/** A camera as the API gives it. */
function camera(id: string, version: number, changes: Record<string, unknown> = {}) {
  const config = {
    id,
    name: { zh: id, en: id },
    site: 'plant',
    url: simulator.url(id, `viewer:${SECRET}`),
    picture: [640, 360],
    analysisFps: 2,
    zones: [],
    rules: [],
    ...changes,
  };
  return { id, version, config };
}
const of = (revision: string, ...cameras: WorkerCameras['cameras']): WorkerCameras => ({
  revision,
  sites: [{ id: 'plant', name: { zh: '厂', en: 'Plant' }, floorPlans: [] }],
  cameras,
});
const zone = (polygon: number[][]) => ({
  zones: [{ id: 'door', name: { zh: '门口', en: 'Door' }, kind: 'work-area', polygon }],
  rules: [{ id: 'ppe', kind: 'missing-ppe', zone: 'door', items: ['helmet'] }],
});
const SQUARE = [
  [10, 10],
  [200, 10],
  [200, 200],
  [10, 200],
];

async function until<T>(read: () => T | undefined): Promise<T> {
  for (;;) {
    const found = read();
    if (found !== undefined) return found;
    await new Promise<void>((resolve) => {
      const wake = () => {
        waiters.delete(wake);
        resolve();
      };
      waiters.add(wake);
    });
  }
}
function status() {
  const text = latest.get(topics.workerStatus('demo', 'worker-1'));
  return text ? workerStatus.parse(JSON.parse(text)) : undefined;
}
/** Waits until the worker says that it has a configuration. */
const has = (revision: string | null, source = 'api') =>
  until(() => {
    const now = status();
    const { configuration } = now ?? {};
    return now?.online && configuration?.revision === revision && configuration.source === source
      ? now
      : undefined;
  });
const live = (id: string) =>
  until(() => {
    const text = latest.get(topics.cameraHealth('demo', 'worker-1', id));
    const health = text ? cameraHealth.parse(JSON.parse(text)) : undefined;
    return health?.state === 'live' ? health : undefined;
  });

/** The ids of the ffmpeg processes of the worker's cameras. */
async function ffmpegs(): Promise<string[]> {
  const { stdout } = await run('ps', ['-axo', 'stat=,pid=,command=']);
  return stdout
    .split('\n')
    .filter((line) => line.includes(join(folder, 'worker')) && /ffmpeg/.test(line))
    .filter((line) => !line.startsWith('Z'))
    .map((line) => line.trim().split(/\s+/)[1] ?? '')
    .sort();
}

describe('the cameras of a worker', () => {
  it('are those of its file until it first hears of the API, and those of the API from then on', async () => {
    await has(null, 'file');
    await live('gate');
    await api.noticeCameras(of('r1', camera('gate', 1), camera('yard', 1)));
    const now = await has('r1');
    expect(now).toMatchObject({ cameras: ['gate', 'yard'], problem: null });
    await live('yard');
    // The file is for the time before, and nobody follows it any more.
    const file = join(folder, 'cameras.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replace('id: gate', 'id: nowhere'));
    // Of what it has, it is told no more than that nothing changed.
    const asked = api.asked.length;
    await api.noticeCameras({ ...of('r1'), revision: 'r1' });
    await bus.publishAsync(topics.configuration('demo', 'worker-1'), '{"revision":"forged"}');
    await api.noticeCameras(of('r2', camera('gate', 2, zone(SQUARE)), camera('yard', 1)));
    await has('r2');
    expect(api.asked.slice(asked)).toEqual([200]);
    expect(status()?.cameras).toEqual(['gate', 'yard']);
  });

  it('change one by one: a zone restarts no camera and loses none of what is recorded', async () => {
    await Promise.all([live('gate'), live('yard')]);
    const before = await ffmpegs();
    expect(before.length).toBeGreaterThan(1);
    const ring = join(folder, 'worker', 'ring', 'gate');
    const { ino } = await stat(ring);
    await api.noticeCameras(
      of('r3', camera('gate', 3, zone([...SQUARE.slice(0, 3), [10, 180]])), camera('yard', 1)),
    );
    await has('r3');
    await live('gate');
    expect(await ffmpegs()).toEqual(before);
    expect((await stat(ring)).ino).toBe(ino);
  });

  it('are kept where they were good: what it refuses is told with its reason', async () => {
    const before = await ffmpegs();
    await api.noticeCameras(
      of(
        'r4',
        camera('gate', 4, { model: 'no-such-model' }),
        camera('yard', 2, { analysisFps: 3 }),
      ),
    );
    const now = await has('r4');
    expect(now.configuration?.refused).toEqual([
      { camera: 'gate', version: 4, reason: 'model: there is no model "no-such-model"' },
    ]);
    expect(now.problem).toContain('camera "gate": version 4');
    expect(now.cameras).toEqual(['gate', 'yard']);
    // The other one has its change: its process is another one, and that of the refused is not.
    await expect
      .poll(
        async () => {
          const after = await ffmpegs();
          return before.filter((pid) => after.includes(pid)).length;
        },
        { timeout: 30_000 },
      )
      .toBeLessThan(before.length);
    expect((await ffmpegs()).filter((pid) => before.includes(pid)).length).toBeGreaterThan(0);
  });

  it('are on its disk for its user alone, so that it starts while the API is away', async () => {
    const kept = join(folder, 'worker', 'cameras.json');
    expect((await stat(kept)).mode & 0o777).toBe(0o600);
    await worker.end();
    await api.closeHttp();
    worker = await start();
    const now = await has('r4', 'kept');
    expect(now.cameras).toEqual(['gate', 'yard']);
    expect(now.configuration?.refused).toMatchObject([{ camera: 'gate', version: 4 }]);
    await Promise.all([live('gate'), live('yard')]);
    // It comes back with another configuration, and without a notice.
    api.cameras = of('r5', camera('gate', 5));
    await api.listen();
    const after = await has('r5');
    expect(after).toMatchObject({ cameras: ['gate'], problem: null });
    for (const line of worker.lines) expect(line).not.toContain(SECRET);
    expect(latest.get(topics.workerStatus('demo', 'worker-1'))).not.toContain(SECRET);
  });
});
