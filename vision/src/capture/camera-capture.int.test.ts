import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CameraConfig } from '@anshi/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Frame } from '../frame.ts';
import { makeClips, type TestClips } from '../testing/clips.ts';
import { startSimulator, type TestSimulator } from '../testing/simulator.ts';
import { WatchedCapture } from '../testing/watched-capture.ts';
import type { WallSegment } from './camera-capture.ts';
import { type FfmpegTool, findFfmpeg } from './ffmpeg-tool.ts';

let clips: TestClips;
let simulator: TestSimulator;
let ffmpeg: FfmpegTool;
let folder: string;
const open: WatchedCapture[] = [];

beforeAll(async () => {
  [clips, simulator, ffmpeg] = await Promise.all([makeClips(), startSimulator(), findFfmpeg()]);
  folder = await mkdtemp(join(tmpdir(), 'anshi-capture-'));
});
afterAll(async () => {
  await Promise.all(open.map((watched) => watched.close()));
  await simulator?.close();
  await clips?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** For a busy machine: nine cameras start at once. */
const LONG = { timeout: 150_000 };

async function watch(url: string, change: Partial<CameraConfig> = {}): Promise<WatchedCapture> {
  const watched = await WatchedCapture.open({ url, ffmpeg, folder, change });
  open.push(watched);
  return watched;
}

/** Mean time between the frames, in milliseconds. */
function meanStep(frames: readonly Pick<Frame, 'at'>[]): number {
  return (frames.at(-1)!.at - frames[0]!.at) / (frames.length - 1);
}

/** Between the last two segments, in milliseconds. */
function gap(segments: readonly WallSegment[]): number {
  const [first, second] = segments.slice(-2);
  return first && second ? second.from - first.to : Number.POSITIVE_INFINITY;
}

describe.concurrent('one connection feeds analysis, evidence and live view', LONG, () => {
  test('frames at the wanted rate by true time, segments with wall times, RTP', async () => {
    await simulator.mount('gate', { file: clips.h264 });
    const before = Date.now();
    const camera = await watch(simulator.url('gate'));
    // The stream clock converges during the first frames, later on a busy machine: the last frames
    // are checked, once they have the wanted rate.
    const isAtRate = () => Math.abs(meanStep(camera.frames.slice(-13)) - 200) < 20;
    const isUnbroken = () => Math.abs(gap(camera.segments)) < 50;
    await camera.until(() => camera.frames.length >= 16 && isAtRate() && isUnbroken());
    await camera.until(() => camera.packets > 20);
    expect(camera.state).toMatchObject({ state: 'live', fault: null });
    expect(camera.state.video).toMatchObject({ codec: 'h264', width: 320, height: 180 });
    // Told from the first frames alone.
    expect(camera.state.video!.fps).toBeCloseTo(10, 0);
    expect(camera.frames[0]!.at).toBeGreaterThan(before - 1000);
    expect(camera.frames.at(-1)!.at).toBeLessThan(Date.now() + 50);
    const second = camera.segments.at(-1);
    expect(second!.to - second!.from).toBeGreaterThan(900);
    expect(await readdir(folder)).toContain(second!.file);
  });

  test('an H.265 camera is analysed and recorded', async () => {
    await simulator.mount('h265', { file: clips.hevc });
    const camera = await watch(simulator.url('h265'));
    await camera.until(() => camera.frames.length >= 5 && camera.segments.length >= 1);
    expect(camera.state.video?.codec).toBe('hevc');
    expect(camera.state.video!.fps).toBeCloseTo(10, 0);
    expect(camera.segments[0]?.codec).toBe('hevc');
  });

  test('a file is played at its own speed in a loop', async () => {
    const camera = await watch(`file://${clips.h264}`, { analysisFps: 2 });
    const began = performance.now();
    await camera.until(() => camera.frames.length >= 7);
    expect(performance.now() - began).toBeGreaterThan(2500);
    await camera.until(() => camera.packets > 20);
  });
});

describe.concurrent('faults of a camera', LONG, () => {
  test('a camera absent at the start is connected as soon as it appears', async () => {
    const camera = await watch(simulator.url('late'));
    await camera.fault('not-found');
    expect(camera.state.fault?.message).toContain('no stream');
    await simulator.mount('late', { file: clips.h264 });
    await camera.until(() => camera.frames.length > 0);
    expect(camera.state).toMatchObject({ state: 'live', fault: null });
  });

  test('a dropped connection is reopened; time and sequence numbers continue', async () => {
    await simulator.mount('dropped', { file: clips.h264 });
    const camera = await watch(simulator.url('dropped'));
    await camera.until(() => camera.frames.length >= 3);
    await simulator.fault('dropped', 'drop');
    await camera.fault('ended');
    expect(camera.capture.meter.read().reconnectsLastHour).toBe(1);
    const count = camera.frames.length;
    await camera.until(() => camera.frames.length > count);
    expect(camera.state.state).toBe('live');
    const [before, after] = camera.frames.slice(count - 1);
    expect(after!.sequence).toBe(before!.sequence + 1);
    expect(after!.at).toBeGreaterThan(before!.at + 500);
  });

  test('a frozen stream is a stall and recovers when it resumes', async () => {
    await simulator.mount('frozen', { file: clips.h264 });
    const camera = await watch(simulator.url('frozen'));
    await camera.until(() => camera.frames.length >= 3);
    // A slow start is no stall.
    expect(camera.capture.meter.read().stallsLastHour).toBe(0);
    await simulator.fault('frozen', 'freeze');
    await camera.fault('stalled');
    expect(camera.capture.meter.read().stallsLastHour).toBe(1);
    await simulator.fault('frozen', 'thaw');
    await camera.until(() => camera.state.state === 'live');
  });

  test('a wrong password is reported without showing it', async () => {
    await simulator.mount('locked', { file: clips.h264, username: 'eye', password: 'right-one' });
    const camera = await watch(simulator.url('locked', 'eye:wr0ng-secret'));
    await camera.fault('unauthorized');
    expect(JSON.stringify(camera.state)).not.toContain('wr0ng-secret');
    expect(camera.state.fault?.message).toContain('password');
    const right = await watch(simulator.url('locked', 'eye:right-one'));
    await right.until(() => right.frames.length > 0);
  });

  test('audio only, a wrong path and an absent server have their own fault codes', async () => {
    await simulator.mount('sound', { audioOnly: true });
    const sound = await watch(simulator.url('sound'));
    const path = await watch(simulator.url('nowhere'));
    const nobody = await watch('rtsp://127.0.0.1:9/gate');
    const file = await watch('file:///no/such/file.mp4');
    await Promise.all([
      sound.fault('no-video'),
      path.fault('not-found'),
      nobody.fault('unreachable'),
      file.fault('configuration'),
    ]);
    expect(file.state.fault?.message).toContain('/no/such/file.mp4');
  });

  test('a picture of another shape is refused with both sizes', async () => {
    await simulator.mount('wide', { file: clips.h264 });
    const camera = await watch(simulator.url('wide'), { picture: [640, 480] });
    await camera.fault('wrong-picture-size');
    expect(camera.state.fault?.message).toMatch(/320x180.*640x480/);
    expect(camera.frames).toHaveLength(0);
  });
});
