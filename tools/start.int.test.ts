import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { olderNode } from './setup/older-node.ts';

const root = resolve(import.meta.dirname, '..');
const older = olderNode();
const camerasFile = `
version: 1
sites: [{ id: plant-1, name: { zh: 一, en: One } }]
cameras:
  - id: hall-west
    name: { zh: 一, en: One }
    site: plant-1
    url: rtsp://127.0.0.1:\${ANSHI_SIM_RTSP_PORT}/hall-west
    picture: [1280, 720]
`;

/** A run of the command, with its output so far. */
interface Run {
  child: ChildProcess;
  said: string;
  ended: Promise<number | null>;
}

let dir: string;
let runs: Run[] = [];

beforeAll(() => {
  // Set up before, so that the tests wait for the start only.
  spawnSync(process.execPath, ['tools/setup.mjs'], { cwd: root, stdio: 'inherit' });
  dir = mkdtempSync(join(tmpdir(), 'anshi-start-'));
  // PostgreSQL runs as another user, who needs to pass through the folder.
  chmodSync(dir, 0o711);
  writeFileSync(join(dir, 'cameras.yaml'), camerasFile);
}, 300_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));
afterEach(async () => {
  for (const { child, ended } of runs) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
  }
  runs = [];
});

function start(
  settings: Record<string, string> = {},
  command = [process.execPath, 'tools/start.mjs'],
) {
  const [program = '', ...args] = command;
  const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|VITEST)/.test(name));
  const child = spawn(program, args, {
    cwd: root,
    env: {
      ...Object.fromEntries(inherited),
      ANSHI_HTTP_PORT: '0',
      ANSHI_DATA_DIR: join(dir, 'data'),
      ANSHI_CAMERAS: join(dir, 'cameras.yaml'),
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const run: Run = {
    child,
    said: '',
    ended: once(child, 'close').then(() => child.exitCode),
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      run.said += chunk;
    });
  }
  runs.push(run);
  return run;
}

/** Waits for a text in the output. */
async function says(run: Run, words: string | RegExp): Promise<void> {
  await expect
    .poll(() => (run.child.exitCode === null ? run.said : `${run.said}\n(it has ended)`), {
      timeout: 240_000,
    })
    .toMatch(words);
}

/** Every descendant of a process, with its name. */
function descendants(pid: number): { pid: number; name: string }[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const end = stat.lastIndexOf(')');
        const command = stat.slice(stat.indexOf('(') + 1, end);
        return [
          { pid: Number(name), name: command, parent: Number(stat.slice(end + 2).split(' ')[1]) },
        ];
      } catch {
        return [];
      }
    });
  const below = (parent: number): typeof all =>
    all.filter((process) => process.parent === parent).flatMap((p) => [p, ...below(p.pid)]);
  return below(pid);
}

/** Those that are still alive; zombies do not count. */
function alive(processes: { pid: number; name: string }[]) {
  return processes.filter(({ pid, name }) => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      return status.includes(`Name:\t${name}`) && !/^State:\s+Z/m.test(status);
    } catch {
      return false;
    }
  });
}

/** The whole process tree, once the camera is being read. */
async function wholeTree(run: Run): Promise<{ pid: number; name: string }[]> {
  await says(run, 'Open ');
  const pid = run.child.pid as number;
  await expect
    .poll(() => descendants(pid).map(({ name }) => name), { timeout: 120_000 })
    .toEqual(expect.arrayContaining(['postgres', 'ffmpeg']));
  return [{ pid, name: 'node' }, ...descendants(pid)];
}

describe('npm start refuses with a sentence', () => {
  it('a port that is in use, and says how to choose another', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const run = start({ ANSHI_HTTP_PORT: String(port), ANSHI_DATA_DIR: join(dir, 'busy') });
    expect(await run.ended).toBe(1);
    expect(run.said).toContain(
      `port ${port} is already in use by another program. Stop that program, or choose another one: ANSHI_HTTP_PORT=${port + 1} npm start`,
    );
    expect(run.said).not.toContain('    at ');
    server.close();
  });

  it('a data folder that is a file', async () => {
    writeFileSync(join(dir, 'file'), '');
    const run = start({ ANSHI_DATA_DIR: join(dir, 'file') });
    expect(await run.ended).toBe(1);
    expect(run.said).toContain('cannot be made, because a file is in its place');
  });

  it('settings that are wrong, all at once', async () => {
    const run = start({ ANSHI_HTTP_PORT: 'x', ANSHI_LOG_LEVEL: 'loud' });
    expect(await run.ended).toBe(1);
    expect(run.said).toMatch(/ANSHI_HTTP_PORT: must be[\s\S]*ANSHI_LOG_LEVEL: must be/);
  });

  it('a database of the user’s own without secrets', async () => {
    const run = start({ DATABASE_URL: 'postgresql://anshi@db/anshi' });
    expect(await run.ended).toBe(1);
    expect(run.said).toContain('ANSHI_TOKEN_SECRET: must be set where DATABASE_URL names');
  });
});

describe.runIf(process.platform === 'linux')('npm start', { timeout: 500_000 }, () => {
  it('runs everything, and SIGTERM leaves no process', async () => {
    const run = start();
    const tree = await wholeTree(run);
    expect(run.said).toMatch(/Open +http:\/\/127\.0\.0\.1:\d+/);
    expect(run.said).toMatch(/Sign in +operator, safety or admin/);
    expect(run.said).toMatch(/Password +([a-z]{4}-){3}[a-z]{4}/);

    const second = start();
    expect(await second.ended).toBe(1);
    expect(second.said).toContain('already runs from the data folder');

    run.child.kill('SIGTERM');
    expect(await run.ended).toBe(0);
    expect(alive(tree)).toEqual([]);
  });

  it('starts again on the same data with the same password, and says how long it took', async () => {
    const run = start();
    await says(run, 'Open ');
    const kept = readFileSync(join(dir, 'data/secrets/demo-password'), 'utf8').trim();
    expect(run.said).toContain(kept);
    expect(statSync(join(dir, 'data/secrets/demo-password')).mode & 0o777).toBe(0o600);
    // For the test log; a limit on seconds would fail on a busy machine.
    console.log(/started in [\d.]+ s/.exec(run.said)?.[0]);
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(0);
  });

  it('kill -9 of the outermost process leaves no process', async () => {
    const run = start();
    const tree = await wholeTree(run);
    run.child.kill('SIGKILL');
    await expect.poll(() => alive(tree), { timeout: 60_000 }).toEqual([]);
  });

  it.runIf(older)('can be started with an older Node.js', async () => {
    const run = start({ PATH: older!.env.PATH! }, [older!.node, 'tools/start.mjs']);
    const tree = await wholeTree(run);
    run.child.kill('SIGKILL');
    await expect.poll(() => alive(tree), { timeout: 60_000 }).toEqual([]);
  });

  it('kill -9 of npm leaves no process, and the next start clears the lock', async () => {
    const run = start({}, ['npm', 'start']);
    const tree = await wholeTree(run);
    // Npm's parents belong to this test.
    run.child.kill('SIGKILL');
    await expect.poll(() => alive(tree), { timeout: 60_000 }).toEqual([]);
    const next = start();
    await says(next, 'Open ');
  });
});
