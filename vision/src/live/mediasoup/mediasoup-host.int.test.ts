import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MediasoupHost } from './mediasoup-host.ts';
import { mediasoupPackage } from './package-folder.ts';
import { isUsable } from './probe-worker.ts';
import { StepFailed, stepsAtLowPriority } from './run-step.ts';
import { WorkerCache, workerCacheFolder } from './worker-cache.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-sfu-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const hostWith = (env: Record<string, string>) =>
  new MediasoupHost({ env: { XDG_CACHE_HOME: folder, ...env }, log: pino({ level: 'silent' }) });

describe('a worker that cannot be started is a reason for another engine', () => {
  test.each([
    ['there is none', () => ({}), 'no-worker', /npm run -s mediasoup:worker/],
    ['it is no worker', () => ({ MEDIASOUP_WORKER_BIN: '/bin/false' }), 'not-started', /bin.false/],
    [
      'it is no file',
      () => ({ MEDIASOUP_WORKER_BIN: folder }),
      'worker-rejected',
      /no executable file/,
    ],
  ])('%s', async (_, env, reason, message) => {
    const host = hostWith(env());
    const refused = await host.worker().catch((error: unknown) => error);
    expect(refused).toMatchObject({ reason, message: expect.stringMatching(message) });
    // The next view does not try at once, and is told the same.
    expect(await host.worker().catch((error: unknown) => error)).toBe(refused);
    expect(host.isRunning).toBe(false);
    host.close();
  });

  test('in the cache it was changed', async () => {
    const { version } = mediasoupPackage()!;
    const cache = new WorkerCache(workerCacheFolder({ XDG_CACHE_HOME: folder }), version);
    const bin = await cache.keep('/bin/false', 'build');
    await writeFile(bin, 'something else');
    await expect(hostWith({}).worker()).rejects.toMatchObject({
      reason: 'worker-rejected',
      message: expect.stringContaining('SHA-256'),
    });
  });
});

describe('what a build runs', () => {
  test('runs at the lowest priority, and names the last lines of a step that failed', async () => {
    const run = stepsAtLowPriority();
    await run('sh', ['-c', 'test "$(nice)" = 19'], folder);
    const failed = run('sh', ['-c', 'echo no space >&2; exit 3'], folder);
    await expect(failed).rejects.toThrow(StepFailed);
    await expect(failed).rejects.toThrow('no space');
    await expect(run('no-such-command', [], folder)).rejects.toThrow(StepFailed);
  });

  test('ends with all that it started where it is stopped', async () => {
    const stop = new AbortController();
    const running = stepsAtLowPriority(stop.signal)('sh', ['-c', 'sleep 600 & wait'], folder);
    stop.abort();
    await expect(running).rejects.toThrow(StepFailed);
    await expect(stepsAtLowPriority(stop.signal)('true', [], folder)).rejects.toThrow('stopped');
  });

  test('a program that is no worker is not taken for one', async () => {
    expect(await isUsable('/bin/true')).toBe(false);
    expect(await isUsable(join(folder, 'none'))).toBe(false);
  });
});
