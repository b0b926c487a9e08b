import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tryLock } from '@anshi/contracts/process-lock';
import { buildWorker, WorkerNotMade } from './build-worker.ts';
import { downloadWorker } from './download-worker.ts';
import { findWorker } from './find-worker.ts';
import type { MediasoupPackage } from './package-folder.ts';
import { isUsable } from './probe-worker.ts';
import type { RunStep } from './run-step.ts';
import type { WorkerCache } from './worker-cache.ts';

/** What {@link prepareWorker} needs; the functions are those of this folder, others in tests. */
export interface Preparation {
  readonly env: Record<string, string | undefined>;
  readonly package: MediasoupPackage;
  readonly cache: WorkerCache;
  readonly run: RunStep;
  /** Ends a download; `run` has its own. */
  readonly signal?: AbortSignal;
  readonly download?: typeof downloadWorker;
  readonly build?: typeof buildWorker;
  readonly isUsable?: (binary: string) => Promise<boolean>;
}

export interface PreparedWorker {
  readonly bin: string;
  readonly from: 'MEDIASOUP_WORKER_BIN' | 'cache' | 'download' | 'build';
}

/**
 * Finds mediasoup's worker or makes one, in this order: MEDIASOUP_WORKER_BIN, the cache, the maker's
 * binary, a build with the libraries of the system. What lies in the cache and is not as it was kept
 * is replaced.
 *
 * @throws WorkerNotMade with each way that did not work.
 */
export async function prepareWorker(options: Preparation): Promise<PreparedWorker> {
  const { env, cache, isUsable: runs = isUsable } = options;
  const found = await findWorker(env, cache);
  // An update of the system may have taken a library that the binary of the cache needs.
  if ('bin' in found && (found.from !== 'cache' || (await runs(found.bin)))) return found;
  if ('reason' in found && env.MEDIASOUP_WORKER_BIN) throw new WorkerNotMade(found.reason);
  await mkdir(cache.root, { recursive: true, mode: 0o700 });
  const { lock, holder } = tryLock(join(cache.root, 'making.lock'));
  if (!lock) throw new WorkerNotMade(`process ${holder.pid} is making the worker; wait for it`);
  try {
    return await make(options);
  } catch (error) {
    if (error instanceof WorkerNotMade && !options.signal?.aborted) {
      await cache.noteFailure({ code: error.code, reason: error.message });
    }
    throw error;
  } finally {
    lock.release();
  }
}

async function make({
  package: { folder, version },
  cache,
  run,
  signal,
  download = downloadWorker,
  build = buildWorker,
  isUsable: runs = isUsable,
}: Preparation): Promise<PreparedWorker> {
  const keepAs = (from: 'download' | 'build') => async (binary: string) => {
    if (!(await runs(binary))) {
      throw new Error('the binary does not run here: a library of the system is missing');
    }
    return cache.keep(binary, from);
  };
  let notDownloaded: string;
  try {
    const bin = await download(version, run, keepAs('download'), { signal });
    return { bin, from: 'download' };
  } catch (error) {
    if (!(error instanceof WorkerNotMade)) throw error;
    notDownloaded = error.message;
  }
  try {
    const bin = await build(folder, run, keepAs('build'));
    return { bin, from: 'build' };
  } catch (error) {
    if (!(error instanceof WorkerNotMade)) throw error;
    throw new WorkerNotMade(`${error.message} (before: ${notDownloaded})`, error.code);
  }
}
