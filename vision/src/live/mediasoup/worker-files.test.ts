import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, rename } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildWorker, WorkerNotMade } from './build-worker.ts';
import { BUILD_MODULES } from './debian-libraries.ts';
import { archiveName, downloadWorker } from './download-worker.ts';
import { findWorker } from './find-worker.ts';
import { mediasoupPackage } from './package-folder.ts';
import { type Preparation, prepareWorker } from './prepare-worker.ts';
import { type RunStep, StepFailed } from './run-step.ts';
import { systemName } from './system-name.ts';
import { WorkerCache, workerCacheFolder } from './worker-cache.ts';

const VERSION = '3.19.22';
let folder: string;
let cache: WorkerCache;
let binary: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anshi-sfu-'));
  cache = new WorkerCache(join(folder, 'cache'), VERSION);
  binary = join(folder, 'binary');
  writeFileSync(binary, 'a worker');
  await chmod(binary, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const never = () => Promise.reject(new Error('this way must not be taken'));
const notThere = (why: string) => () => Promise.reject(new WorkerNotMade(why));
const preparation = (changes: Partial<Preparation> = {}): Preparation => ({
  env: {},
  package: { folder, version: VERSION },
  cache,
  run: async () => {},
  isUsable: async () => true,
  download: never,
  build: never,
  ...changes,
});
/** Stands for a way that ends well. */
const gives =
  () =>
  <T>(_of: string, _run: RunStep, use: (file: string) => Promise<T>) =>
    use(binary);

describe('the package', () => {
  test('is installed at the version that the lockfile names, its install script is refused', () => {
    const root = join(import.meta.dirname, '../../../..');
    const { allowScripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const { optionalDependencies } = JSON.parse(
      readFileSync(join(root, 'vision/package.json'), 'utf8'),
    );
    expect(allowScripts.mediasoup).toBe(false);
    expect(mediasoupPackage()?.version).toBe(optionalDependencies.mediasoup);
  });
});

describe('the order in which a worker is looked for', () => {
  test('MEDIASOUP_WORKER_BIN comes first, and nothing replaces it where it is wrong', async () => {
    await cache.keep(binary, 'build');
    const env = { MEDIASOUP_WORKER_BIN: binary };
    expect(await findWorker(env, cache)).toEqual({ bin: binary, from: 'MEDIASOUP_WORKER_BIN' });
    expect(await prepareWorker(preparation({ env }))).toMatchObject({ bin: binary });
    const wrong = { MEDIASOUP_WORKER_BIN: join(folder, 'none') };
    expect(await findWorker(wrong, cache)).toMatchObject({
      code: 'worker-rejected',
      reason: expect.stringContaining('is no executable file'),
    });
    await expect(prepareWorker(preparation({ env: wrong }))).rejects.toThrow('correct it');
  });

  test('then the cache, the maker’s binary, and a build', async () => {
    const built = await prepareWorker(
      preparation({ download: notThere('no network'), build: gives() }),
    );
    expect(built.from).toBe('build');
    expect(await prepareWorker(preparation())).toEqual({ bin: built.bin, from: 'cache' });
    rmSync(cache.root, { recursive: true });
    const taken = await prepareWorker(preparation({ download: gives() }));
    expect(taken).toEqual({ bin: built.bin, from: 'download' });
    expect(readFileSync(taken.bin, 'utf8')).toBe('a worker');
  });

  test('the cache lies outside of the checkout, a folder for each version and system', () => {
    expect(workerCacheFolder({ XDG_CACHE_HOME: '/caches' })).toBe('/caches/anshi/mediasoup');
    expect(cache.folder).toBe(join(cache.root, `${VERSION}-${systemName()}`));
    expect(systemName()).toContain(`${process.platform}-${process.arch}`);
  });

  test('the maker’s binary is asked for without the tools of a build, too', async () => {
    const run: RunStep = (command) => Promise.reject(new StepFailed(command, ['not found']));
    const taken = await prepareWorker(preparation({ run, download: gives() }));
    expect(taken.from).toBe('download');
    rmSync(cache.root, { recursive: true });
    const neither = preparation({ run, download: notThere('no network'), build: buildWorker });
    await expect(prepareWorker(neither)).rejects.toThrow(
      /needs g\+\+, meson, .*libsrtp2.*\(before: no network\)/,
    );
  });

  test('a download ends when it is to end, with nothing left', async () => {
    const server = createServer(() => {
      // It never answers.
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const stop = new AbortController();
    server.once('request', () => stop.abort());
    const taken = downloadWorker(VERSION, async () => {}, never, {
      releases: `http://127.0.0.1:${port}`,
      signal: stop.signal,
    });
    await expect(taken).rejects.toThrow(WorkerNotMade);
    server.closeAllConnections();
    server.close();
  });
});

describe('a worker in the cache', () => {
  test('is not started with another digest, and is made again', async () => {
    const bin = await cache.keep(binary, 'build');
    writeFileSync(bin, 'another program');
    expect(await findWorker({}, cache)).toMatchObject({
      code: 'worker-rejected',
      reason: expect.stringMatching(
        /does not have the SHA-256 digest.*npm run -s mediasoup:worker/,
      ),
    });
    await prepareWorker(preparation({ download: gives() }));
    expect(await findWorker({}, cache)).toEqual({ bin, from: 'cache' });
  });

  test('is not started where it is of another version or its record is unreadable', async () => {
    const other = new WorkerCache(cache.root, '3.19.3');
    await other.keep(binary, 'build');
    expect(await findWorker({}, cache)).toMatchObject({
      code: 'no-worker',
      reason: expect.stringContaining('no worker for this machine yet'),
    });
    await rename(other.folder, cache.folder);
    expect(await findWorker({}, cache)).toMatchObject({
      reason: expect.stringContaining('is of version 3.19.3, not 3.19.22'),
    });
    writeFileSync(join(cache.folder, 'worker.json'), '{');
    expect(await findWorker({}, cache)).toMatchObject({
      reason: expect.stringContaining('is not a record of a worker'),
    });
  });

  test('that no longer runs here, as after an update of the system, is made again', async () => {
    await cache.keep(binary, 'build');
    const runs = [false, true];
    const options = { isUsable: async () => runs.shift() ?? true, download: gives() };
    expect(await prepareWorker(preparation(options))).toMatchObject({ from: 'download' });
  });

  test('that could not be made is a reason with a code, until one is made', async () => {
    const failed = preparation({
      download: notThere('no network'),
      build: () => Promise.reject(new WorkerNotMade('the disk is full', 'worker-no-disk')),
    });
    await expect(prepareWorker(failed)).rejects.toThrow('the disk is full');
    expect(await findWorker({}, cache)).toMatchObject({
      code: 'worker-no-disk',
      reason: expect.stringMatching(/the disk is full.*npm run -s mediasoup:worker/),
    });
    // Another version has a worker of its own to make.
    const other = new WorkerCache(cache.root, '3.19.3');
    expect(await findWorker({}, other)).toMatchObject({ code: 'no-worker' });
    await prepareWorker(preparation({ download: gives() }));
    rmSync(cache.folder, { recursive: true });
    expect(await findWorker({}, cache)).toMatchObject({ code: 'no-worker' });
  });

  test('is kept whole or not at all', async () => {
    await expect(cache.keep(join(folder, 'none'), 'build')).rejects.toThrow('ENOENT');
    expect(readdirSync(cache.root)).toEqual([]);
  });
});

describe('a build', () => {
  /** Has the libraries that mediasoup names, as far as the build looks at them. */
  async function sources(): Promise<void> {
    const wraps = join(folder, 'worker/subprojects');
    await mkdir(wraps, { recursive: true });
    for (const name of 'openssl libuv libsrtp3 usrsctp abseil-cpp catch2 flatbuffers'.split(' ')) {
      writeFileSync(join(wraps, `${name}.wrap`), `[wrap-file]\ndirectory = ${name}-1.0\n`);
    }
    writeFileSync(join(folder, 'worker/meson.build'), "executable(\n  'mediasoup-worker',\n)\n");
  }
  const drafts = () => readdirSync(tmpdir()).filter((name) => name.startsWith('anshi-mediasoup-'));

  test('that cannot begin names the packages that it needs', async () => {
    const run: RunStep = (_command, [, name]) =>
      BUILD_MODULES.includes(name as never)
        ? Promise.reject(new StepFailed('pkg-config', []))
        : Promise.resolve();
    await expect(buildWorker(folder, run, never)).rejects.toThrow(
      /needs libuv, openssl.*apt-get install .* libsrtp2-dev/,
    );
  });

  test.each([
    [
      'a step fails',
      'ninja: build stopped',
      'worker-not-made',
      /`meson compile .*` failed: ninja: build stopped/,
    ],
    [
      'the disk is full',
      'fatal error: No space left on device',
      'worker-no-disk',
      /ran out of disk in .*TMPDIR/,
    ],
  ])('where %s says why, and leaves nothing else', async (_, line, code, reason) => {
    await sources();
    const before = drafts();
    const seen: string[] = [];
    const run: RunStep = async (command, args, where) => {
      if (args[0] !== 'compile') return;
      seen.push(...readdirSync(join(where, 'subprojects/libsrtp3-1.0')));
      seen.push(readFileSync(join(where, 'meson.build'), 'utf8'));
      throw new StepFailed([command, ...args].join(' '), [line]);
    };
    const options = preparation({ run, download: notThere('no network'), build: buildWorker });
    await expect(prepareWorker(options)).rejects.toThrow(reason);
    expect(seen).toContain('srtp2-shim.h');
    expect(seen.at(-1)).toContain("cpp_pch: 'pch/worker.hpp'");
    expect(drafts()).toEqual(before);
    expect(existsSync(cache.folder)).toBe(false);
    expect(await cache.failure()).toMatchObject({ code, reason: expect.stringMatching(reason) });
    expect(readdirSync(cache.root)).toHaveLength(1);
  });

  test('whose binary does not run here is not kept', async () => {
    const options = preparation({
      download: notThere('no network'),
      build: async (_of, _run, use) => {
        await use(binary).catch((error: Error) => Promise.reject(new WorkerNotMade(error.message)));
        return never();
      },
      isUsable: async () => false,
    });
    await expect(prepareWorker(options)).rejects.toThrow('does not run here');
    expect(existsSync(cache.folder)).toBe(false);
  });

  test('the maker’s binary that the network does not give is named with its address', async () => {
    const taken = downloadWorker(VERSION, async () => {}, never, {
      releases: 'http://127.0.0.1:9/releases',
    });
    await expect(taken).rejects.toThrow(`/releases/${VERSION}/${archiveName(VERSION)}: `);
  });
});
