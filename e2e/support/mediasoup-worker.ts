import { type FoundWorker, findWorker } from '../../vision/src/live/mediasoup/find-worker.ts';
import { mediasoupPackage } from '../../vision/src/live/mediasoup/package-folder.ts';
import { WorkerCache, workerCacheFolder } from '../../vision/src/live/mediasoup/worker-cache.ts';

/** The worker of mediasoup that a vision worker started here would find, or why there is none. */
export function findMediasoupWorker(): Promise<FoundWorker> {
  const version = mediasoupPackage()?.version ?? 'none';
  return findWorker(process.env, new WorkerCache(workerCacheFolder(process.env), version));
}
