import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeClips, type TestClips } from '../testing/clips.ts';
import { makeStream, makeVariableRate } from '../testing/odd-clips.ts';
import { startSimulator, type TestSimulator } from '../testing/simulator.ts';
import { WatchedCapture } from '../testing/watched-capture.ts';
import { type FfmpegTool, findFfmpeg } from './ffmpeg-tool.ts';

/* Cameras whose settings change while they are watched, and streams with uneven times. */

let clips: TestClips;
let simulator: TestSimulator;
let ffmpeg: FfmpegTool;
let folder: string;
const open: WatchedCapture[] = [];

beforeAll(async () => {
  [clips, simulator, ffmpeg] = await Promise.all([makeClips(), startSimulator(), findFfmpeg()]);
  folder = await mkdtemp(join(tmpdir(), 'anshi-changing-'));
});
afterAll(async () => {
  await Promise.all(open.map((camera) => camera.close()));
  await simulator?.close();
  await clips?.remove();
  await rm(folder, { recursive: true, force: true });
});

async function watch(name: string, file: string): Promise<WatchedCapture> {
  const own = join(folder, name);
  await mkdir(own);
  await simulator.mount(name, { file });
  const url = simulator.url(name);
  const camera = await WatchedCapture.open({ url, ffmpeg, folder: own, change: {} });
  open.push(camera);
  return camera;
}
const streamOf = async (name: string, parts: Parameters<typeof makeStream>[1]) => {
  const file = join(folder, `${name}.ts`);
  await makeStream(file, parts);
  return file;
};
/** Times between frames, ms. */
const steps = (frames: readonly { at: number }[]) =>
  frames.slice(1).map(({ at }, n) => at - frames[n]!.at);
/** The times and numbers of frames go on over whatever happened, and none is of the future. */
function expectOneTime(camera: WatchedCapture): void {
  const { frames } = camera;
  expect(steps(frames).filter((step) => step <= 0)).toEqual([]);
  expect(frames.map(({ sequence }) => sequence)).toEqual(frames.map((_, n) => n));
  expect(frames.at(-1)!.at).toBeLessThan(Date.now() + 100);
}
/** No segment seems to last longer than it can, or to be of another time than now. */
function expectSoundSegments({ segments }: WatchedCapture): void {
  const now = Date.now();
  for (const { from, to } of segments) {
    expect(to - from).toBeGreaterThan(0);
    expect(to - from).toBeLessThan(10_000);
    expect(from).toBeGreaterThan(now - 150_000);
    expect(to).toBeLessThan(now + 1_000);
  }
}
const LONG = { timeout: 150_000 };

describe.concurrent('a camera that is switched while it is watched', LONG, () => {
  test('to another resolution on the same connection is opened again and goes on', async () => {
    const small = { size: '320x180', fps: 10, seconds: 10 };
    const file = await streamOf('sizes', [small, { ...small, size: '640x360' }]);
    const camera = await watch('sizes', file);
    const has = (width: number) => camera.frames.some((frame) => frame.width === width);
    await camera.until(() => has(320) && has(640));
    expect(camera.history.join('\n')).toMatch(/ fault ended/);
    await camera.until(() => camera.segments.length >= 2);
    expectOneTime(camera);
    expectSoundSegments(camera);
  });

  test('to another codec is recorded with that codec from then on', async () => {
    const camera = await watch('codecs', clips.h264);
    await camera.until(() => camera.frames.length >= 3 && camera.segments.length >= 1);
    await simulator.mount('codecs', { file: clips.hevc });
    await camera.until(() => camera.segments.at(-1)?.codec === 'hevc');
    expect(camera.state).toMatchObject({ state: 'live', video: { codec: 'hevc' } });
    expect(camera.segments[0]?.codec).toBe('h264');
    expectOneTime(camera);
    expectSoundSegments(camera);
  });

  test('to another range of colours goes on at once, frame after frame', async () => {
    const part = { size: '320x180', fps: 10, seconds: 3 };
    const full = ['-vf', 'scale=out_range=pc', '-color_range', 'pc', '-pix_fmt', 'yuvj420p'];
    const file = await streamOf('colours', [part, { ...part, options: full }]);
    const camera = await watch('colours', file);
    // Over two rounds: four changes.
    await camera.until(() => camera.frames.length >= 60);
    expect(camera.capture.meter.read()).toMatchObject({ reconnectsLastHour: 0, stallsLastHour: 0 });
    expectOneTime(camera);
  });

  test('to another frame rate and time base is analysed as often as before', async () => {
    const slow = { size: '320x180', fps: 8, seconds: 4 };
    const file = await streamOf('rates', [slow, { ...slow, fps: 25 }]);
    const camera = await watch('rates', file);
    await camera.until(() => camera.frames.length >= 60);
    const mean = (camera.frames.at(-1)!.at - camera.frames.at(-41)!.at) / 40;
    expect(mean).toBeGreaterThan(180);
    expect(mean).toBeLessThan(230);
    expectOneTime(camera);
    expectSoundSegments(camera);
  });
});

describe.concurrent('a stream', LONG, () => {
  test.each([
    ['h264', 'libx264', []],
    ['hevc', 'libx265', ['-x265-params', 'log-level=error']],
  ])('of %s with a key frame each 4 s is measured as that', async (codec, encoder, more) => {
    const file = join(folder, `slow-keys-${codec}.mp4`);
    const source = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=15:d=12'];
    const keys = ['-g', '60', '-keyint_min', '60', '-sc_threshold', '0', '-bf', '0', ...more];
    const to = ['-c:v', encoder, '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', ...keys, file];
    await promisify(execFile)('ffmpeg', ['-v', 'error', '-y', ...source, ...to]);
    const camera = await watch(`slow-keys-${codec}`, file);
    await camera.until(() => (camera.shape.keyFrameSeconds ?? 0) > 3.8);
    await camera.until(() => camera.shape.bFrames !== null);
    expect(camera.state.video?.codec).toBe(codec);
    // The first picture of a run has time 0, whatever its own is.
    expect(Math.abs((camera.shape.keyFrameSeconds ?? 0) - 4)).toBeLessThanOrEqual(0.3);
    expect(camera.shape.bFrames).toBe(false);
  });

  test('with B-frames at a variable rate has its frames at their own times', async () => {
    const camera = await watch('variable', await makeVariableRate(folder));
    await camera.until(() => camera.frames.length >= 60);
    const times = steps(camera.frames.slice(-45));
    const near = (ms: number) => times.filter((step) => Math.abs(step - ms) <= 15).length;
    // 5 of 20 pictures a second, and all of 4: a machine that is busy drops some.
    expect(near(200)).toBeGreaterThan(8);
    expect(near(250)).toBeGreaterThan(8);
    // Its pictures are 50 ms apart at least.
    expect(times.filter((step) => step < 45)).toEqual([]);
    expect(camera.capture.meter.read().decodeErrorsLastHour).toBe(0);
    expectOneTime(camera);
    expectSoundSegments(camera);
  });

  test.each([
    ['ahead', 3_600],
    ['back', -3_600],
  ])(
    'whose timestamps jump %s by an hour is opened again, and its recording keeps its time',
    async (way, seconds) => {
      const camera = await watch(`jump-${way}`, clips.h264);
      await camera.until(() => camera.frames.length >= 10 && camera.segments.length >= 2);
      const before = camera.segments.length;
      await simulator.shift(`jump-${way}`, seconds);
      await camera.fault('ended');
      // Before its own begin, the time of a stream wraps at 32 bits, which is 13 hours.
      expect(camera.state.fault?.message).toMatch(
        /timestamps of gate jumped (ahead|back) by \d{4,5} s/,
      );
      const seen = camera.frames.length;
      await camera.until(
        () => camera.frames.length > seen + 5 && camera.segments.length > before + 2,
      );
      expect(camera.state).toMatchObject({ state: 'live', fault: null });
      expectOneTime(camera);
      expectSoundSegments(camera);
    },
  );
});
