import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type WorkerGrants, type WorkerHeartbeat, workerHeartbeat } from '@anshi/contracts';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { emptyJudgeState, type JudgeState, judgeState } from '../judge/state.ts';
import { findings } from '../testing/findings.ts';
import { judgedBy, packState, takeOver } from './handed-state.ts';
import { Heartbeats } from './heartbeats.ts';

let folder: string;
const ends: (() => unknown)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-beats-'));
  ends.push(() => rm(folder, { recursive: true, force: true }));
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const { camera: config } = findings([]);
const gate = config.id;
type Grant = WorkerGrants['cameras'][number];
const grant = (camera: string, number: number, more: Partial<Grant> = {}): Grant => ({
  camera,
  number,
  since: new Date().toISOString(),
  takenFrom: null,
  state: null,
  ...more,
});
const someone = (): JudgeState =>
  judgeState.parse({
    ...emptyJudgeState(gate),
    epoch: Date.now() - 5_000,
    at: 5_000,
    actors: [
      {
        id: 'p-1',
        track: 't-1',
        seenAt: 5_000,
        blind: 0,
        box: [10, 10, 50, 90],
        velocity: [0, 0],
        floor: null,
        rules: {
          zone: {
            kind: 'evidence',
            samples: [[4_000, 200, 1]],
            weighedTo: 5_000,
            open: {
              violation: '01KCN00000000000000000000A',
              rule: 'zone-intrusion',
              ruleId: 'zone',
              track: 't-1',
              heldAt: 5_000,
            },
          },
        },
      },
    ],
  });

/** An API that gives these cameras; null for one that is away. */
async function openApi() {
  const api = {
    gives: [] as Grant[] | null,
    heard: [] as WorkerHeartbeat[],
    url: '',
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (!api.gives) return response.writeHead(503).end();
    api.heard.push(workerHeartbeat.parse(JSON.parse(Buffer.concat(chunks).toString())));
    response.writeHead(200).end(JSON.stringify({ cameras: api.gives }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  api.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return api;
}

function openWorker(url: string, changed = async () => {}) {
  const watched = { memories: [] as { config: typeof config; state: JudgeState }[] };
  const beats = new Heartbeats({
    api: url,
    folder,
    from: 'database',
    credential: { secret: 'x', ready: async () => {}, refused: () => {} },
    log: pino({ level: 'silent' }),
    figures: () => ({ capacity: 10, most: null, load: 0 }),
    memories: () => watched.memories,
    changed,
  });
  ends.push(() => beats.leave([]));
  return { beats, watched };
}

it('a worker keeps what it was given while the API is away, over its own restart too, and nothing else', async () => {
  const api = await openApi();
  api.gives = [grant(gate, 7)];
  const { beats } = openWorker(api.url);
  expect(beats.mine('any')).toBe(true);
  await beats.start();
  expect([beats.mine(gate), beats.mine('yard'), beats.numberOf(gate)]).toEqual([true, false, 7]);
  api.gives = null;
  const again = openWorker(api.url).beats;
  await again.start();
  expect([again.mine(gate), again.mine('yard'), again.numberOf(gate)]).toEqual([true, false, 7]);
  // Its own memory counts: nobody else had the camera.
  expect(again.memoryOf(gate)).toBeUndefined();
});

it('a camera is given back once it is closed, with its last state', async () => {
  const api = await openApi();
  api.gives = [grant(gate, 7)];
  let close: () => void = () => {};
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  let isFirst = true;
  const { beats, watched } = openWorker(api.url, () => {
    if (!isFirst) return closed;
    isFirst = false;
    return Promise.resolve();
  });
  await beats.start();
  watched.memories = [{ config, state: someone() }];
  api.gives = [];
  beats.now();
  await expect.poll(() => beats.mine(gate)).toBe(false);
  // While it is being closed it is still named, so that nobody else opens it.
  beats.now();
  const named = () => api.heard.at(-1)?.cameras;
  await expect.poll(() => api.heard.length).toBeGreaterThan(2);
  expect(named()).toEqual([{ camera: gate, number: 7 }]);
  watched.memories = [];
  beats.released({ config, state: someone() });
  close();
  await expect.poll(named).toEqual([]);
  const last = api.heard.flatMap(({ states }) => states).at(-1);
  expect(last).toMatchObject({ camera: gate, number: 7 });
  const taken = await takeOver(config, {
    state: last?.state ?? '',
    ageMs: 0,
    heardAt: performance.now(),
  });
  expect(taken).toMatchObject({ dropped: null, state: { actors: [{ id: 'p-1' }] } });
  await expect.poll(() => beats.numberOf(gate)).toBeUndefined();
});

it('a state is sent where it changed, at once where an episode begins, and at the end', async () => {
  const api = await openApi();
  api.gives = [grant(gate, 7)];
  const { beats, watched } = openWorker(api.url);
  await beats.start();
  watched.memories = [{ config, state: someone() }];
  beats.now();
  const sent = () => api.heard.flatMap(({ states }) => states).length;
  await expect.poll(sent).toBe(1);
  const beaten = api.heard.length;
  beats.now();
  await expect.poll(() => api.heard.length).toBeGreaterThan(beaten);
  expect(sent()).toBe(1);
  await beats.leave([{ config, state: { ...someone(), at: 6_000 } }]);
  expect(api.heard.at(-1)).toMatchObject({ leaving: true, cameras: [], states: [{ number: 7 }] });
});

it('what another worker remembers is taken with its grant; what is old or of another configuration ends its episodes', async () => {
  const packed = (await packState(config, someone())) ?? '';
  const api = await openApi();
  api.gives = [grant(gate, 8, { takenFrom: 'worker-2', state: { state: packed, ageMs: 7_000 } })];
  const { beats } = openWorker(api.url);
  await beats.start();
  const memory = beats.memoryOf(gate)!;
  expect(await takeOver(config, memory)).toMatchObject({ dropped: null, ended: [] });
  const old = await takeOver(config, { ...memory, ageMs: 40_000 });
  expect(old.state).toBeUndefined();
  expect(old.dropped).toContain('40 s old');
  expect(old.ended).toMatchObject([{ type: 'ended', ruleId: 'zone' }]);
  const other = { ...config, picture: [320, 180] as [number, number] };
  expect(judgedBy(other)).not.toBe(judgedBy(config));
  expect(await takeOver(other, memory)).toMatchObject({ state: undefined, ended: [{}] });
  const alien = { ...config, id: 'another' };
  expect(await takeOver(alien, memory)).toMatchObject({ state: undefined, ended: [] });
  const forged = Buffer.from('no state').toString('base64');
  expect(await takeOver(config, { ...memory, state: forged })).toMatchObject({ ended: [] });
});
