import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { observation, topics } from '@anshi/contracts';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PartName } from '../tools/plant/plant-options.ts';
import { ApiClient, type ViolationRow } from './support/api-client.ts';
import { clipsDir } from './support/clips.ts';
import { until } from './support/until.ts';
import { startWorld, type World } from './support/world.ts';

const run = promisify(execFile);

/** The person of the pictures walks in it, to and fro. */
const ZONE: [number, number][] = [
  [0, 300],
  [1280, 300],
  [1280, 719],
  [0, 719],
];
/** Long enough that a camera moves before it is over. */
const LONG_SECONDS = 12;
const camera = (id: string) => ({
  id,
  analysisFps: 2,
  zones: [{ id: 'bay', polygon: ZONE }],
  rules: [
    { id: 'in-bay', kind: 'zone-intrusion', zone: 'bay', confirmSeconds: 2, clearSeconds: 2 },
    {
      id: 'long-in-bay',
      kind: 'zone-intrusion',
      zone: 'bay',
      confirmSeconds: LONG_SECONDS,
      clearSeconds: 2,
    },
  ],
});
const CAMERAS = ['gate', 'yard'] as const;
type Camera = (typeof CAMERAS)[number];

interface Watchers {
  cameras: { camera: string; worker: string | null; since: string | null; number: number | null }[];
  moves: { camera: string; from: string; to: string; reason: string; handed: boolean }[];
}

let world: World;
let folder: string;
let tap: MqttClient;
let wire: Wire;
/** Observations with a person since the last change, by worker and camera. */
const seen = new Map<string, number>();

/** The line between a worker and the API, which can be cut. */
class Wire {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #cut = false;
  readonly port: Promise<number>;

  constructor(target: () => URL) {
    this.#server = createServer((near) => {
      if (this.#cut) return near.destroy();
      const { hostname, port } = target();
      const far = connect(Number(port), hostname);
      for (const socket of [near, far]) {
        this.#open.add(socket);
        socket.on('error', () => socket.destroy());
        socket.on('close', () => this.#open.delete(socket));
      }
      near.pipe(far);
      far.pipe(near);
    });
    this.port = new Promise((resolve) => {
      this.#server.listen(0, '127.0.0.1', () => {
        resolve((this.#server.address() as { port: number }).port);
      });
    });
  }

  cut(): void {
    this.#cut = true;
    for (const socket of this.#open) socket.destroy();
  }

  mend(): void {
    this.#cut = false;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}

/** Two clips of the loading gate: with a person who walks to and fro at 80 pixels a second, and without people. */
async function makeClips(): Promise<[withPerson: string, empty: string]> {
  const first = async (clip: string) => {
    const picture = join(folder, `${clip}.png`);
    const from = join(clipsDir, `${clip}.mp4`);
    await run('ffmpeg', ['-v', 'error', '-y', '-i', from, '-frames:v', '1', picture]);
    return ['-loop', '1', '-framerate', '10', '-t', '10', '-i', picture];
  };
  const [gate, hall] = [await first('aisle'), await first('hall-west')];
  const make = async (name: string, input: string[]) => {
    const file = join(folder, `${name}.mp4`);
    const codec = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-g', '10'];
    await run('ffmpeg', ['-v', 'error', '-y', ...input, ...codec, file]);
    return file;
  };
  const x = '380+400*abs(mod(t/5\\,2)-1)';
  const walk = `[1:v]crop=124:224:86:294[person];[0:v][person]overlay=x='${x}':y=330`;
  return [
    await make('person', [...gate, ...hall, '-filter_complex', walk]),
    await make('empty', gate),
  ];
}
let withPerson: string;
let empty: string;

const watchers = () => world.api.get<Watchers>('/api/v1/cameras/watchers');
const of = async (id: Camera) => (await watchers()).cameras.find((one) => one.camera === id);
const partOf = (worker: string): PartName => (worker === 'worker-1' ? 'vision' : 'vision-2');
const other = (worker: string) => (worker === 'worker-1' ? 'worker-2' : 'worker-1');
const recorded = async (id: Camera, rule = 'in-bay') =>
  (await world.api.violations()).filter((row) => row.camera === id && row.ruleId === rule);
/** Of the time since an episode began, as another rule may tell it. */
const isSince = (row: ViolationRow, open: ViolationRow) =>
  Date.parse(row.startedAt) > Date.parse(open.startedAt) - 1_500;
/** The person goes, and comes again: what was open is over, and a new episode of both rules begins. */
async function comesAgain(id: Camera): Promise<{ before: number; open: ViolationRow }> {
  await world.simulator.mount(id, empty);
  await until('what is open to end', async () => {
    const rows = [...(await recorded(id)), ...(await recorded(id, 'long-in-bay'))];
    return rows.every(({ endedAt }) => endedAt !== null);
  });
  const before = (await recorded(id)).length;
  await world.simulator.mount(id, withPerson);
  const open = await until('the episode to be on record', async () =>
    (await recorded(id)).find(({ endedAt }) => endedAt === null),
  );
  return { before, open };
}
/**
 * After a move: the episode that was open goes on, the one that was pending is recorded once and from its
 * beginning on, and both end once the person has gone.
 */
async function goesOn(
  id: Camera,
  { before, open }: Awaited<ReturnType<typeof comesAgain>>,
  movedAt: string | null,
): Promise<void> {
  const long = () => recorded(id, 'long-in-bay');
  const pending = await until('the longer one to be on record', async () =>
    (await long()).find((row) => isSince(row, open)),
  );
  const apart = Date.parse(pending.startedAt) - Date.parse(open.startedAt);
  expect(Math.abs(apart)).toBeLessThan(1_500);
  expect(Date.parse(pending.startedAt)).toBeLessThan(Date.parse(movedAt ?? ''));
  expect(Date.parse(pending.confirmedAt)).toBeGreaterThan(Date.parse(movedAt ?? ''));
  expect((await recorded(id)).filter(({ endedAt }) => endedAt === null)).toMatchObject([
    { id: open.id },
  ]);
  await world.simulator.mount(id, empty);
  const of = async () => [await recorded(id), await long()] as const;
  const [short, longer] = await until('both to end', async () => {
    const rows = await of();
    return rows.flat().every(({ endedAt }) => endedAt !== null) && rows;
  });
  expect(short).toHaveLength(before + 1);
  expect(longer.filter((row) => isSince(row, open))).toHaveLength(1);
  for (const { id: violation, endedAt } of [open, pending].map(
    ({ id: one }) => [...short, ...longer].find((row) => row.id === one)!,
  )) {
    expect([violation, Date.parse(endedAt ?? '')]).toEqual([violation, expect.any(Number)]);
    expect(Date.parse(endedAt ?? '')).toBeGreaterThan(Date.parse(pending.confirmedAt) - 1_000);
  }
}
/** Waits until the worker has seen the person long enough to record them, if it did not know them. */
async function sees(worker: string, id: Camera, frames = 12): Promise<void> {
  seen.clear();
  await until(`${worker} to see the person of ${id}`, async () => {
    return (seen.get(`${worker} ${id}`) ?? 0) >= frames;
  });
}
const spread = () =>
  until('each worker to watch one camera', async () => {
    const { cameras } = await watchers();
    const workers = new Set(cameras.map(({ worker }) => worker));
    return cameras.length === 2 && workers.size === 2 && !workers.has(null) && cameras;
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-many-'));
  [withPerson, empty] = await makeClips();
  wire = new Wire(() => new URL(world.plant.url));
  const threads = { ANSHI_INFERENCE_THREADS: '1' };
  world = await startWorld(CAMERAS.map(camera), {
    parts: ['database', 'broker', 'api', 'simulator'],
    env: {
      vision: threads,
      'vision-2': { ...threads, ANSHI_API_URL: `http://127.0.0.1:${await wire.port}` },
    },
  });
  tap = await connectAsync(world.plant.busUrl('api', 'tap'), {
    protocolVersion: 4,
    clientId: 'api-tap',
  });
  tap.on('message', (topic, payload) => {
    const read = observation.parse(JSON.parse(payload.toString()));
    const worker = topic.split('/')[4];
    const key = `${worker} ${read.camera}`;
    if (read.people.length > 0) seen.set(key, (seen.get(key) ?? 0) + 1);
  });
  await tap.subscribeAsync(topics.observations('demo', '+', '+'), { qos: 0 });
  for (const id of CAMERAS) await world.simulator.mount(id, withPerson);
  await Promise.all([world.plant.startPart('vision'), world.plant.startPart('vision-2')]);
});
afterAll(async () => {
  await tap?.endAsync(true);
  await world?.end();
  wire?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

describe('two workers on one API', () => {
  it('share the cameras, each of which is recorded once', async () => {
    await spread();
    for (const { camera: id, worker } of (await watchers()).cameras) {
      await sees(worker ?? '', id as Camera);
    }
    const rows = await until('both episodes to be on record', async () => {
      const all = [...(await recorded('gate')), ...(await recorded('yard'))];
      return all.length >= 2 && all;
    });
    expect(rows.map((row) => [row.camera, row.endedAt]).sort()).toEqual([
      ['gate', null],
      ['yard', null],
    ]);
  });

  it('lose none and double none where the API moves a camera in peace while the person walks on', async () => {
    const holder = (await of('yard'))?.worker ?? '';
    const admin = await ApiClient.signIn(world.plant.url, 'admin', world.plant.demoPassword);
    const path = '/api/v1/cameras/yard/configuration';
    const named = async (worker: string | null) => {
      const { version } = await admin.get<{ version: number }>(path);
      await admin.send('PATCH', path, { version, worker });
    };
    const act = await comesAgain('yard');
    await named(other(holder));
    const after = await until('the camera to move', async () => {
      const now = await of('yard');
      return now?.worker === other(holder) && now;
    });
    await goesOn('yard', act, after.since);
    const { moves } = await watchers();
    expect(moves).toContainEqual(
      expect.objectContaining({ camera: 'yard', from: holder, handed: true }),
    );
    await named(null);
  });

  it('lose none and double none where one is killed: its camera moves within 10 s, and its episodes go on', async () => {
    const before = await of('gate');
    const holder = before?.worker ?? '';
    const act = await comesAgain('gate');
    const killedAt = Date.now();
    await world.plant.kill(partOf(holder), 'SIGKILL');
    // On a quiet machine it would be back before its camera is given away.
    await world.plant.stopPart(partOf(holder));
    const after = await until('the camera to move', async () => {
      const now = await of('gate');
      return now?.worker === other(holder) && now;
    });
    expect(Date.parse(after.since ?? '') - killedAt).toBeLessThan(10_000);
    expect(after.number).toBeGreaterThan(before?.number ?? 0);
    await goesOn('gate', act, after.since);
    const { moves } = await watchers();
    expect(moves).toContainEqual(
      expect.objectContaining({ camera: 'gate', from: holder, reason: 'silent', handed: true }),
    );
    await world.plant.startPart(partOf(holder));
  });

  it('refuse the loser of a partition, and keep what the winner records', async () => {
    const cameras = await spread();
    const id = cameras.find(({ worker }) => worker === 'worker-2')?.camera as Camera;
    await world.simulator.mount(id, withPerson);
    await sees('worker-2', id);
    const open = await until('its episode to be on record', async () => {
      const rows = (await recorded(id)).filter(({ endedAt }) => endedAt === null);
      return rows.length > 0 && rows;
    });
    const count = (await recorded(id)).length;
    expect(open).toHaveLength(1);
    wire.cut();
    await until('the camera to move', async () => (await of(id))?.worker === 'worker-1');
    await sees('worker-1', id);
    expect(await recorded(id)).toHaveLength(count);
    // Both see that the person goes and comes again. It is recorded once.
    await world.simulator.mount(id, empty);
    await until('the episode to end', async () =>
      (await recorded(id)).every(({ endedAt }) => endedAt !== null),
    );
    await world.simulator.mount(id, withPerson);
    await sees('worker-1', id);
    await sees('worker-2', id);
    await until('the next one', async () => (await recorded(id)).length > count);
    wire.mend();
    const rejected = join(world.plant.workerDir('vision-2'), 'outbox', 'rejected');
    await until('the events of the loser to be refused', async () => {
      return readdirSync(rejected).length > 0;
    });
    await until('the loser to give the camera up', async () => {
      seen.clear();
      await sleep(3_000);
      return (seen.get(`worker-2 ${id}`) ?? 0) === 0;
    });
    expect(await recorded(id)).toHaveLength(count + 1);
  });
});
