import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataDir, prepareDataDir } from './data-dir.ts';
import { keptSecret, machineSecret, readablePassword } from './secrets.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'anshi-data-'));
});
afterEach(() => {
  chmodSync(dir, 0o700);
  rmSync(dir, { recursive: true });
});

describe('the data folder', () => {
  it('is made where it is not there', () => {
    expect(existsSync(prepareDataDir(join(dir, 'a/b')))).toBe(true);
  });

  it('is for its owner alone, also where an earlier version left it open', () => {
    const data = join(dir, 'data');
    mkdirSync(join(data, 'logs'), { recursive: true });
    mkdirSync(join(data, 'postgres'), { recursive: true });
    writeFileSync(join(data, 'logs/api.log'), '');
    for (const path of ['', 'logs', 'postgres']) chmodSync(join(data, path), 0o755);
    chmodSync(join(data, 'logs/api.log'), 0o644);
    prepareDataDir(data);
    const modes = ['', 'logs', 'logs/api.log', 'postgres'].map((path) =>
      (statSync(join(data, path)).mode & 0o777).toString(8),
    );
    // Root leaves the bit by which PostgreSQL's own user passes; those folders are PostgreSQL's.
    const own = process.getuid?.() === 0 ? '710' : '700';
    expect(modes).toEqual([own, '700', '600', '755']);
    expect(statSync(prepareDataDir(join(dir, 'new'))).mode & 0o777).toBe(0o700);
  });

  it('is refused with a sentence where a file is in its place', () => {
    writeFileSync(join(dir, 'file'), '');
    expect(() => prepareDataDir(join(dir, 'file'))).toThrow('a file is in its place');
    expect(() => prepareDataDir(join(dir, 'file/inner'))).toThrow('a file is in its place');
  });

  it('is refused with a sentence where this user may not read it', () => {
    chmodSync(dir, 0o000);
    const script = `
      import { prepareDataDir } from ${JSON.stringify(join(import.meta.dirname, 'data-dir.ts'))};
      try { prepareDataDir(${JSON.stringify(dir)}); } catch (error) { console.log(error.message); }`;
    // Root may read everything, so the check runs as the user `nobody`.
    const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      ...nobody,
      encoding: 'utf8',
      cwd: join(import.meta.dirname, '../..'),
      env: { HOME: '/' },
    });
    expect(stdout, stderr).toContain(
      `the data folder ${dir} cannot be read and written by this user. Change its owner or rights, or choose another folder by ANSHI_DATA_DIR.`,
    );
  });
});

describe('the lock of a data folder', () => {
  it('keeps a second instance out, and names the first', () => {
    const lock = lockDataDir(dir, 'http://127.0.0.1:8080');
    expect(lock.wasStale).toBe(false);
    expect(() => lockDataDir(dir, 'http://127.0.0.1:9090')).toThrow(
      `already runs from the data folder ${dir} (process ${process.pid}, http://127.0.0.1:8080)`,
    );
    lock.release();
    lockDataDir(dir, 'http://127.0.0.1:9090').release();
    expect(existsSync(join(dir, 'running.json'))).toBe(false);
  });

  it('is taken over where its process is gone', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const holder = { pid, startTicks: null, about: { url: 'x' } };
    writeFileSync(join(dir, 'running.json'), JSON.stringify(holder));
    const lock = lockDataDir(dir, 'y');
    expect(lock.wasStale).toBe(true);
    lock.release();
    expect(existsSync(join(dir, 'running.json'))).toBe(false);
  });
});

describe('secrets', () => {
  it('are made once, kept, and readable by the owner only', () => {
    const first = keptSecret(dir, 'token', machineSecret);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(keptSecret(dir, 'token', machineSecret)).toBe(first);
    const { stdout } = spawnSync('ls', ['-l', join(dir, 'secrets/token')], { encoding: 'utf8' });
    expect(stdout).toMatch(/^-rw-------/);
    expect(readFileSync(join(dir, 'secrets/token'), 'utf8').trim()).toBe(first);
  });

  it('a demo password can be read aloud', () => {
    expect(readablePassword()).toMatch(/^([a-z]{4}-){3}[a-z]{4}$/);
    expect(readablePassword()).not.toBe(readablePassword());
  });
});
