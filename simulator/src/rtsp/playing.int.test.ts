import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decode, H264_WITH_B, H265, hasEncoder, makeClip, start } from '../testing/ffmpeg.ts';
import { startTestPlant, temporaryFolder } from '../testing/plant.ts';

const FPS = 15;
const withH265 = await hasEncoder('libx265');
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let plant: Awaited<ReturnType<typeof startTestPlant>>;

beforeAll(async () => {
  folder = await temporaryFolder();
  const clip = (name: string) => join(folder.path, name);
  await makeClip(clip('h264.mp4'), { seconds: 1.6, fps: FPS, codec: H264_WITH_B });
  if (withH265) await makeClip(clip('h265.mp4'), { seconds: 1.6, fps: FPS, codec: H265 });
  await makeClip(clip('mpeg4.mp4'), { seconds: 1.6, fps: FPS, codec: ['-c:v', 'mpeg4'] });
  const oneKey = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '1000'];
  await makeClip(clip('one-key.mp4'), { seconds: 9, fps: FPS, codec: oneKey });
  plant = await startTestPlant(folder.path);
});
afterAll(async () => {
  await plant?.close();
  await folder?.remove();
});

/**
 * The pictures follow each other at the clip's rate, across all seams. ffmpeg assigns no time to
 * the first picture of any RTSP stream, and guesses until reordered ones have passed.
 */
function expectSteady(times: number[]): void {
  const steady = times.slice(6);
  const steps = steady.slice(1).map((time, i) => time - steady[i]!);
  for (const step of steps) expect(step).toBeCloseTo(1 / FPS, 3);
}

describe.each(['tcp', 'udp'] as const)('a client by %s', (transport) => {
  it('plays H264 with B pictures without errors across the loop', async () => {
    const { times, complaints } = await decode(plant.url('h264'), transport, 60);
    expect(times).toHaveLength(60);
    expect(complaints).toBe('');
    expectSteady(times);
  });

  it.skipIf(!withH265)('plays H265', async () => {
    const { times, complaints } = await decode(plant.url('h265'), transport, 40);
    expect(times).toHaveLength(40);
    expect(complaints).toBe('');
    expectSteady(times);
  });
});

it('a clip of another codec, or with too few key pictures, is re-encoded', async () => {
  const mounts = await plant.mounts();
  expect(mounts.find(({ name }) => name === 'mpeg4')?.codec).toBe('H264');
  for (const name of ['mpeg4', 'one-key']) {
    const { times, complaints } = await decode(plant.url(name), 'tcp', 20);
    expect(times).toHaveLength(20);
    expect(complaints).toBe('');
  }
});

it('an audio-only mount has no video stream', async () => {
  await plant.call('PUT', '/mounts/sound', { audioOnly: true });
  const show = ['-show_entries', 'stream=codec_type,codec_name', '-of', 'csv=p=0'];
  const { stdout, code } = await start('ffprobe', [
    '-v',
    'error',
    '-rtsp_transport',
    'tcp',
    ...show,
    plant.url('sound'),
  ]).ended;
  expect(code).toBe(0);
  expect(stdout.toString().trim()).toBe('pcm_alaw,audio');
});

it('a protected mount plays with the right password only', async () => {
  const secret = { username: 'viewer', password: 'p:w@/1' };
  await plant.call('PUT', '/mounts/locked', { file: join(folder.path, 'h264.mp4'), ...secret });
  const right = `viewer:${encodeURIComponent(secret.password)}@`;
  expect((await decode(plant.url('locked', right), 'tcp', 10)).times).toHaveLength(10);
  for (const user of ['', 'viewer:wrong@', 'other:p%3Aw%40%2F1@']) {
    const { times, complaints } = await decode(plant.url('locked', user), 'tcp', 10);
    expect(times).toEqual([]);
    expect(complaints).toContain('401 Unauthorized');
  }
});

it('an address without a mount is answered with 404', async () => {
  const { times, complaints } = await decode(plant.url('nothing'), 'tcp', 10);
  expect(times).toEqual([]);
  expect(complaints).toContain('404 Not Found');
});
