import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import type { LiveEngineReason } from '@anshi/contracts';
import type { WorkerCache } from './worker-cache.ts';

/** The worker's binary and where it is from, or why there is none: a code, and one sentence with what to do. */
export type FoundWorker =
  | { readonly bin: string; readonly from: 'MEDIASOUP_WORKER_BIN' | 'cache' }
  | { readonly code: LiveEngineReason; readonly reason: string };

const MAKE = 'run `npm run -s mediasoup:worker`';

/**
 * Looks for a binary that is there: the one that MEDIASOUP_WORKER_BIN names, else the one of the cache.
 * Nothing is downloaded or built. A named binary that cannot be started is an error of the
 * installation, so that the cache is not looked at.
 */
export async function findWorker(
  env: Record<string, string | undefined>,
  cache: Pick<WorkerCache, 'find' | 'failure'>,
): Promise<FoundWorker> {
  const named = env.MEDIASOUP_WORKER_BIN;
  if (named) {
    return (await isExecutable(named))
      ? { bin: named, from: 'MEDIASOUP_WORKER_BIN' }
      : {
          code: 'worker-rejected',
          reason: `MEDIASOUP_WORKER_BIN names ${named}, which is no executable file; correct it`,
        };
  }
  const cached = await cache.find();
  if ('bin' in cached) return { bin: cached.bin, from: 'cache' };
  if ('spoiled' in cached) {
    return { code: 'worker-rejected', reason: `${cached.spoiled}; ${MAKE}` };
  }
  const failure = await cache.failure();
  if (failure) return { code: failure.code, reason: `${failure.reason}; then ${MAKE}` };
  return { code: 'no-worker', reason: `mediasoup has no worker for this machine yet; ${MAKE}` };
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
