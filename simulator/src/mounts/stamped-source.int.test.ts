import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { readStamp } from '../stamp.ts';
import { H264_WITH_B, makeClip, start } from '../testing/ffmpeg.ts';
import { startTestPlant, temporaryFolder } from '../testing/plant.ts';
import { childrenOf } from '../testing/processes.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let plant: Awaited<ReturnType<typeof startTestPlant>>;

beforeAll(async () => {
  folder = await temporaryFolder();
  await makeClip(join(folder.path, 'cam.mp4'), { seconds: 1.6, codec: H264_WITH_B });
  plant = await startTestPlant(folder.path);
});
afterAll(async () => {
  await plant?.close();
  await folder?.remove();
});

it('stamps each picture with its sending time, across the loop', async () => {
  const file = join(folder.path, 'cam.mp4');
  expect((await plant.call('PUT', '/mounts/stamped', { file, stamped: true })).status).toBe(200);
  const [width, height, count] = [640, 360, 45];
  const fast = ['-fflags', 'nobuffer', '-flags', 'low_delay', '-rtsp_transport', 'tcp'];
  const output = ['-frames:v', `${count}`, '-pix_fmt', 'gray', '-f', 'rawvideo', 'pipe:1'];
  const input = ['-v', 'error', '-nostdin', ...fast, '-i', plant.url('stamped')];
  const from = Date.now();
  const reader = start('ffmpeg', [...input, '-fps_mode', 'passthrough', ...output]);
  const { stdout } = await reader.ended;
  const until = Date.now();
  const stamps = Array.from({ length: count }, (_, i) => {
    const size = width * height;
    return readStamp(stdout.subarray(i * size, (i + 1) * size), width, height);
  });
  const read = stamps.filter((stamp) => stamp !== null);
  expect(read).toHaveLength(count);
  expect(read).toEqual(read.toSorted((a, b) => a - b));
  expect(new Set(read).size).toBe(count);
  expect(read[0]).toBeGreaterThan(from - 1000);
  expect(read.at(-1)).toBeLessThanOrEqual(until);
  // At the clip's frame rate: 44 steps of 1/15 s.
  expect(read.at(-1)! - read[0]!).toBeGreaterThan(2000);
});

it.skipIf(process.platform !== 'linux')('is removed where its encoder dies', async () => {
  const file = join(folder.path, 'cam.mp4');
  const before = childrenOf(process.pid);
  await plant.call('PUT', '/mounts/doomed', { file, stamped: true });
  const [victim] = childrenOf(process.pid).filter((pid) => !before.includes(pid));
  process.kill(victim!, 'SIGKILL');
  await vi.waitFor(async () => {
    const names = (await plant.mounts()).map(({ name }) => name);
    expect(names).not.toContain('doomed');
    expect(childrenOf(process.pid)).toEqual(before);
  }, 60_000);
});

it('refuses a picture that is too small for a stamp', async () => {
  const file = join(folder.path, 'small.mp4');
  const small = ['-vf', 'scale=320:180', '-c:v', 'libx264', '-g', '15'];
  await makeClip(file, { seconds: 1, codec: small });
  const { status, body } = await plant.call('PUT', '/mounts/small', { file, stamped: true });
  expect(status).toBe(422);
  expect(body.error).toContain('too small for a stamp');
});
