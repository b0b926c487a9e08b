import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeUpToDate } from './builds.mjs';
import { exclusively } from './lock.mjs';
import { isInstalled } from './packages.mjs';
import { run } from './progress.mjs';
import { hashOf, readStamp, writeStamp } from './stamps.mjs';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'anshi-setup-'));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('stamps', () => {
  it('stores each step separately', () => {
    expect(readStamp(root, 'packages')).toBeUndefined();
    writeStamp(root, 'packages', 'a');
    writeStamp(root, 'dashboard', 'b');
    expect([readStamp(root, 'packages'), readStamp(root, 'dashboard')]).toEqual(['a', 'b']);
  });

  it('changes the hash with content, name and existence, not with tests and generated folders', () => {
    const write = (path: string, text: string) => {
      mkdirSync(join(root, path, '..'), { recursive: true });
      writeFileSync(join(root, path), text);
      return hashOf(root, ['src', 'absent']);
    };
    const first = write('src/a.ts', '1');
    expect(write('src/a.test.ts', 'x')).toBe(first);
    expect(write('src/node_modules/b.ts', 'x')).toBe(first);
    const changed = write('src/a.ts', '2');
    expect(changed).not.toBe(first);
    const more = write('src/deep/b.ts', '2');
    expect(more).not.toBe(changed);
    expect(write('absent', '')).not.toBe(more);
  });
});

describe('installed packages', () => {
  const lock = (packages: object) => JSON.stringify({ packages });
  const wanted = lock({
    '': { version: '1.0.0' },
    contracts: { version: '1.0.0' },
    'node_modules/@anshi/contracts': { link: true },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/other-platform': { version: '2.0.0', optional: true },
  });

  it('accepts all versions of the lockfile; optional packages may be absent', () => {
    expect(isInstalled(wanted, lock({ 'node_modules/a': { version: '1.0.0' } }))).toBe(true);
  });

  it('wants an optional package that a part of ours names, at its version', () => {
    const part = { version: '1.0.0', optionalDependencies: { sfu: '1.0.0' } };
    const named = lock({
      '': { version: '1.0.0' },
      vision: part,
      'node_modules/sfu': { version: '1.0.0', optional: true },
      'node_modules/other-platform': { version: '2.0.0', optional: true },
    });
    expect(isInstalled(named, lock({}))).toBe(false);
    expect(isInstalled(named, lock({ 'node_modules/sfu': { version: '1.0.0' } }))).toBe(true);
  });

  it('detects a missing package, another version, and another version of an optional one', () => {
    expect(isInstalled(wanted, lock({}))).toBe(false);
    expect(isInstalled(wanted, lock({ 'node_modules/a': { version: '1.0.1' } }))).toBe(false);
    const old = {
      'node_modules/a': { version: '1.0.0' },
      'node_modules/other-platform': { version: '1.0.0' },
    };
    expect(isInstalled(wanted, lock(old))).toBe(false);
  });
});

describe('two set-ups in one checkout', () => {
  it('run one after the other', async () => {
    const events: string[] = [];
    const work = (name: string) => () =>
      exclusively(root, async () => {
        events.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        events.push(`${name} ends`);
      });
    await work('first')();
    await work('second')();
    expect(events).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
    expect(readdirSync(join(root, '.anshi'))).toEqual([]);
  });

  it('do not wait for a dead process', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    mkdirSync(join(root, '.anshi'));
    const holder = { pid, startTicks: null, about: {} };
    writeFileSync(join(root, '.anshi/setup.lock'), JSON.stringify(holder));
    let done = false;
    await exclusively(root, async () => {
      done = true;
    });
    expect(done).toBe(true);
  });

  it('wait for a running process', async () => {
    const script = `import { exclusively } from ${JSON.stringify(join(import.meta.dirname, 'lock.mjs'))};
      await exclusively(${JSON.stringify(root)}, async () => {
        process.stdout.write('held');
        await new Promise((resolve) => process.stdin.once('data', resolve));
      });
      process.exit();`;
    const other = spawn(process.execPath, ['--input-type=module', '-e', script]);
    await once(other.stdout, 'data');
    let isMine = false;
    const mine = exclusively(root, async () => {
      isMine = true;
    });
    expect(isMine).toBe(false);
    other.stdin.write('go');
    await mine;
    expect(isMine).toBe(true);
  });
});

describe('a command that fails', () => {
  it('is reported with its exit code and its last lines', async () => {
    const script = 'for (let i = 0; i < 100; i++) console.log("line " + i); process.exit(3)';
    const failure = run('trying', process.execPath, ['-e', script]);
    await expect(failure).rejects.toThrow(/^trying: .* ended with exit code 3/);
    await expect(failure).rejects.toThrow(/line 99$/);
    await expect(failure).rejects.not.toThrow(/line 50\n/);
  });

  it('is reported where it does not exist', async () => {
    await expect(run('trying', '/no/such/program', [])).rejects.toThrow('could not be started');
  });
});

describe('a build', () => {
  const build = {
    step: 'model',
    title: 'making a model',
    from: ['source'],
    to: 'made/model',
    npm: ['run', '--silent', 'make'],
  };
  const script = (make: string) =>
    writeFileSync(join(root, 'package.json'), JSON.stringify({ scripts: { make } }));

  it('is done once, and again where its sources change or its output is gone', async () => {
    script('mkdir -p made && echo x >> log && touch made/model');
    const times = () => readFileSync(join(root, 'log'), 'utf8').length / 2;
    writeFileSync(join(root, 'source'), '1');
    await makeUpToDate(root, build);
    await makeUpToDate(root, build);
    expect(times()).toBe(1);
    writeFileSync(join(root, 'source'), '2');
    await makeUpToDate(root, build);
    expect(times()).toBe(2);
    rmSync(join(root, 'made'), { recursive: true });
    await makeUpToDate(root, build);
    expect(times()).toBe(3);
  });

  it('that fails stops the set-up, unless it is optional; then it is retried next time', async () => {
    script('echo no network >&2; exit 1');
    await expect(makeUpToDate(root, build)).rejects.toThrow(/making a model[\s\S]*no network/);
    await makeUpToDate(root, { ...build, without: 'The rest runs.' });
    expect(readStamp(root, 'model')).toBeUndefined();
    script('mkdir -p made && touch made/model');
    await makeUpToDate(root, { ...build, without: 'The rest runs.' });
    expect(readStamp(root, 'model')).toBeDefined();
  });
});
