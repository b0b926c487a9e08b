import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
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

test('a second worker is told who has the folder and what to do; afterwards it is free', async () => {
  const release = lockFolder(folder, 'worker-1');
  expect(() => lockFolder(folder, 'worker-2')).toThrow(
    new RegExp(`"worker-1" \\(process ${process.pid}\\).*${folder}.*ANSHI_WORKER_DIR`),
  );
  release();
  expect(await readdir(folder)).toEqual([]);
  lockFolder(folder, 'worker-2')();
});

test('the lock of a process that is gone is cleared, also where another has its id now', async () => {
  const held = JSON.stringify({ pid: 2 ** 22 + 1, startTicks: '5', worker: 'worker-1' });
  await writeFile(lock(), held);
  lockFolder(folder, 'worker-2')();
  await writeFile(lock(), JSON.stringify({ pid: process.pid, startTicks: '5', worker: 'w' }));
  // Without /proc the start time is not known, and the id alone must be believed.
  if (!existsSync('/proc/self/stat')) return;
  lockFolder(folder, 'worker-2')();
  await writeFile(lock(), '{"pid":');
  lockFolder(folder, 'worker-2')();
  expect(await readdir(folder)).toEqual([]);
});

test('only the own lock is given back', async () => {
  const release = lockFolder(folder, 'worker-1');
  await rm(lock());
  const other = JSON.stringify({ pid: 1, startTicks: null, worker: 'worker-2' });
  await writeFile(lock(), other);
  release();
  expect(await readFile(lock(), 'utf8')).toBe(other);
});
