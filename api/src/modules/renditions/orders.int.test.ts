import type { BlurOrder, ViolationConfirmed } from '@anshi/contracts';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { openSite, type RunningApi, type Site, startApi } from '../../testing/site.ts';
import {
  blurredEvent,
  clipEvent,
  startWorker,
  type TestWorker,
  testFile,
} from '../../testing/worker.ts';
import type { Violation } from '../violations/schema.ts';

let site: Site;
let api: RunningApi;
let worker: TestWorker;
let other: TestWorker;
let database: Database;
let reader: { authorization: string };

beforeAll(async () => {
  site = await openSite();
  api = await startApi(site, (await site.seededDatabase()).appUrl);
  database = openDatabase(api.settings.databaseUrl);
  worker = await startWorker(site, api);
  other = await startWorker(site, api, 'worker-2', []);
  reader = await api.signIn('operator');
});
afterAll(async () => {
  await Promise.all([worker?.stop(), other?.stop()]);
  await database?.close();
  await api?.stop();
  await site?.stop();
});

const base = '/api/v1/ingest/blur-orders';
const run = <Result>(work: Parameters<Database['transaction']>[1]) =>
  database.transaction({ tenant: 'demo', user: null }, work) as Promise<Result>;
async function claim(by: TestWorker): Promise<BlurOrder | null> {
  const answer = await fetch(`${api.url}${base}/claim`, { method: 'POST', headers: by.own });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { order: BlurOrder | null }).order;
}
const download = (by: TestWorker, id: string, of: string, which: string) =>
  fetch(`${api.url}${base}/${id}/${of}/${which}`, { headers: by.own });
const fail = (by: TestWorker, id: string, of: string) =>
  fetch(`${api.url}${base}/${id}/${of}/failed`, {
    method: 'POST',
    headers: { ...by.own, 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'it is no film' }),
  });
const read = async (id: string) =>
  (await (await api.get(`/api/v1/violations/${id}`, reader)).json()) as Violation;
/** Answers every order that is open, so that a test begins with none. */
async function blurAll(): Promise<void> {
  for (const one of [worker, other]) {
    for (let order = await claim(one); order; order = await claim(one)) {
      const rendition = testFile(order.of === 'clip' ? 'video/mp4' : 'image/jpeg');
      await one.put(rendition);
      const of = { source: `/vision/${one.name}`, data: order } as unknown as ViolationConfirmed;
      await one.deliver(blurredEvent(of, { sha256: order.original }, rendition));
    }
  }
}
async function withClip() {
  const event = await worker.confirm();
  const files = { video: testFile('video/mp4'), boxes: testFile('application/json') };
  for (const file of Object.values(files)) await worker.put(file);
  const clip = clipEvent(event, files);
  await worker.deliver(clip);
  return { event, clip, files };
}

describe('orders of renditions', () => {
  it('come picture first and clip then, and the rendition is what readers get', async () => {
    await blurAll();
    const { event, files } = await withClip();
    expect(await read(event.id)).toMatchObject({
      snapshot: { rendition: 'being-made' },
      clip: { rendition: 'being-made' },
    });
    const first = await claim(worker);
    expect(first).toMatchObject({
      violation: event.id,
      of: 'snapshot',
      original: event.data.snapshot?.sha256,
      camera: 'hall-west',
      boxes: event.data.snapshot?.boxes,
      hasBoxesFile: false,
    });
    const picture = await worker.blur(event);
    expect(await read(event.id)).toMatchObject({
      snapshot: { rendition: 'ready' },
      clip: { rendition: 'being-made' },
    });
    const shown = await api.get(`/api/v1/violations/${event.id}/snapshot`, reader);
    expect(Buffer.from(await shown.arrayBuffer()).equals(picture.bytes)).toBe(true);
    const hidden = await api.get(`/api/v1/violations/${event.id}/clip`, reader);
    expect(await hidden.json()).toMatchObject({ status: 404, code: 'evidence.being-blurred' });

    const second = await claim(worker);
    expect(second).toMatchObject({ violation: event.id, of: 'clip', hasBoxesFile: true });
    const original = await download(worker, event.id, 'clip', 'original');
    expect(original.headers.get('cache-control')).toBe('no-store');
    expect(Buffer.from(await original.arrayBuffer()).equals(files.video.bytes)).toBe(true);
    const boxes = await download(worker, event.id, 'clip', 'boxes');
    expect(Buffer.from(await boxes.arrayBuffer()).equals(files.boxes.bytes)).toBe(true);
    await blurAll();
    expect(await read(event.id)).toMatchObject({ clip: { rendition: 'ready' } });
    expect(await claim(worker)).toBeNull();
  });

  it('that a reader waits for come before all others', async () => {
    await blurAll();
    const { event } = await withClip();
    const newer = await worker.confirm();
    const path = (id: string) => `/api/v1/violations/${id}/rendition-requests`;
    expect((await api.post(path(event.id), {}, reader)).status).toBe(204);
    expect(await claim(worker)).toMatchObject({ violation: event.id, of: 'snapshot' });
    await worker.blur(event);
    // Asked again: of two that are waited for, what was asked for last.
    expect((await api.post(path(event.id), {}, reader)).status).toBe(204);
    expect(await claim(worker)).toMatchObject({
      violation: event.id,
      of: 'clip',
      hasBoxesFile: true,
    });
    await blurAll();
    expect((await read(newer.id)).snapshot?.rendition).toBe('ready');
    // Nothing is left to be made.
    expect((await api.post(path(event.id), {}, reader)).status).toBe(204);
    expect(await claim(worker)).toBeNull();
    expect((await api.post(path(ulid()), {}, reader)).status).toBe(404);
    expect(
      (await api.send('buyer', 'POST', `/violations/${ulid()}/rendition-requests`, {})).status,
    ).toBe(403);
  });

  it('of a worker that was killed are given to it again at once, and to no other', async () => {
    await blurAll();
    const { id } = await worker.confirm();
    const order = await claim(worker);
    expect(order?.violation).toBe(id);
    // It was killed, has nothing on its disk, and asks.
    expect(await claim(worker)).toEqual(order);
    expect(await claim(other)).toBeNull();
    expect((await download(other, id, 'snapshot', 'original')).status).toBe(404);
  });

  it('are also those of before there were renditions, and of a worker that is gone', async () => {
    await blurAll();
    const { id } = await worker.confirm();
    await run((tx) =>
      tx.violation.updateMany({ where: { id }, data: { source: '/vision/gone', camera: 'aisle' } }),
    );
    expect(await claim(worker)).toBeNull();
    expect(await claim(other)).toBeNull();
    const now = new Date();
    const held = { id: ulid(), camera: 'aisle', worker: 'worker-2', heldFrom: now, renewedAt: now };
    await run((tx) => tx.cameraLease.create({ data: { tenantId: 'demo', ...held } }));
    // Which watches that camera now.
    expect(await claim(other)).toMatchObject({ violation: id, camera: 'aisle' });
    await blurAll();
    expect((await read(id)).snapshot?.rendition).toBe('ready');
  });

  it('that fail are tried again later, three times, and then readers are told', async () => {
    await blurAll();
    const { id } = await worker.confirm();
    for (let attempt = 1; attempt <= 3; attempt++) {
      expect((await claim(worker))?.violation).toBe(id);
      expect((await fail(worker, id, 'snapshot')).status).toBe(204);
      expect(await claim(worker)).toBeNull();
      await run((tx) => tx.blurOrder.updateMany({ data: { untilAt: new Date(Date.now() - 1) } }));
    }
    expect(await claim(worker)).toBeNull();
    expect((await read(id)).snapshot?.rendition).toBe('failed');
    const answer = await api.get(`/api/v1/violations/${id}/snapshot`, reader);
    expect(await answer.json()).toMatchObject({
      status: 404,
      code: 'evidence.blur-failed',
      detail: 'it is no film',
    });
  });

  it('that end each worker are given out no more than six times', async () => {
    await blurAll();
    const { id } = await worker.confirm();
    for (let attempt = 1; attempt <= 6; attempt++)
      expect((await claim(worker))?.violation).toBe(id);
    expect(await claim(worker)).toBeNull();
    expect((await read(id)).snapshot?.rendition).toBe('failed');
  });
});

describe('a rendition', () => {
  it('is refused where it is of another original, or is the original itself', async () => {
    const event = await worker.confirm();
    const rendition = testFile('image/jpeg');
    await worker.put(rendition);
    const foreign = blurredEvent(event, testFile('image/jpeg'), rendition);
    expect(await worker.deliver({ ...foreign, id: `${foreign.id}-1` })).toMatchObject({
      result: 'rejected',
      reason: expect.stringContaining('is not the snapshot of that violation'),
    });
    const { sha256, mediaType, bytes } = event.data.snapshot!;
    const data = { ...foreign.data, original: sha256, file: { sha256, mediaType, bytes } };
    const same = { ...foreign, id: `${foreign.id}-2`, data };
    expect((await worker.deliver(same)).result).toBe('rejected');
    expect((await read(event.id)).snapshot?.rendition).toBe('being-made');
  });

  it('is refused of a worker that neither recorded the violation nor has its order', async () => {
    const event = await worker.confirm();
    const rendition = testFile('image/jpeg');
    await other.put(rendition);
    const foreign = blurredEvent(
      { ...event, source: '/vision/worker-2' },
      event.data.snapshot!,
      rendition,
    );
    expect(await other.deliver(foreign)).toMatchObject({
      result: 'rejected',
      reason: expect.stringContaining('recorded by /vision/worker-1'),
    });
    expect((await read(event.id)).snapshot?.rendition).toBe('being-made');
  });

  it('that is there stays, whatever comes later', async () => {
    const event = await worker.confirm();
    const first = await worker.blur(event);
    const late = testFile('image/jpeg');
    await worker.put(late);
    const again = blurredEvent(event, event.data.snapshot!, late);
    await worker.deliver({ ...again, id: `${again.id}-late` });
    const shown = await api.get(`/api/v1/violations/${event.id}/snapshot`, reader);
    expect(Buffer.from(await shown.arrayBuffer()).equals(first.bytes)).toBe(true);
  });
});
