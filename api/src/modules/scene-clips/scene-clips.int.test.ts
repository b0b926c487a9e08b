import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BlurOrder, ViolationConfirmed } from '@anshi/contracts';
import { ulid } from 'ulid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase, type Transaction } from '../../platform/db/database.ts';
import { ClipWorker } from '../../testing/clip-worker.ts';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import {
  clipEvent,
  confirmedEvent,
  startWorker,
  type TestFile,
  type TestWorker,
  testFile,
} from '../../testing/worker.ts';
import type { SceneClip, SceneClipList } from './schema.ts';

const camera = (id: string, more = '') => `  - id: ${id}
    name: { zh: ${id}, en: ${id} }
    site: plant-1
    url: rtsp://127.0.0.1:1/${id}
    picture: [1280, 720]
${more}`;
const CAMERAS = `version: 1
sites:
  - { id: plant-1, name: { zh: 一号厂, en: Plant 1 } }
cameras:
${camera('press-a', '    area: press-line\n')}${camera('press-b', '    area: press-line\n')}${camera(
  'press-off',
  '    area: press-line\n    enabled: false\n',
)}${camera('elsewhere')}`;
const HELD = ['press-a', 'press-b', 'elsewhere'];

let folder: string;
let site: Site;
let api: RunningApi;
let database: Database;
let worker: TestWorker;
let other: TestWorker;
let http: ClipWorker;
const inTenant = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
  database.transaction({ tenant: 'demo', user: null }, work);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-scene-clips-'));
  const camerasFile = join(folder, 'cameras.yaml');
  await writeFile(camerasFile, CAMERAS);
  site = await openSite();
  const urls = await site.seededDatabase();
  api = await startApi(site, urls.appUrl, { camerasFile });
  database = openDatabase(urls.appUrl);
  await makeUser(database, 'judge', [
    'violation:read@all',
    'violation:review@all',
    'camera:read@all',
  ]);
  await makeUser(database, 'reader', ['violation:read@all', 'camera:read@all']);
  await makeUser(database, 'no-cameras', ['violation:read@all']);
  await makeUser(database, 'purger', ['privacy:manage@all']);
  worker = await startWorker(site, api, 'worker-1', HELD);
  other = await startWorker(site, api, 'worker-2', []);
  http = await ClipWorker.start(api, worker, HELD);
});
afterAll(async () => {
  await http?.stop();
  await Promise.all([worker?.stop(), other?.stop()]);
  await database?.close();
  await api?.stop();
  await site?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await http.say(api, true);
  http.answer = { status: 202, title: '' };
});

interface Raised {
  finding: string;
  incident: string;
}
/** A violation of a moment ago on `press-a`, and the incident that it became. */
async function raise(
  severity: 'high' | 'medium',
  changes: Partial<ViolationConfirmed['data']> = {},
): Promise<Raised> {
  const at = (ms: number) => new Date(Date.now() - ms).toISOString();
  const { data } = await worker.confirm({
    camera: 'press-a',
    zone: null,
    severity,
    actor: `p-${ulid()}`,
    tracks: [`t-${ulid()}`],
    path: [],
    floor: null,
    startedAt: at(3_000),
    confirmedAt: at(1_000),
    ...changes,
  });
  const { body } = await api.send<{ items: { id: string }[] }>(
    'judge',
    'GET',
    `/incidents?finding=${data.violation}`,
  );
  return { finding: data.violation, incident: body.items[0]?.id ?? '' };
}
const path = (incident: string, rest = '') => `/incidents/${incident}/scene-clips${rest}`;
const list = async (incident: string, who = 'judge') =>
  (await api.send<SceneClipList>(who, 'GET', path(incident))).body;
const press = ({ incident, finding }: Raised, who = 'judge') =>
  api.send<SceneClipList & { code: string }>(who, 'POST', path(incident), { finding });
const of = ({ items }: Pick<SceneClipList, 'items'>, id: string): SceneClip | undefined =>
  items.find((one) => one.camera === id);
const askedFor = (id: string) => http.asked.filter(({ request }) => request.violation === id);
const stateOf = async (incident: string, id = 'press-b') => of(await list(incident), id)?.state;
const isTaken = (id: string) =>
  until(
    () =>
      inTenant((tx) => tx.clipOrder.count({ where: { violationId: id, takenAt: { not: null } } })),
    'the order is taken',
  );

/** The worker sends a clip of the time that it was asked for. */
async function deliver(clip: string, by = worker) {
  const files = { video: testFile('video/mp4', 5_000), boxes: testFile('application/json') };
  for (const file of Object.values(files)) await by.put(file);
  const event = clipEvent(
    confirmedEvent(by.name, testFile('image/jpeg'), { violation: clip }),
    files,
  );
  const order = await inTenant((tx) => tx.clipOrder.findFirst({ where: { violationId: clip } }));
  if (order && event.data.clip) {
    event.data.clip.from = new Date(order.fromAt.getTime() - 5_000).toISOString();
    event.data.clip.to = order.toAt.toISOString();
  }
  return { event, video: files.video, word: await by.deliver(event) };
}
const claim = async (): Promise<BlurOrder | null> =>
  (
    (await (
      await fetch(`${api.url}/api/v1/ingest/blur-orders/claim`, {
        method: 'POST',
        headers: worker.own,
      })
    ).json()) as { order: BlurOrder | null }
  ).order;
/** Works off what is to be blurred until the order for a clip comes. */
async function claimFor(clip: string): Promise<BlurOrder> {
  for (;;) {
    const order = await claim();
    if (!order) throw new Error('nothing is to be blurred');
    if (order.violation === clip) return order;
    const failed = `${api.url}/api/v1/ingest/blur-orders/${order.violation}/${order.of}/failed`;
    await fetch(failed, {
      method: 'POST',
      headers: { ...worker.own, 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'of no interest here' }),
    });
  }
}
const video = async (incident: string, clip: string, who = 'reader') =>
  api.get(`/api/v1${path(incident, `/${clip}/video`)}`, await api.signIn(who));

describe('the clips of the other cameras of an incident', () => {
  it('[VIS-08] are asked of their workers by one press, come blurred, and each view is on record', async () => {
    const raised = await raise('medium');
    const { incident, finding } = raised;
    expect(await list(incident)).toMatchObject({ items: [], canOrder: true });
    expect((await press(raised, 'reader')).status).toBe(403);
    const { status, body } = await press(raised);
    expect(status).toBe(200);
    // Not its own camera, none of another place, and of one that is off the reason.
    expect(body.items.map((one) => [one.camera, one.missing?.reason ?? one.state])).toEqual([
      ['press-b', 'ordered'],
      ['press-off', 'camera-off'],
    ]);
    const clip = of(body, 'press-b')?.id ?? '';
    await until(() => askedFor(clip).length > 0, 'the worker is asked');
    const [asked] = askedFor(clip);
    expect(asked?.grant).toMatchObject({ action: 'clip', camera: 'press-b', worker: 'worker-1' });
    const violation = await inTenant((tx) =>
      tx.violation.findFirstOrThrow({ where: { id: finding } }),
    );
    expect(asked?.request).toMatchObject({
      from: violation.startedAt.toISOString(),
      to: violation.confirmedAt.toISOString(),
    });
    await isTaken(clip);
    expect((await deliver(clip, other)).word).toMatchObject({ result: 'rejected' });
    const { event, video: original, word } = await deliver(clip);
    expect(word).toMatchObject({ result: 'committed' });
    expect(await stateOf(incident)).toBe('being-made');
    expect((await video(incident, clip)).status).toBe(404);
    // Its own violation has none of it.
    const own = await api.send<{ clip: unknown }>('judge', 'GET', `/violations/${finding}`);
    expect(own.body.clip).toBeNull();

    expect(await claimFor(clip)).toMatchObject({
      of: 'clip',
      camera: 'press-b',
      hasBoxesFile: true,
    });
    const rendition: TestFile = await worker.blur(event);
    const ready = of(await list(incident, 'reader'), 'press-b');
    expect(ready).toMatchObject({ state: 'ready', finding, clip: { durationSeconds: 15 } });
    const answer = await video(incident, clip);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect([bytes.equals(rendition.bytes), bytes.equals(original.bytes)]).toEqual([true, false]);
    // Without the right to cameras there is none, and none by its address.
    expect((await list(incident, 'no-cameras')).items).toEqual([]);
    expect((await video(incident, clip, 'no-cameras')).status).toBe(404);
    const lines = await inTenant((tx) =>
      tx.auditLog.findMany({
        where: {
          OR: [
            { entityId: incident, action: 'view' },
            { action: 'order-clips' },
            { entityId: clip },
          ],
        },
        orderBy: { seq: 'asc' },
      }),
    );
    expect(lines.map(({ action, entity }) => `${action} ${entity}`)).toEqual([
      'order-clips violation',
      'attach scene-clip',
      'attach scene-clip',
      'view incident',
    ]);
    // Asked again, nothing is ordered twice.
    expect((await press(raised)).body.items).toHaveLength(2);
    expect(askedFor(clip)).toHaveLength(1);
  });

  it('are kept by themselves at the highest severity, and blurred only once they are asked for', async () => {
    const raised = await raise('high');
    const { incident } = raised;
    const clip = (await until(async () => of(await list(incident), 'press-b'), 'it is ordered')).id;
    await isTaken(clip);
    const { event } = await deliver(clip);
    expect(await stateOf(incident)).toBe('kept');
    await expect(claimFor(clip)).rejects.toThrow('nothing is to be blurred');
    expect(of((await press(raised)).body, 'press-b')?.state).toBe('being-made');
    await claimFor(clip);
    await worker.blur(event);
    expect(await stateOf(incident)).toBe('ready');
    expect(askedFor(clip)).toHaveLength(1);
  });

  it('have the term of the evidence of their finding: they stay while it is open, and go with it', async () => {
    const raised = await raise('medium');
    const { incident } = raised;
    const clip = of((await press(raised)).body, 'press-b')?.id ?? '';
    await isTaken(clip);
    const { event } = await deliver(clip);
    await claimFor(clip);
    await worker.blur(event);
    const digests = await inTenant((tx) => tx.sceneClip.findFirstOrThrow({ where: { id: clip } }));
    const files = [digests.clipSha256, digests.clipBlurredSha256, digests.clipBoxesSha256];
    const storedAt = new Date(Date.now() - 400 * 86_400_000);
    const where = { sha256: { in: files.flatMap((one) => one ?? []) } };
    await inTenant((tx) => tx.evidence.updateMany({ where, data: { storedAt } }));
    const purge = () => api.send('purger', 'POST', '/privacy/purges', {});
    await purge();
    expect(await stateOf(incident)).toBe('ready');
    const { body } = await api.send<{ version: number }>('judge', 'GET', `/incidents/${incident}`);
    const verdict = { decision: 'confirm', version: body.version };
    await api.send('judge', 'POST', `/incidents/${incident}/verdict`, verdict);
    await purge();
    expect(of(await list(incident), 'press-b')).toMatchObject({
      state: 'missing',
      missing: { reason: 'purged' },
      clip: null,
    });
    expect((await video(incident, clip)).status).toBe(410);
    expect(await inTenant((tx) => tx.purgedFile.count({ where }))).toBe(3);
  });

  it('say that the recording buffer holds the time no more, and that the worker is away', async () => {
    http.answer = { status: 410, title: 'the recording buffer holds no video of that time' };
    const late = await raise('medium');
    await press(late);
    await until(async () => (await stateOf(late.incident)) === 'missing', 'it has a reason');
    expect(of(await list(late.incident), 'press-b')?.missing).toEqual({
      reason: 'no-segments',
      message: 'the recording buffer holds no video of that time',
    });
    const old = await raise('medium', {
      startedAt: new Date(Date.now() - 7_203_000).toISOString(),
      confirmedAt: new Date(Date.now() - 7_200_000).toISOString(),
    });
    expect(of((await press(old)).body, 'press-b')?.missing?.reason).toBe('no-segments');
    await http.say(api, false);
    const away = await raise('medium');
    expect(of((await press(away)).body, 'press-b')?.state).toBe('worker-away');
    // It is asked once it is back.
    http.answer = { status: 202, title: '' };
    await http.say(api, true);
    const clip = of(await list(away.incident), 'press-b')?.id ?? '';
    await until(() => askedFor(clip).length > 0, 'the worker is asked');
    expect(await stateOf(away.incident)).toBe('ordered');
  });

  it('are no part of an incident that the account does not see, nor of a finding of another one', async () => {
    const [one, two] = [await raise('medium'), await raise('medium')];
    expect((await press({ incident: one.incident, finding: two.finding })).status).toBe(422);
    expect((await press({ incident: ulid(), finding: one.finding })).status).toBe(404);
    const clip = of((await press(one)).body, 'press-b')?.id ?? '';
    expect((await video(two.incident, clip)).status).toBe(404);
  });
});
