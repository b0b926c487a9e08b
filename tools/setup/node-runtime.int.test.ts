import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { bringNode, linkNode } from './node-runtime.mjs';
import { checkNodeVersion, runsAnshi } from './node-version.mjs';
import { olderNode } from './older-node.ts';

const root = resolve(import.meta.dirname, '../..');
const older = olderNode();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anshi-runtime-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

describe('the Node.js version', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('%s can set up', (version) => {
    expect(() => checkNodeVersion(version)).not.toThrow();
  });

  it.each(['18.20.0', '20.18.9'])('%s is refused with the required version', (version) => {
    expect(() => checkNodeVersion(version)).toThrow(
      `${version} is too old: the set-up needs 20.19`,
    );
  });

  it('that runs Anshi is 24 with long-term support, or newer', () => {
    const versions = ['20.20.2', '22.22.0', '24.10.0', '24.11.0', '24.21.0', '26.0.0'];
    expect(versions.filter(runsAnshi)).toEqual(['24.11.0', '24.21.0', '26.0.0']);
  });
});

describe('the Node.js to run on', () => {
  it('is the running one where it is new enough', async () => {
    expect(await bringNode(folder)).toBe(process.execPath);
  });

  it('must be installed by hand where npm has none for the machine', async () => {
    cpSync(join(root, 'tools/runtime/package.json'), join(folder, 'tools/runtime/package.json'));
    vi.spyOn(process, 'arch', 'get').mockReturnValue('s390x');
    vi.spyOn(process, 'versions', 'get').mockReturnValue({ ...process.versions, node: '20.19.0' });
    await expect(bringNode(folder)).rejects.toThrow(
      /this is 20\.19\.0, and npm has no Node\.js 24\.\d+\.\d+ for \w+-s390x\. Install Node\.js 24/,
    );
  });
});

describe('the link for npm run and npx', () => {
  const bin = () =>
    join(folder, 'tools/runtime/node_modules', `node-${process.platform}-${process.arch}`, 'bin');
  const link = () => join(folder, 'node_modules/.bin/node');
  const npmOf = (version: string, program = '/usr/bin/node') => {
    vi.stubEnv('npm_node_execpath', program);
    vi.stubEnv('npm_config_user_agent', `npm/11.0.0 node/v${version} linux x64 workspaces/false`);
  };
  beforeEach(() => {
    mkdirSync(bin(), { recursive: true });
    writeFileSync(join(bin(), 'node'), '');
  });

  it('points to the Node.js from npm where the machine has an older one', () => {
    npmOf('20.19.0');
    linkNode(folder);
    linkNode(folder);
    expect(readlinkSync(link())).toMatch(/^\.\.\/\.\.\/tools\/runtime\/node_modules\//);
    expect(existsSync(link())).toBe(true);
  });

  it('is made also by the npm that runs on that one', () => {
    npmOf('24.21.0', join(bin(), 'node'));
    linkNode(folder);
    expect(existsSync(link())).toBe(true);
  });

  it('is removed where the machine has a newer one', () => {
    mkdirSync(join(link(), '..'), { recursive: true });
    symlinkSync(join(bin(), 'node'), link());
    npmOf('26.0.0');
    linkNode(folder);
    expect(existsSync(link())).toBe(false);
  });

  it('is not made without a target', () => {
    rmSync(bin(), { recursive: true });
    npmOf('20.19.0');
    linkNode(folder);
    expect(existsSync(link())).toBe(false);
  });
});

describe.runIf(older)('a command that an older Node.js starts', () => {
  let started: ChildProcess[] = [];
  /** So that the tests do not include the time of an installation. */
  beforeAll(async () => {
    const { node, env } = older!;
    const set = spawn(node, ['tools/setup/after-install.mjs'], {
      cwd: root,
      env,
      stdio: 'inherit',
    });
    expect(await once(set, 'close')).toEqual([0, null]);
  }, 300_000);
  afterEach(() => {
    for (const child of started) child.kill('SIGKILL');
    started = [];
  });

  /** Starts a command that does `first` and then says what it runs on: by then it takes signals. */
  function start(first: string, args: string[] = []) {
    const file = join(folder, 'command.mjs');
    const rerun = JSON.stringify(join(import.meta.dirname, 'rerun.mjs'));
    writeFileSync(
      file,
      `import { spawnSync } from 'node:child_process';
       import { continueOnRuntime } from ${rerun};
       await continueOnRuntime(${JSON.stringify(root)});
       const below = spawnSync('node', ['--version'], { encoding: 'utf8' }).stdout.trim();
       ${first}
       console.log(JSON.stringify({ version: process.versions.node, below, pid: process.pid,
         args: process.argv.slice(2) }));`,
    );
    const child = spawn(older!.node, [file, ...args], {
      env: older!.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    started.push(child);
    return child;
  }
  const said = async (child: ChildProcess) =>
    JSON.parse(String((await once(child.stdout!, 'data'))[0]));

  it('runs on the one from npm with the same arguments, and so do its children', async () => {
    const child = start('process.exitCode = 7;', ['--a', 'b c']);
    const ended = once(child, 'close');
    const { version, below, args } = await said(child);
    expect(runsAnshi(version)).toBe(true);
    expect(below).toBe(`v${version}`);
    expect(args).toEqual(['--a', 'b c']);
    expect(await ended).toEqual([7, null]);
  });

  it('receives the signals, and its exit code is passed on', async () => {
    const child = start(
      `process.on('SIGTERM', () => process.exit(3)); setInterval(() => {}, 1000);`,
    );
    const ended = once(child, 'close');
    await said(child);
    child.kill('SIGTERM');
    expect(await ended).toEqual([3, null]);
  });

  it('is stopped when the outer one is killed', async () => {
    const child = start('setInterval(() => {}, 1000);');
    const { pid } = await said(child);
    child.kill('SIGKILL');
    await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 20_000 }).toBe(false);
  });
});
