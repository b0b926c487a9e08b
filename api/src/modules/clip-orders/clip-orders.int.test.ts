import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BlurOrder, LONGEST_RING_MS } from '@anshi/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Transaction } from '../../platform/db/database.ts';
import { ClipWorker } from '../../testing/clip-worker.ts';
import { type GateWorld, openGates } from '../../testing/gates.ts';
import { type RunningApi, startApi, until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import {
  clipEvent,
  confirmedEvent,
  startWorker,
  type TestWorker,
  testFile,
} from '../../testing/worker.ts';
import type { Violation } from '../violations/schema.ts';
import { noteAsked } from './orders.ts';

/** A camera that sees a machine by its rule, in a square of its picture. */
const camera = (id: string, site: string, machine: string, side: number) => `  - id: ${id}
    name: { zh: ${id}, en: ${id} }
    site: ${site}
    url: rtsp://127.0.0.1:1/${id}
    picture: [1280, 720]
    zones:
      - { id: at-machine, name: { zh: 设备旁, en: At the machine }, polygon: [[0, 0], [${side}, 0], [${side}, ${side}]] }
    rules:
      - { id: watch, kind: unattended-machine, zone: at-machine, whileMachine: { machine: ${machine} } }
`;
/** Of two at the site the one whose zone is larger is nearer; the largest of all is of another site. */
const CAMERAS = `version: 1
sites:
  - { id: changzhou-1, name: { zh: 一号厂, en: Plant 1 } }
  - { id: plant-2, name: { zh: 二号厂, en: Plant 2 } }
cameras:
${camera('far', 'changzhou-1', 'welder-1', 100)}${camera('near', 'changzhou-1', 'welder-1', 300)}${camera('foreign', 'plant-2', 'welder-1', 700)}`;
const HELD = ['near', 'far', 'foreign'];

let folder: string;
let world: GateWorld;
let api: RunningApi;
let worker: TestWorker;
let other: TestWorker;
let http: ClipWorker;
const inTenant = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
  world.database.transaction({ tenant: 'demo', user: null }, work);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-clip-orders-'));
  const camerasFile = join(folder, 'cameras.yaml');
  await writeFile(camerasFile, CAMERAS);
  world = await openGates({ camerasFile });
  api = world.api;
  await makeUser(world.database, 'judge', ['violation:read@all', 'violation:review@all']);
  await world.welder();
  worker = await startWorker(world.site, api, 'worker-1', HELD);
  other = await startWorker(world.site, api, 'worker-2', []);
  http = await ClipWorker.start(api, worker, HELD);
});
afterAll(async () => {
  await http?.stop();
  await Promise.all([worker?.stop(), other?.stop()]);
  await world?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  // One that says nothing for half a minute counts as away.
  await http.say(api, true);
  http.answer = { status: 202, title: '' };
  http.onAsked = () => {};
});

const all = async (): Promise<Violation[]> =>
  (
    await api.send<{ items: Violation[] }>(
      'judge',
      'GET',
      '/violations?rule=unqualified-operator&limit=100',
    )
  ).body.items;
const read = async (id: string) =>
  (await api.send<Violation>('judge', 'GET', `/violations/${id}`)).body;
/** A machine runs for longer than the grace time without a sign-on. @returns its record. */
async function raise(machine = 'welder-1'): Promise<Violation> {
  const before = new Set((await all()).map(({ id }) => id));
  await world.says(machine, 'running');
  await until(async () => {
    const since = new Date(Date.now() - 40_000);
    const { count } = await inTenant((tx) =>
      tx.operatorEpisode.updateMany({ where: { machine }, data: { since } }),
    );
    return count > 0;
  }, `${machine} is looked at`);
  // Its next report is looked at without waiting for the next poll.
  await world.says(machine, 'running');
  const found = await until(
    async () => (await all()).find(({ id }) => !before.has(id)),
    `${machine} is recorded`,
  );
  await world.says(machine, 'stopped');
  await until(async () => (await read(found.id)).endedAt, 'it ended');
  return found;
}
const askedFor = (id: string) => http.asked.filter(({ request }) => request.violation === id);
const isAsked = (id: string, times = 1) =>
  until(() => askedFor(id).length >= times, `the clip of ${id} is asked for`);
const orderOf = (id: string) =>
  inTenant((tx) => tx.clipOrder.findFirst({ where: { violationId: id } }));
/** @param moved by so much the clip is later than its order, ms. */
async function clipOf(violation: string, by: TestWorker, moved: number) {
  const files = { video: testFile('video/mp4'), boxes: testFile('application/json') };
  const confirmed = confirmedEvent(by.name, testFile('image/jpeg'), { violation });
  const event = clipEvent(confirmed, files);
  const order = await orderOf(violation);
  if (order && event.data.clip) {
    event.data.clip.from = new Date(order.fromAt.getTime() - 5_000 + moved).toISOString();
    // A worker sends it after its end: here no test waits for the seconds after the act.
    event.data.clip.to = new Date(order.toAt.getTime() + moved).toISOString();
  }
  return { files, event };
}
async function deliver(violation: string, by = worker, moved = 0) {
  const { files, event } = await clipOf(violation, by, moved);
  for (const file of Object.values(files)) await by.put(file);
  return by.deliver(event);
}
/** A worker says that it has no clip. */
const deliverMissing = (violation: string, by: TestWorker) =>
  by.deliver(
    clipEvent(confirmedEvent(by.name, testFile('image/jpeg'), { violation }), {
      missing: 'no video of that time',
    }),
  );

describe('the clip of an unqualified operator', () => {
  it('[VIS-08] is asked of the worker of the nearest camera of the site, by a signed grant, and comes as other clips do', async () => {
    const found = await raise();
    expect(found).toMatchObject({
      camera: 'near',
      clip: null,
      clipMissing: null,
      operator: { cameras: ['near', 'far'] },
    });
    await isAsked(found.id);
    const [{ grant, request } = { grant: null, request: null }] = askedFor(found.id);
    expect(grant).toMatchObject({ action: 'clip', camera: 'near', worker: 'worker-1' });
    expect(request).toEqual({
      violation: found.id,
      site: 'changzhou-1',
      zone: 'at-machine',
      from: found.startedAt,
      to: found.confirmedAt,
    });
    await until(async () => (await orderOf(found.id))?.takenAt, 'the order is taken');
    // Of a worker that was not asked nothing is taken.
    expect(await deliver(found.id, other)).toMatchObject({ result: 'rejected' });
    expect((await read(found.id)).clip).toBeNull();
    expect(await deliver(found.id)).toMatchObject({ result: 'committed' });
    expect(await read(found.id)).toMatchObject({
      clip: { rendition: 'being-made', durationSeconds: 15 },
      clipMissing: null,
    });
    // The second one changes nothing.
    const { clip } = await read(found.id);
    expect(await deliver(found.id)).toMatchObject({ result: 'committed' });
    expect((await read(found.id)).clip).toEqual(clip);
    expect(await orderOf(found.id)).toBeNull();
    expect(askedFor(found.id)).toHaveLength(1);
    // Its faces are blurred by the worker of the camera.
    const claimed = await fetch(`${api.url}/api/v1/ingest/blur-orders/claim`, {
      method: 'POST',
      headers: worker.own,
    });
    const { order } = (await claimed.json()) as { order: BlurOrder };
    expect(order).toMatchObject({ violation: found.id, of: 'clip', hasBoxesFile: true });
  });

  it('is taken where it comes before the answer of the worker', async () => {
    let word: Awaited<ReturnType<typeof deliver>> | null = null;
    http.onAsked = async ({ request }) => {
      word ??= await deliver(request.violation);
    };
    const found = await raise();
    expect(await until(() => word, 'the API took it')).toMatchObject({ result: 'committed' });
    expect((await read(found.id)).clip).not.toBeNull();
  });

  it('is asked for again by another process of the API where the first one was ended without an answer', async () => {
    await http.say(api, false);
    const second = await startApi(world.site, api.settings.databaseUrl);
    try {
      const found = await raise();
      await until(async () => ((await orderOf(found.id))?.attempts ?? 0) > 0, 'it was tried');
      expect(askedFor(found.id)).toEqual([]);
      expect(await read(found.id)).toMatchObject({ clip: null, clipMissing: null });
      // As if both were ended between the request and the note of its answer.
      http.onAsked = () => {
        http.cut();
      };
      await http.say(second, true);
      await http.say(api, true);
      await isAsked(found.id);
      http.onAsked = () => {};
      await isAsked(found.id, 2);
      await until(async () => (await orderOf(found.id))?.takenAt, 'the order is taken');
      const [first, last] = [askedFor(found.id)[0], askedFor(found.id).at(-1)];
      expect(last?.request).toEqual(first?.request);
      expect(last?.grant.id).not.toBe(first?.grant.id);
      expect(await deliver(found.id)).toMatchObject({ result: 'committed' });
      expect((await read(found.id)).clip).not.toBeNull();
    } finally {
      await second.stop();
    }
  });

  it.each([
    [410, 'the recording buffer holds no video of that time', 'no-segments'],
    [409, 'the camera "near" is switched off', 'refused'],
  ])('ends with the reason of the worker (%i)', async (status, title, reason) => {
    http.answer = { status, title };
    const found = await raise();
    await until(async () => (await read(found.id)).clipMissing, 'it has a reason');
    expect((await read(found.id)).clipMissing).toEqual({ reason, message: title });
    expect(askedFor(found.id)).toHaveLength(1);
  });

  it('ends once no worker can hold the time any more; what comes later is attached all the same', async () => {
    http.answer = { status: 404, title: 'this worker has no camera "near"' };
    const refused = await raise();
    await until(async () => (await orderOf(refused.id))?.refusal, 'the worker refused');
    await http.say(api, false);
    const away = await raise();
    const longAgo = new Date(Date.now() - LONGEST_RING_MS - 1_000);
    await inTenant((tx) => tx.clipOrder.updateMany({ data: { fromAt: longAgo, toAt: longAgo } }));
    await until(async () => (await read(away.id)).clipMissing, 'it has a reason');
    expect((await read(away.id)).clipMissing?.reason).toBe('worker-away');
    await until(async () => (await read(refused.id)).clipMissing, 'so has the other');
    expect((await read(refused.id)).clipMissing).toEqual({
      reason: 'refused',
      message: 'this worker has no camera "near"',
    });
    // It had taken the order, and its answer was lost.
    expect(await deliver(refused.id)).toMatchObject({ result: 'committed' });
    expect(await read(refused.id)).toMatchObject({
      clip: { durationSeconds: 15 },
      clipMissing: null,
    });
  });

  it.each([
    ['before', -60_000],
    ['after', 60_000],
  ])('is refused where it is of a time %s that of the order', async (_, moved) => {
    const found = await raise();
    await until(async () => (await orderOf(found.id))?.takenAt, 'the order is taken');
    // Of the future nothing is taken, and is not what is tried here.
    const past = new Date(Date.now() - 600_000);
    await inTenant((tx) => tx.clipOrder.updateMany({ data: { fromAt: past, toAt: past } }));
    expect(await deliver(found.id, worker, moved)).toMatchObject({
      result: 'rejected',
      reason: 'the clip is of another time than was ordered',
    });
    expect((await read(found.id)).clip).toBeNull();
    expect(await deliver(found.id, worker, Math.sign(moved) * 10_000)).toMatchObject({
      result: 'committed',
    });
  });

  it('is taken of the worker that has it, where another one that was asked has none', async () => {
    http.answer = { status: 404, title: 'this worker has no camera "near"' };
    const found = await raise();
    await until(async () => (await orderOf(found.id))?.refusal, 'the first worker refused');
    await http.say(api, false);
    // The second one has the camera by then.
    await inTenant((tx) => noteAsked(tx, found.id, 'worker-2'));
    await deliverMissing(found.id, worker);
    expect(await read(found.id)).toMatchObject({ clip: null, clipMissing: null });
    expect(await deliver(found.id, other)).toMatchObject({ result: 'committed' });
    expect(await read(found.id)).toMatchObject({
      clip: { durationSeconds: 15 },
      clipMissing: null,
    });
  });

  it('has the reason of the worker that was asked last, until another one sends the clip', async () => {
    await http.say(api, false);
    const found = await raise();
    for (const name of ['worker-2', 'worker-1', 'worker-2']) {
      await inTenant((tx) => noteAsked(tx, found.id, name));
    }
    expect((await orderOf(found.id))?.asked).toEqual(['worker-1', 'worker-2']);
    expect(await deliverMissing(found.id, other)).toMatchObject({ result: 'committed' });
    expect((await read(found.id)).clipMissing?.message).toBe('no video of that time');
    expect((await orderOf(found.id))?.endedAt).not.toBeNull();
    expect(await deliver(found.id)).toMatchObject({ result: 'committed' });
    expect(await read(found.id)).toMatchObject({
      clip: { durationSeconds: 15 },
      clipMissing: null,
    });
  });

  it('is not asked for where no camera of the site sees the machine', async () => {
    await world.point({ machineId: 'lathe-1' });
    const found = await raise('lathe-1');
    expect(found).toMatchObject({ camera: 'no-camera', clipMissing: { reason: 'no-camera' } });
    expect(await orderOf(found.id)).toBeNull();
  });
});
