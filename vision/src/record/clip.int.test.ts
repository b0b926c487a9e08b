import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ViolationClipReady } from '@anshi/contracts';
import { clipBoxes } from '@anshi/contracts';
import { pino } from 'pino';
import { ulid } from 'ulid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ListedSegment, readSegmentList } from '../capture/segment-list.ts';
import { CameraStates } from '../publish/camera-states.ts';
import { EvidenceStore } from '../publish/evidence-store.ts';
import { Outbox } from '../publish/outbox.ts';
import { makeClips, type TestClips } from '../testing/clips.ts';
import { findings } from '../testing/findings.ts';
import { ObservationBuffer } from './clip-boxes.ts';
import { ClipQueue } from './clip-queue.ts';
import { Ring } from './ring.ts';

const run = promisify(execFile);
const log = pino({ level: 'silent' });
const LOOP_MS = 8000;
/**
 * Wall time at which the recorded stream starts; the window lies in the past, so there is no wait.
 */
const BASE = Date.now() - 45_000;

let clips: TestClips;
let recorded: Record<'h264' | 'hevc', { folder: string; list: ListedSegment[] }>;
let folder: string;
let ring: Ring;
let outbox: Outbox;
let evidence: EvidenceStore;
let added: () => void;
const queues: ClipQueue[] = [];

/** Forty seconds of segments, in the format of the capture stage. */
async function record(file: string, to: string) {
  await mkdir(to);
  const list = join(to, 'segments.csv');
  const segments = ['-f', 'segment', '-segment_time', '1', '-segment_format', 'mpegts'];
  const listing = ['-segment_list', list, '-segment_list_type', 'csv'];
  const input = ['-v', 'error', '-stream_loop', '4', '-i', file, '-map', '0:v:0', '-c:v', 'copy'];
  await run('ffmpeg', [...input, ...segments, ...listing, join(to, 'run-ab12-%06d.ts')]);
  return { folder: to, list: readSegmentList(await readFile(list, 'utf8')) };
}

beforeAll(async () => {
  clips = await makeClips();
  const [h264, hevc] = await Promise.all([
    record(clips.h264, join(clips.folder, 'h264')),
    record(clips.hevc, join(clips.folder, 'hevc')),
  ]);
  recorded = { h264, hevc };
});
afterAll(() => clips?.remove());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-clip-'));
  ring = await Ring.open(join(folder, 'ring'), 120);
  const states = await CameraStates.open(join(folder, 'state'), log);
  added = () => {};
  outbox = await Outbox.open({
    folder: join(folder, 'outbox'),
    states,
    log,
    onAdded: () => added(),
  });
  evidence = await EvidenceStore.open(join(folder, 'evidence'), []);
});
afterEach(async () => {
  await Promise.all(queues.splice(0).map((queue) => queue.close()));
  await rm(folder, { recursive: true, force: true });
});

async function fill(codec: 'h264' | 'hevc', keep: (fromMs: number) => boolean = () => true) {
  for (const { file, fromPts, toPts } of recorded[codec].list) {
    if (!keep(fromPts)) continue;
    await copyFile(join(recorded[codec].folder, file), join(ring.folder, file));
    await ring.add({ file, from: BASE + fromPts, to: BASE + toPts, codec });
  }
}

async function openQueue(
  observations = new ObservationBuffer(120),
  longestWaitMs?: number,
): Promise<ClipQueue> {
  const queue = await ClipQueue.open({
    folder: join(folder, 'clips'),
    source: '/vision/w',
    outbox,
    evidence,
    log,
    ringOf: () => ring,
    observationsOf: () => observations,
    isLive: () => true,
    ...(longestWaitMs === undefined ? {} : { longestWaitMs }),
  });
  queues.push(queue);
  return queue;
}

const order = (startedMs: number, confirmedMs: number) => ({
  violation: ulid(),
  camera: 'gate',
  tracks: ['a-1'],
  startedAt: BASE + startedMs,
  confirmedAt: BASE + confirmedMs,
});

/** The clip event, once it is in the outbox. */
async function clipEvent(): Promise<ViolationClipReady> {
  for (;;) {
    const event = [...outbox.events()][0]?.event;
    if (event?.type === 'cn.anshi.violation.clip-ready.v1') return event;
    await new Promise<void>((resolve) => {
      added = resolve;
    });
  }
}

async function clipOf(event: ViolationClipReady) {
  const { clip } = event.data;
  if (!clip) throw new Error(`no clip: ${event.data.missing?.message}`);
  return { ...clip, path: join(folder, 'evidence', clip.video.sha256) };
}

/** One frame, small and grey, at a time of a video. */
async function pictureAt(path: string, seconds: number): Promise<Buffer> {
  const at = Math.max(0, seconds).toFixed(3);
  const output = ['-frames:v', '1', '-vf', 'scale=64:36', '-pix_fmt', 'gray', '-f', 'rawvideo'];
  const arguments_ = ['-v', 'error', '-ss', at, '-i', path, ...output, '-'];
  const { stdout } = await run('ffmpeg', arguments_, { encoding: 'buffer' });
  return stdout;
}

/** Whether the clip shows at `seconds` what the camera showed at that wall time. */
async function showsItsTime(clip: { path: string; from: string }, seconds: number, file: string) {
  const shown = await pictureAt(clip.path, seconds);
  const streamMs = Date.parse(clip.from) - BASE + seconds * 1000;
  const distances: number[] = [];
  for (const shift of [0, 1000, -1000, 2000]) {
    const source = await pictureAt(file, ((streamMs + shift) % LOOP_MS) / 1000);
    let sum = 0;
    for (let i = 0; i < shown.length; i++) sum += Math.abs(shown[i]! - source[i]!);
    distances.push(sum / shown.length);
  }
  return distances[0]! < Math.min(...distances.slice(1)) / 2;
}

async function probe(path: string) {
  const asked = ['-show_entries', 'stream=codec_name,codec_type:format=duration,format_name'];
  const { stdout } = await run('ffprobe', ['-v', 'error', ...asked, '-of', 'json', path]);
  return JSON.parse(stdout) as {
    streams: { codec_name: string; codec_type: string }[];
    format: { duration: string; format_name: string };
  };
}

describe('[VIS-08] the clip of a violation', () => {
  test('H.264 as the camera sent it, 5 s before to 10 s after, each picture at its time', async () => {
    const observations = new ObservationBuffer(120);
    for (let ms = 8000; ms < 30_000; ms += 200) {
      observations.add(BASE + ms, findings([]).observation);
    }
    await fill('h264');
    const queue = await openQueue(observations);
    const owed = order(15_450, 17_450);
    await queue.add(owed);
    const event = await clipEvent();
    expect(event.id).toBe(`${owed.violation}-clip`);
    const clip = await clipOf(event);
    const { streams, format } = await probe(clip.path);
    expect(streams.map(({ codec_name }) => codec_name)).toEqual(['h264']);
    expect(format.format_name).toContain('mp4');
    expect(Number(format.duration)).toBeGreaterThanOrEqual(17);
    expect(clip.partial).toBe(false);
    expect(Date.parse(clip.from)).toBeLessThanOrEqual(owed.startedAt - 5000);
    expect(Date.parse(clip.from)).toBeGreaterThan(owed.startedAt - 6100);
    expect(Date.parse(clip.to)).toBeGreaterThanOrEqual(owed.confirmedAt + 9900);
    for (const t of [0, 6.35, 15]) expect(await showsItsTime(clip, t, clips.h264)).toBe(true);
    const boxes = clipBoxes.parse(
      JSON.parse(await readFile(join(folder, 'evidence', clip.boxes!.sha256), 'utf8')),
    );
    expect(boxes.tracks).toEqual(['a-1']);
    expect(boxes.frames.length).toBeGreaterThan(80);
    expect(boxes.frames[0]!.t).toBeGreaterThanOrEqual(0);
    expect(boxes.frames[0]!.boxes[0]).toMatchObject({ label: 'person', track: 'a-1' });
  });

  test('a pending clip survives a worker restart', async () => {
    await fill('h264', (from) => from < 30_000);
    const first = await openQueue();
    await first.add(order(27_000, 28_000));
    await first.close();
    ring = await Ring.open(join(folder, 'ring'), 120);
    await fill('h264', (from) => from >= 30_000);
    const second = await openQueue();
    expect(second.waiting).toBe(1);
    second.resume();
    const clip = await clipOf(await clipEvent());
    expect(clip.durationSeconds).toBeGreaterThan(15.5);
    expect(clip.boxes).toBeNull();
    expect(await showsItsTime(clip, 12, clips.h264)).toBe(true);
  });

  test('a gap in the ring stays a gap, so that later frames keep their time', async () => {
    await fill('h264', (from) => from < 14_000 || from >= 17_000);
    await (await openQueue()).add(order(15_000, 16_000));
    const clip = await clipOf(await clipEvent());
    expect(clip.partial).toBe(true);
    expect(clip.durationSeconds).toBeGreaterThan(15.5);
    expect(await showsItsTime(clip, 2, clips.h264)).toBe(true);
    expect(await showsItsTime(clip, 12, clips.h264)).toBe(true);
  });

  test('H.265 is encoded to H.264, which browsers play', async () => {
    await fill('hevc');
    await (await openQueue()).add(order(15_000, 16_000));
    const clip = await clipOf(await clipEvent());
    const { streams, format } = await probe(clip.path);
    expect(streams[0]?.codec_name).toBe('h264');
    expect(Number(format.duration)).toBeGreaterThan(15.5);
    expect(await showsItsTime(clip, 12, clips.hevc)).toBe(true);
  });

  test('missing video is reported with a reason', async () => {
    await fill('h264', (from) => from < 3000);
    await (await openQueue(undefined, 0)).add(order(20_000, 21_000));
    expect((await clipEvent()).data).toMatchObject({
      clip: null,
      missing: { reason: 'no-segments' },
    });
  });
});
