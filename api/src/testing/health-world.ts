import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CameraHealth, topics, type WorkerStatus } from '@anshi/contracts';
import type { BoardItem, OutageView } from '../modules/device-health/schema.ts';
import { openDatabase } from '../platform/db/database.ts';
import { cameraHealth, workerStatus } from './camera-health.ts';
import { openSite, startApi, until } from './site.ts';
import { startWorker } from './worker.ts';

/** A notice as its recipient sees it. */
interface ShownNotice {
  kind: string;
  title: { en: string };
  body: { en: string };
  link: string;
  severity: string;
  count: number;
}

/**
 * An API with the demonstration, and a worker whose health is what a test says.
 *
 * @param cameras a cameras.yaml of its own.
 */
export async function openHealthWorld(cameras?: string) {
  const site = await openSite();
  const urls = await site.seededDatabase(['other']);
  const camerasFile = join(site.folder, 'of-health.yaml');
  if (cameras !== undefined) await writeFile(camerasFile, cameras);
  const api = await startApi(site, urls.appUrl, cameras === undefined ? {} : { camerasFile });
  const database = openDatabase(urls.appUrl);
  const worker = await startWorker(site, api);
  return {
    site,
    urls,
    api,
    database,
    worker,
    board: async (subject: string, kind = 'camera') =>
      (await api.send<{ items: BoardItem[] }>('operator', 'GET', '/device-health')).body.items.find(
        (one) => one.subject === subject && one.kind === kind,
      ),
    outagesOf: async (query: string) =>
      (
        await api.send<{ items: OutageView[]; open: number }>(
          'operator',
          'GET',
          `/device-outages?${query}`,
        )
      ).body,
    /** Notices of one kind of a user, newest first. */
    notices: async (kind: string, user = 'maintainer') =>
      (
        await api.send<{ items: ShownNotice[] }>(user, 'GET', '/notices?limit=100')
      ).body.items.filter((one) => one.kind === kind),
    sayHealth: (changes: Partial<CameraHealth> = {}) =>
      worker.say(topics.cameraHealth('demo', 'worker-1', 'hall-west'), cameraHealth(changes)),
    sayStatus: (changes: Partial<WorkerStatus> = {}) =>
      worker.say(topics.workerStatus('demo', 'worker-1'), workerStatus(changes)),
    async stop() {
      await worker.stop();
      await database.close();
      await api.stop();
      await site.stop();
    },
  };
}
export type HealthWorld = Awaited<ReturnType<typeof openHealthWorld>>;

/** Repeats what a worker repeats, until something is so. */
export async function saying<Value>(
  say: () => Promise<unknown>,
  look: () => Promise<Value>,
  what: string,
): Promise<NonNullable<Value>> {
  return until(async () => {
    await say();
    return look();
  }, what);
}
