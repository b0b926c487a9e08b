import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder } from './folder-lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const lock = () => join(folder, 'worker.lock');

test('a second worker gets the holder of the folder and a remedy; after release it is free', async () => {
  const release = lockFolder(folder, 'worker-1');
  expect(() => lockFolder(folder, 'worker-2')).toThrow(
    new RegExp(`"worker-1" \\(process ${process.pid}\\).*${folder}.*ANSHI_WORKER_DIR`),
  );
  release();
  expect(await readdir(folder)).toEqual([]);
  lockFolder(folder, 'worker-2')();
});

test('the lock of a dead worker is taken over', async () => {
  await writeFile(lock(), JSON.stringify({ pid: 2 ** 22 + 1, startTicks: '5', about: {} }));
  lockFolder(folder, 'worker-2')();
  expect(await readdir(folder)).toEqual([]);
});
