import { createPrivateKey, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CameraConfig, type ReplayState, replayState } from '@anshi/contracts';
import {
  GRANT_LASTS_MS,
  type LiveGrant,
  LiveGrantCheck,
  newLiveKeyPair,
  sessionDigest,
  signLiveGrant,
} from '@anshi/contracts/live-grant';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { CAMERA, only } from '../judge/scenes.ts';
import type { EngineChoice } from '../live/engine-choice.ts';
import { WorkerHttp } from '../live/http-server.ts';
import { fileName, hourOf } from '../record/observation-files.ts';
import { ObservationLog } from '../record/observation-log.ts';
import { frameText, headText } from './recorded-lines.ts';
import { ReplayJobs } from './replay-jobs.ts';

/*
 * Replays as the API asks a worker for them: signed requests, a thread of low priority, recorded files.
 */

const log = pino({ level: 'silent' });
const pair = newLiveKeyPair();
const privateKey = createPrivateKey({
  key: Buffer.from(pair.privateKey, 'base64'),
  format: 'der',
  type: 'pkcs8',
});
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const work of cleanUp.splice(0).reverse()) await work();
});

const BEGIN = hourOf(Date.now()) - 3_600_000;
const iso = (ms: number) => new Date(BEGIN + ms).toISOString();
const bodyOf = (config: CameraConfig | null, ms = 60_000) => {
  const { url: _, ...draft } = config ?? CAMERA;
  return JSON.stringify({ config: config ? draft : null, from: iso(0), to: iso(ms) });
};

/** A worker with recorded minutes in which a person is in the hall for some seconds, again and again. */
async function openWorker({
  minutes = 1,
  longestMs,
}: {
  minutes?: number;
  longestMs?: number;
} = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'anshi-replay-'));
  cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'gate'));
  const lines = [
    headText({
      camera: 'gate',
      worker: 'worker-1',
      model: { name: 'ppe', version: '1' },
      version: 4,
      config: only('keep-out'),
    }),
  ];
  for (let ms = 0; ms < minutes * 60_000; ms += 200) {
    const isInside = ms % 30_000 < 5_000;
    const x = isInside ? 300 : 700;
    lines.push(
      frameText({
        at: BEGIN + ms,
        lag: 50,
        people: [
          { track: 'a', box: [x - 20, 200, x + 20, 300], score: 0.8, equipment: {}, pose: null },
        ],
        degraded: false,
      }),
    );
  }
  if (minutes > 0) writeFileSync(join(folder, 'gate', fileName(BEGIN, 1)), `${lines.join('\n')}\n`);
  const observations = await ObservationLog.open({
    folder,
    hours: 100,
    megabytes: 100,
    hasRoom: () => true,
    log,
  });
  cleanUp.push(() => observations.close());
  const has = (camera: string) => ['gate', 'yard'].includes(camera);
  const replays = new ReplayJobs({ observations, log, has, ...(longestMs && { longestMs }) });
  cleanUp.push(() => replays.close());
  const grants = new LiveGrantCheck('worker-1');
  grants.setKeys([{ id: 'k1', publicKey: pair.publicKey }]);
  const server = await WorkerHttp.listen({
    host: '127.0.0.1',
    port: 0,
    grants,
    refreshKeys: async () => {},
    engine: { has: () => false, end: () => false } as unknown as EngineChoice,
    log,
    liveOf: () => undefined,
    ingestOf: () => undefined,
    diagnose: () => undefined,
    still: () => undefined,
    clips: { take: async () => {} },
    setup: { answer: async () => ({}) },
    replays,
    health: () => ({}),
    metrics: new Registry(),
  });
  cleanUp.push(() => server.close());
  return { url: `http://127.0.0.1:${server.port}`, observations };
}

const newView = () => randomBytes(16).toString('hex');
/** A request with the grant of the API for it. */
async function ask(
  url: string,
  method: 'POST' | 'GET' | 'DELETE',
  path: string,
  view: string,
  { body, ...changes }: Partial<Omit<LiveGrant, 'body'>> & { body?: string } = {},
) {
  const now = Date.now();
  const authorization = signLiveGrant(
    { id: 'k1', privateKey },
    { method, path, body: body ?? '' },
    {
      id: newView(),
      worker: 'worker-1',
      action: 'replay',
      view,
      camera: 'gate',
      session: sessionDigest('mine'),
      issuedAt: now,
      expiresAt: now + GRANT_LASTS_MS,
      viewUntil: now + 1000,
      ...changes,
    },
  );
  return fetch(`${url}${path}`, { method, headers: { authorization }, body: body ?? null });
}
async function resultOf(url: string, view: string): Promise<ReplayState> {
  for (;;) {
    const answer = await ask(url, 'GET', `/replays/states/${view}`, view);
    expect(answer.status).toBe(200);
    const state = replayState.parse(await answer.json());
    if (state.state !== 'running') return state;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('a replay that the API asks for', () => {
  it('says what a draft would have recorded: more, or fewer, and what its masks leave out', async () => {
    const { url } = await openWorker();
    const replayed = async (config: CameraConfig | null) => {
      const view = newView();
      const begun = await ask(url, 'POST', '/replays/gate', view, { body: bodyOf(config) });
      expect(begun.status).toBe(202);
      const { state, result, problem } = await resultOf(url, view);
      expect([state, problem]).toEqual(['done', null]);
      return result!;
    };
    const before = getPriority();
    const now = await replayed(null);
    expect(now.records.map(({ ruleId }) => ruleId)).toEqual(['keep-out', 'keep-out']);
    expect(now.records[0]).toMatchObject({ startedAt: iso(0), confirmedAt: iso(1000), track: 'a' });
    expect(now.watched).toEqual([{ from: iso(0), to: iso(59_800) }]);
    const draft = only('keep-out');
    const whole: [number, number][] = [
      [0, 0],
      [1000, 0],
      [1000, 600],
      [0, 600],
    ];
    const [zone] = draft.zones;
    const rule = {
      ...draft.rules[0]!,
      id: 'everywhere',
      zone: 'all',
    } as (typeof draft.rules)[number];
    const more = await replayed({
      ...draft,
      zones: [zone!, { ...zone!, id: 'all', polygon: whole }],
      rules: [...draft.rules, rule],
    });
    expect(more.records.map(({ ruleId }) => ruleId).sort()).toEqual([
      'everywhere',
      'keep-out',
      'keep-out',
    ]);
    const mask = { id: 'screen', name: zone!.name, polygon: zone!.polygon };
    const fewer = await replayed({ ...draft, masks: [mask] });
    expect(fewer.records).toEqual([]);
    expect(fewer.hidden).toEqual([{ mask: 'screen', people: 1, sightings: 50 }]);
    // The thread has a low priority, and the process keeps its own.
    expect(getPriority()).toBe(before);
  });

  it('is of the person who asked, for that camera, by a grant of the API', async () => {
    const { url } = await openWorker();
    const view = newView();
    const body = bodyOf(null);
    const refused = async (status: number, ...request: Parameters<typeof ask>) =>
      expect((await ask(...request)).status).toBe(status);
    expect((await fetch(`${url}/replays/gate`, { method: 'POST', body })).status).toBe(401);
    // A grant of a live view is none, one for another camera neither, nor one for another body.
    await refused(404, url, 'POST', '/replays/gate', view, { body, action: 'open' });
    await refused(404, url, 'POST', '/replays/gate', view, { body, camera: 'yard' });
    await refused(404, url, 'POST', '/replays/none', view, { body, camera: 'none' });
    const grant = await ask(url, 'POST', '/replays/gate', view, { body });
    expect(grant.status).toBe(202);
    const path = `/replays/states/${view}`;
    await refused(404, url, 'GET', path, view, { session: sessionDigest('of another') });
    await refused(404, url, 'DELETE', path, view, { session: sessionDigest('of another') });
    await refused(404, url, 'GET', path, view, { camera: 'yard' });
    await refused(404, url, 'GET', path, newView());
    expect((await resultOf(url, view)).state).toBe('done');
    // The id of a replay is not taken twice.
    await refused(401, url, 'POST', '/replays/gate', view, { body });
  });

  it.each([
    ['no JSON', '{', 400],
    ['no time', JSON.stringify({ config: null }), 422],
    ['a time that runs backwards', JSON.stringify({ config: null, from: iso(1), to: iso(0) }), 422],
    ['more than a day', JSON.stringify({ config: null, from: iso(0), to: iso(90_000_000) }), 422],
    ['a draft of another camera', bodyOf({ ...CAMERA, id: 'yard' }), 422],
    [
      'a draft that is none',
      JSON.stringify({ config: { id: 'gate' }, from: iso(0), to: iso(1) }),
      422,
    ],
    ['a body that is too long', JSON.stringify({ a: 'x'.repeat(600_000) }), 413],
  ])('is refused with %s', async (_, body, status) => {
    const { url } = await openWorker({ minutes: 0 });
    const answer = await ask(url, 'POST', '/replays/gate', newView(), { body });
    expect(answer.status).toBe(status);
    expect(((await answer.json()) as { title: string }).title).not.toBe('');
  });

  it('is empty where nothing was recorded', async () => {
    const { url } = await openWorker({ minutes: 0 });
    const view = newView();
    await ask(url, 'POST', '/replays/gate', view, { body: bodyOf(null) });
    expect(await resultOf(url, view)).toMatchObject({
      state: 'done',
      result: { observations: 0, watched: [], records: [] },
    });
  });

  it('runs alone on a worker, is cancelled, and then the next one runs', async () => {
    const { url } = await openWorker({ minutes: 12 });
    const [first, second] = [newView(), newView()];
    const body = bodyOf(CAMERA, 720_000);
    expect((await ask(url, 'POST', '/replays/gate', first, { body })).status).toBe(202);
    expect((await ask(url, 'POST', '/replays/gate', second, { body })).status).toBe(429);
    const path = `/replays/states/${first}`;
    expect((await ask(url, 'DELETE', path, first)).status).toBe(204);
    expect((await ask(url, 'GET', path, first)).status).toBe(404);
    expect((await ask(url, 'POST', '/replays/gate', second, { body })).status).toBe(202);
    expect((await resultOf(url, second)).state).toBe('done');
  });

  it('is ended where it takes too long, and says so', async () => {
    const { url } = await openWorker({ minutes: 30, longestMs: 5 });
    const view = newView();
    await ask(url, 'POST', '/replays/gate', view, { body: bodyOf(CAMERA, 1_800_000) });
    expect(await resultOf(url, view)).toMatchObject({
      state: 'failed',
      problem: expect.stringContaining('take a shorter time'),
    });
  });
});
