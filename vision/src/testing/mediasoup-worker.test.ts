import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { mediasoupPackage } from '../live/mediasoup/package-folder.ts';
import { WorkerCache, workerCacheFolder } from '../live/mediasoup/worker-cache.ts';
import { requireMediasoupWorker } from './mediasoup-worker.ts';

let folder: string;
let cache: WorkerCache;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anshi-ci-'));
  vi.stubEnv('XDG_CACHE_HOME', folder);
  vi.stubEnv('MEDIASOUP_WORKER_BIN', undefined);
  cache = new WorkerCache(workerCacheFolder(process.env), mediasoupPackage()!.version);
});
afterEach(() => rmSync(folder, { recursive: true }));

const NOT_MADE = { code: 'worker-not-made', reason: 'g++ is missing' } as const;

it('on a machine that cannot make the worker its tests are left out, with the reason', async () => {
  vi.stubEnv('CI', undefined);
  await cache.noteFailure(NOT_MADE);
  const found = await requireMediasoupWorker();
  expect(found).toMatchObject({ reason: expect.stringContaining('g++ is missing') });
});

it('in CI they fail', async () => {
  vi.stubEnv('CI', 'true');
  await cache.noteFailure(NOT_MADE);
  await expect(requireMediasoupWorker()).rejects.toThrow('g++ is missing');
});

it('in CI they wait for the worker that is being made', async () => {
  vi.stubEnv('CI', 'true');
  const waiting = requireMediasoupWorker();
  await cache.keep('/bin/true', 'build');
  await expect(waiting).resolves.toMatchObject({ from: 'cache' });
});
