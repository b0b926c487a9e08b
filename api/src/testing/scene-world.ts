import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ViolationConfirmed } from '@anshi/contracts';
import { ulid } from 'ulid';
import type { SceneClip, SceneClipList } from '../modules/scene-clips/schema.ts';
import { openDatabase, type Transaction } from '../platform/db/database.ts';
import { ClipWorker } from './clip-worker.ts';
import { openSite, startApi, until } from './site.ts';
import { makeUser } from './users.ts';
import { clipEvent, confirmedEvent, startWorker, testFile } from './worker.ts';

/** A camera of `cameras.yaml` at plant-1. */
export const camera = (id: string, more = '') => `  - id: ${id}
    name: { zh: ${id}, en: ${id} }
    site: plant-1
    url: rtsp://127.0.0.1:1/${id}
    picture: [1280, 720]
${more}`;
export interface Raised {
  finding: string;
  incident: string;
}
export type SceneWorld = Awaited<ReturnType<typeof openSceneWorld>>;

/**
 * Starts an API, and a test worker that runs its cameras and answers requests for clips.
 *
 * @param cameras the text of `cameras.yaml`.
 * @param held the cameras of the worker.
 */
export async function openSceneWorld(cameras: string, held: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'anshi-scene-clips-'));
  const camerasFile = join(folder, 'cameras.yaml');
  await writeFile(camerasFile, cameras);
  const site = await openSite();
  const urls = await site.seededDatabase();
  const api = await startApi(site, urls.appUrl, { camerasFile });
  const database = openDatabase(urls.appUrl);
  const inTenant = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
    database.transaction({ tenant: 'demo', user: null }, work);
  await makeUser(database, 'judge', [
    'violation:read@all',
    'violation:review@all',
    'camera:read@all',
  ]);
  await makeUser(database, 'reader', ['violation:read@all', 'camera:read@all']);
  await makeUser(database, 'no-cameras', ['violation:read@all']);
  const exports = ['violation:read@all', 'evidence:export@all'] as const;
  await makeUser(database, 'exporter', [...exports, 'camera:read@all']);
  await makeUser(database, 'exporter-no-cameras', [...exports]);
  await makeUser(database, 'purger', ['privacy:manage@all']);
  const worker = await startWorker(site, api, 'worker-1', held);
  const http = await ClipWorker.start(api, worker, held);

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
        inTenant((tx) =>
          tx.clipOrder.count({ where: { violationId: id, takenAt: { not: null } } }),
        ),
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
  return {
    site,
    api,
    adminUrl: urls.adminUrl,
    worker,
    http,
    inTenant,
    raise,
    path,
    list,
    press,
    of,
    askedFor,
    stateOf,
    isTaken,
    deliver,
    async close() {
      await http.stop();
      await worker.stop();
      await database.close();
      await api.stop();
      await site.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
