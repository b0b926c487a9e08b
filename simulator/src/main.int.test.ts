import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { H264_WITH_B, makeClip } from './testing/ffmpeg.ts';
import { remote, temporaryFolder } from './testing/plant.ts';
import { childrenOf, isRunning } from './testing/processes.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const started = new Set<ChildProcess>();

beforeAll(async () => {
  folder = await temporaryFolder();
  await makeClip(join(folder.path, 'cam.mp4'), { seconds: 1.6, codec: H264_WITH_B });
});
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  started.clear();
});
afterAll(() => folder?.remove());

/** The simulator as the launcher starts it. */
async function startMain(env: Record<string, string> = {}) {
  const child = fork(join(import.meta.dirname, 'main.ts'), {
    execArgv: [],
    env: { ...process.env, ANSHI_SIM_CLIPS: folder.path, ANSHI_LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  started.add(child);
  let words = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      words += chunk;
    });
  }
  const exited = once(child, 'exit').then(([code, signal]) => ({ code, signal, words }));
  const message = await Promise.race([once(child, 'message').then(([ready]) => ready), exited]);
  return { child, exited, message };
}

describe.skipIf(process.platform !== 'linux')('the process', () => {
  it.each([
    ['SIGTERM', (child: ChildProcess) => child.kill('SIGTERM')],
    ['SIGKILL', (child: ChildProcess) => child.kill('SIGKILL')],
    ['the end of its parent', (child: ChildProcess) => child.disconnect()],
  ])('leaves nothing behind after %s', async (_, end) => {
    const { child, exited, message } = await startMain();
    expect(message).toMatchObject({ kind: 'ready' });
    const { call } = remote(message.details);
    const file = join(folder.path, 'cam.mp4');
    await call('PUT', '/mounts/stamped', { file, stamped: true });
    const pids = childrenOf(child.pid!);
    expect(pids.length).toBeGreaterThanOrEqual(2);
    end(child);
    await exited;
    await vi.waitFor(() => expect(pids.filter(isRunning)).toEqual([]), 60_000);
  });
});

it('names a port in use and exits with 1', async () => {
  const first = await startMain();
  const port = `${first.message.details.rtspPort}`;
  const { exited } = await startMain({ ANSHI_SIM_RTSP_PORT: port });
  const { code, words } = await exited;
  expect(code).toBe(1);
  expect(words).toContain(`RTSP cannot listen on 127.0.0.1:${port}`);
});

it('names invalid settings', async () => {
  const { exited } = await startMain({ ANSHI_SIM_RTSP_PORT: 'many', ANSHI_TENANT: 'Not A Slug' });
  const { code, words } = await exited;
  expect(code).toBe(1);
  expect(words).toContain('ANSHI_SIM_RTSP_PORT');
  expect(words).toContain('ANSHI_TENANT');
});
