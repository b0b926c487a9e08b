import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clearStale, tryLock } from './process-lock.mjs';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anshi-lock-'));
  file = join(folder, 'x.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes the lock of another process. */
const write = (holder: object | string) =>
  writeFileSync(file, typeof holder === 'string' ? holder : JSON.stringify(holder));

it('refuses a second process with the holder; after release no file is left', () => {
  const first = tryLock(file, { url: 'http://a' });
  expect(first.lock?.wasStale).toBe(false);
  expect(tryLock(file).holder).toMatchObject({ pid: process.pid, about: { url: 'http://a' } });
  first.lock?.release();
  const second = tryLock(file);
  expect(second.lock?.wasStale).toBe(false);
  second.lock?.release();
  expect(readdirSync(folder)).toEqual([]);
});

it('is taken over where its process is dead', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  write({ pid: child.pid, startTicks: null, about: {} });
  expect(tryLock(file).holder?.pid).toBe(child.pid);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(tryLock(file).lock?.wasStale).toBe(true);
});

it.runIf(existsSync('/proc/self/stat'))('distinguishes a later process with the same id', () => {
  write({ pid: process.pid, startTicks: '1', about: {} });
  expect(tryLock(file).lock?.wasStale).toBe(true);
});

it('is taken over where it is malformed', () => {
  for (const broken of ['', '{"pid":', '17', 'null', '{"pid":"1"}', '{"pid":-1}']) {
    write(broken);
    expect(tryLock(file).lock?.wasStale, broken).toBe(true);
  }
  expect(readdirSync(folder)).toEqual(['x.lock']);
});

it('is not taken from a faster process that took it over first', () => {
  const quicker = tryLock(file);
  expect(clearStale(file, JSON.stringify({ pid: 17, startTicks: '1', about: {} }))).toBeNull();
  expect(tryLock(file).lock).toBeNull();
  quicker.lock?.release();
  expect(readdirSync(folder)).toEqual([]);
});

it('leaves a stale lock to the process that clears it, unless that one is dead, too', () => {
  const stale = JSON.stringify({ pid: 2 ** 22 + 1, startTicks: '5', about: {} });
  write(stale);
  const clearing = tryLock(`${file}.clearing`, { url: 'http://b' });
  expect(tryLock(file).holder).toMatchObject({ pid: process.pid, about: { url: 'http://b' } });
  clearing.lock?.release();
  writeFileSync(`${file}.clearing`, stale);
  expect(tryLock(file).lock?.wasStale).toBe(true);
  expect(readdirSync(folder)).toEqual(['x.lock']);
});

it('releases only its own lock', () => {
  const { lock } = tryLock(file);
  const other = JSON.stringify({ pid: 1, startTicks: null, about: {} });
  write(other);
  lock?.release();
  expect(readFileSync(file, 'utf8')).toBe(other);
});

it('is taken by exactly one of many processes that find it stale', async () => {
  write({ pid: 2 ** 22 + 1, startTicks: '5', about: {} });
  const script = `import { existsSync } from 'node:fs';
    import { tryLock } from ${JSON.stringify(join(import.meta.dirname, 'process-lock.mjs'))};
    process.stdout.write('ready ');
    await new Promise((resolve) => process.stdin.once('data', resolve));
    const { lock } = tryLock(${JSON.stringify(file)});
    process.stdout.write(lock ? 'taken' : 'refused');
    await new Promise((resolve) => process.stdin.once('end', resolve).resume());`;
  const children = Array.from({ length: 6 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', script]),
  );
  const outputs = children.map(({ stdout }) => text(stdout));
  await Promise.all(children.map(({ stdout }) => once(stdout, 'data')));
  // Who has it keeps it until all have tried.
  const tried = children.map(({ stdout }) => once(stdout, 'data'));
  for (const { stdin } of children) stdin.write('go');
  await Promise.all(tried);
  for (const { stdin } of children) stdin.end();
  const results = await Promise.all(outputs);
  expect(results.filter((result) => result === 'ready taken')).toHaveLength(1);
  expect(results.filter((result) => result === 'ready refused')).toHaveLength(5);
});
