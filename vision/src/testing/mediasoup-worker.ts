import { setTimeout } from 'node:timers/promises';
import { type FoundWorker, findWorker } from '../live/mediasoup/find-worker.ts';
import { mediasoupPackage } from '../live/mediasoup/package-folder.ts';
import { WorkerCache, workerCacheFolder } from '../live/mediasoup/worker-cache.ts';

/** A build at the lowest priority takes this long beside other tests at most, ms. */
const MADE_WITHIN_MS = 25 * 60_000;

/**
 * The worker of mediasoup; where CI is true, `npm test` makes it beside the first tests, and it is waited for.
 *
 * @throws Error where CI is true and there is none.
 */
export async function requireMediasoupWorker(): Promise<FoundWorker> {
  const found = await findMediasoupWorker();
  if (process.env.CI !== 'true' || 'bin' in found) return found;
  const began = Date.now();
  let last = found;
  while (last.code === 'no-worker' && Date.now() - began < MADE_WITHIN_MS) {
    await setTimeout(2_000);
    const next = await findMediasoupWorker();
    if ('bin' in next) return next;
    last = next;
  }
  throw new Error(`the tests of mediasoup are part of CI, and there is no worker: ${last.reason}`);
}

/** The worker of mediasoup that a vision worker started here would find, or why there is none. */
export function findMediasoupWorker(): Promise<FoundWorker> {
  const version = mediasoupPackage()?.version ?? 'none';
  return findWorker(process.env, new WorkerCache(workerCacheFolder(process.env), version));
}
