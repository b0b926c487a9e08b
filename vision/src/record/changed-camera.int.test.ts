import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSegmentList } from '../capture/segment-list.ts';
import { makeStream } from '../testing/odd-clips.ts';
import { cutClip } from './clip-cutter.ts';
import { coverWindow, type RingSegment } from './ring-index.ts';

const run = promisify(execFile);
const BASE = Date.UTC(2026, 0, 1);
const SECONDS = 6;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-changed-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The segments of a run of ffmpeg over a camera that sends this size, from `from` ms on. */
async function record(size: string, name: string, from: number): Promise<RingSegment[]> {
  const stream = join(folder, `${name}-stream.ts`);
  await makeStream(stream, [{ size, fps: 10, seconds: SECONDS }]);
  const list = join(folder, `${name}.csv`);
  const input = ['-v', 'error', '-i', stream, '-map', '0:v:0', '-c:v', 'copy'];
  const form = ['-f', 'segment', '-segment_time', '1', '-segment_format', 'mpegts'];
  const listing = ['-segment_list', list, '-segment_list_type', 'csv'];
  await run('ffmpeg', [...input, ...form, ...listing, join(folder, `run-${name}-%06d.ts`)]);
  return readSegmentList(await readFile(list, 'utf8')).map(({ file, fromPts, toPts }) => ({
    file,
    from: BASE + from + fromPts,
    to: BASE + from + toPts,
    codec: 'h264',
  }));
}

test('a clip over a change of the resolution shows both sizes, each at its time', async () => {
  const [small, large] = await Promise.all([
    record('320x180', 'aa11', 0),
    // ffmpeg was started again, which took two seconds.
    record('640x360', 'bb22', SECONDS * 1000 + 2000),
  ]);
  const covering = coverWindow([...small!, ...large!], BASE + 2000, BASE + 12_000)!;
  expect(covering.partial).toBe(true);
  const { path, durationSeconds } = await cutClip({
    covering,
    ringFolder: folder,
    workFolder: join(folder, 'clips'),
    name: 'changed',
  });
  expect(durationSeconds).toBeGreaterThan(9);
  const output = ['-vf', 'showinfo=checksum=0', '-f', 'null', '-'];
  const { stderr } = await run('ffmpeg', ['-hide_banner', '-i', path, ...output]);
  const shown = [...stderr.matchAll(/showinfo.* pts_time: *([\d.]+).* s:(\d+)x/g)].map(
    ([, t, width]) => ({ t: Number(t), width: Number(width) }),
  );
  expect(stderr).not.toMatch(/error while decoding|Invalid data|corrupt/i);
  const last = shown.findLast(({ width }) => width === 320)!;
  const first = shown.find(({ width }) => width === 640)!;
  // It begins a little before the window, with a key frame.
  const changed = (BASE + SECONDS * 1000 - covering.from) / 1000;
  expect(last.t).toBeGreaterThan(changed - 0.6);
  expect(last.t).toBeLessThan(changed + 0.2);
  expect(first.t).toBeGreaterThan(changed + 1.5);
  expect(first.t).toBeLessThan(changed + 2.5);
});
