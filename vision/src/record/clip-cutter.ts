import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ffmpegCommand, probe, runToEnd } from '../capture/ffmpeg.ts';
import type { Covering } from './ring-index.ts';

/** Timeout of a cut, so that an unresponsive disk does not block the queue. */
const LONGEST_CUT_SECONDS = 300;

/** A finished clip and its measured duration. */
export interface CutClip {
  readonly path: string;
  readonly durationSeconds: number;
}

export interface CutOrder {
  readonly covering: Covering;
  /** Holds the segments. */
  readonly ringFolder: string;
  /** Where the result is written; the caller removes it. */
  readonly workFolder: string;
  readonly name: string;
}

/**
 * Joins segments to one MP4 that browsers play: H.264 as the camera sent it, without re-encoding.
 * Only codecs with poor browser support (H.265, MPEG-4 part 2) are re-encoded.
 *
 * @throws Error with ffmpeg's last lines; its `code` is ENOSPC where the disk is full.
 */
export async function cutClip(order: CutOrder): Promise<CutClip> {
  const { covering, ringFolder, workFolder, name } = order;
  await mkdir(workFolder, { recursive: true });
  const list = join(workFolder, `${name}.ffconcat`);
  const path = join(workFolder, `${name}.mp4`);
  await writeFile(list, concatList(covering, ringFolder));
  try {
    await run(list, path, covering);
    return { path, durationSeconds: await durationOf(path) };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await rm(list, { force: true });
  }
}

/**
 * A segment's duration in the clip is the time until the next one starts, so that a gap in the ring
 * stays a gap and boxes keep their time.
 */
export function concatList(covering: Covering, ringFolder: string): string {
  const lines = covering.segments.flatMap((segment, i) => {
    const next = covering.segments[i + 1]?.from ?? segment.to;
    const path = join(ringFolder, basename(segment.file)).replaceAll("'", "'\\''");
    return [`file '${path}'`, `duration ${((next - segment.from) / 1000).toFixed(6)}`];
  });
  return ['ffconcat version 1.0', ...lines, ''].join('\n');
}

function run(list: string, path: string, covering: Covering): Promise<void> {
  const seconds = (covering.to - covering.from) / 1000;
  const command = ffmpegCommand({ timeout: LONGEST_CUT_SECONDS })
    .input(list)
    .inputOptions('-hide_banner', '-nostdin', '-nostats', '-loglevel', 'warning')
    .inputOptions('-f', 'concat', '-safe', '0')
    .output(path)
    .outputOptions('-map', '0:v:0', '-t', seconds.toFixed(3), '-movflags', '+faststart');
  if (covering.segments[0]?.codec === 'h264') command.outputOptions('-c', 'copy');
  else {
    command
      .outputOptions('-c:v', 'libx264', '-preset', 'veryfast', '-crf', '24', '-threads', '1')
      .outputOptions('-pix_fmt', 'yuv420p', '-fps_mode', 'vfr');
  }
  return runToEnd(command).catch((error: Error) => {
    throw /No space left/.test(error.message) ? Object.assign(error, { code: 'ENOSPC' }) : error;
  });
}

async function durationOf(path: string): Promise<number> {
  const { durationSeconds } = await probe(path);
  if (durationSeconds === null) throw new Error('the clip is empty');
  return durationSeconds;
}
