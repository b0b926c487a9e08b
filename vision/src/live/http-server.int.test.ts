import { createPrivateKey, randomBytes } from 'node:crypto';
import {
  type LiveGrant,
  LiveGrantCheck,
  newLiveKeyPair,
  signLiveGrant,
} from '@anshi/contracts/live-grant';
import pino from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WorkerHttp } from './http-server.ts';

const { privateKey, publicKey } = newLiveKeyPair();
const key = {
  id: 'k1',
  privateKey: createPrivateKey({
    key: Buffer.from(privateKey, 'base64'),
    format: 'der',
    type: 'pkcs8',
  }),
};
const looked: string[] = [];
/** What clips were asked for. */
const cut: string[] = [];
/** Cameras of which a view by MPEG-1 was opened. */
const opened: string[] = [];
/** How often views of "lane" were said to be opened or refused. */
let settled = 0;
/** Fetches the newest keys. */
let keys: () => Promise<void> = async () => {};
let grants: LiveGrantCheck;
let http: WorkerHttp;

beforeAll(async () => {
  grants = new LiveGrantCheck('worker-1');
  grants.setKeys([{ id: key.id, publicKey }]);
  http = await WorkerHttp.listen({
    host: '127.0.0.1',
    port: 0,
    grants,
    refreshKeys: () => keys(),
    engine: {
      name: 'none',
      open: () => Promise.reject(new Error('no view is opened here')),
      has: () => false,
      end: () => false,
      endCamera: () => {},
      streamName: 'node-rtsp-stream',
      openStream: (camera: string) => opened.push(camera),
    } as never,
    log: pino({ level: 'silent' }),
    liveOf: (camera) =>
      camera === 'lane'
        ? { source: { subscribe: () => () => {}, settle: () => (settled += 1) } }
        : undefined,
    ingestOf: () => ({}) as never,
    replays: {} as never,
    setup: { answer: async (view, sealed) => ({ view, sealed }) },
    clips: { take: async (camera, body) => void cut.push(`${camera} ${body}`) },
    diagnose: (camera) => {
      looked.push(camera);
      return camera === 'gate' ? Promise.resolve({ camera, log: ['a line'] }) : undefined;
    },
    still: (camera) =>
      camera === 'gate' ? Promise.resolve({ at: null, jpeg: 'blurred' }) : undefined,
    health: () => ({}),
    metrics: new Registry(),
  });
});
afterAll(() => http?.close());

const id = () => randomBytes(16).toString('hex');

/** Asks for a diagnosis with a grant that may be for something else. */
function ask(
  path: string,
  given: Partial<LiveGrant> = {},
  method = 'POST',
  body = '',
  signal: AbortSignal | null = null,
) {
  const now = Date.now();
  const grant = {
    id: id(),
    worker: 'worker-1',
    action: 'diagnose' as const,
    view: id(),
    camera: 'gate',
    session: 'a'.repeat(64),
    issuedAt: now,
    expiresAt: now + 30_000,
    viewUntil: now + 60_000,
    ...given,
  };
  const authorization = signLiveGrant(key, { method, path, body }, grant);
  const url = `http://127.0.0.1:${http.port}${path}`;
  return fetch(url, { method, signal, headers: { authorization }, ...(body && { body }) });
}

test('a camera is looked at for a grant that names it, once', async () => {
  const first = id();
  const answer = await ask('/diagnose/gate', { id: first });
  expect([answer.status, await answer.json()]).toEqual([200, { camera: 'gate', log: ['a line'] }]);
  expect((await ask('/diagnose/gate', { id: first })).status).toBe(401);
  expect(looked).toEqual(['gate']);
});

test.each([
  ['of a live view', { action: 'open' as const }, 404],
  ['of another camera', { camera: 'yard' }, 404],
  ['of another worker', { worker: 'worker-2' }, 401],
  ['of an hour ago', { issuedAt: 1, expiresAt: 2 }, 401],
])('a grant %s opens no diagnosis', async (_, given, status) => {
  const before = looked.length;
  expect((await ask('/diagnose/gate', given)).status).toBe(status);
  expect(
    (await fetch(`http://127.0.0.1:${http.port}/diagnose/gate`, { method: 'POST' })).status,
  ).toBe(401);
  expect(looked).toHaveLength(before);
});

test('a camera that the worker does not have is none', async () => {
  expect((await ask('/diagnose/yard', { camera: 'yard' })).status).toBe(404);
});

test('what is asked while cameras are set up needs a grant of this request and this body', async () => {
  const view = id();
  const setup = { action: 'setup' as const, camera: null, view };
  const answer = await ask(`/setup/${view}`, setup, 'POST', 'sealed');
  expect([answer.status, await answer.json()]).toEqual([200, { view, sealed: 'sealed' }]);
  expect((await ask(`/setup/${id()}`, setup, 'POST', 'sealed')).status).toBe(404);
  expect((await ask(`/setup/${view}`, { ...setup, action: 'diagnose' })).status).toBe(404);
});

test('a clip is asked for by a grant of this camera and this body, once', async () => {
  const clip = { action: 'clip' as const, id: id() };
  const body = '{"violation":"one"}';
  expect((await ask('/clips/gate', clip, 'POST', body)).status).toBe(202);
  expect(cut).toEqual([`gate ${body}`]);
  // The same grant again, and grants of another camera, worker, time or kind of request.
  expect((await ask('/clips/gate', clip, 'POST', body)).status).toBe(401);
  const refused: Partial<LiveGrant>[] = [
    { action: 'clip', camera: 'yard' },
    { action: 'clip', worker: 'worker-2' },
    { action: 'clip', issuedAt: 1, expiresAt: 2 },
    { action: 'still' },
    { action: 'replay' },
  ];
  for (const given of refused) {
    const { status } = await ask('/clips/gate', given, 'POST', body);
    expect([401, 404]).toContain(status);
  }
  const unsigned = await fetch(`http://127.0.0.1:${http.port}/clips/gate`, {
    method: 'POST',
    body,
  });
  expect(unsigned.status).toBe(401);
  // A grant for one body opens no other.
  const now = Date.now();
  const grant = { worker: 'worker-1', view: id(), camera: 'gate', session: 'a'.repeat(64) };
  const times = { issuedAt: now, expiresAt: now + 30_000, viewUntil: now + 60_000 };
  const signed = { method: 'POST', path: '/clips/gate', body };
  const authorization = signLiveGrant(key, signed, {
    id: id(),
    action: 'clip',
    ...grant,
    ...times,
  });
  const other = await fetch(`http://127.0.0.1:${http.port}/clips/gate`, {
    method: 'POST',
    headers: { authorization },
    body: '{"violation":"two"}',
  });
  expect(other.status).toBe(401);
  expect(cut).toHaveLength(1);
});

test('a still is given for the camera of its grant alone', async () => {
  const still = { action: 'still' as const };
  const answer = await ask('/still/gate', still);
  expect([answer.status, await answer.json()]).toEqual([200, { at: null, jpeg: 'blurred' }]);
  expect((await ask('/still/other', still)).status).toBe(404);
  // A grant for another look is none for this one.
  expect((await ask('/still/gate', { action: 'diagnose' })).status).toBe(404);
  expect((await ask('/diagnose/gate', still)).status).toBe(404);
});

test('a view by MPEG-1 is not opened for an API that left while its key was asked for', async () => {
  const open = { action: 'open' as const, camera: 'lane' };
  const left = new AbortController();
  const wait: { asked?: () => void; go?: () => void } = {};
  const isAsked = new Promise<void>((resolve) => {
    wait.asked = resolve;
  });
  grants.setKeys([]);
  keys = () => {
    wait.asked?.();
    return new Promise((resolve) => {
      wait.go = resolve;
    });
  };
  const answer = ask('/mpeg1/lane', open, 'POST', '', left.signal).catch(() => 'left');
  await isAsked;
  left.abort();
  expect(await answer).toBe('left');
  // Two round trips: the server has handled the disconnect by then.
  for (const _ of [1, 2]) await (await fetch(`http://127.0.0.1:${http.port}/health`)).text();
  grants.setKeys([{ id: key.id, publicKey }]);
  wait.go?.();
  keys = async () => {};
  // A request whose client stays connected is the only one that opens a view.
  const stays = new AbortController();
  const { status } = await ask('/mpeg1/lane', open, 'POST', '', stays.signal);
  stays.abort();
  expect([status, opened]).toEqual([200, ['lane']]);
});

test('the source of a view that is refused hears of it, also where its grant was used before', async () => {
  const view = id();
  const open = () =>
    ask('/whep/lane', { action: 'open', camera: 'lane', view }, 'POST', 'an offer');
  expect((await open()).status).toBe(500);
  expect(settled).toBe(1);
  expect((await open()).status).toBe(401);
  expect(settled).toBe(2);
});
