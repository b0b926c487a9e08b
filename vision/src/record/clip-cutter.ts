import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ffmpegCommand, runToEnd } from '../capture/ffmpeg.ts';
import { durationOfMp4 } from './mp4-duration.ts';
import { type Covering, runOf } from './ring-index.ts';

/** Timeout of a cut, so that an unresponsive disk does not block the queue. */
const LONGEST_CUT_SECONDS = 300;
/** Segments of one run that meet within this continue each other's timestamps, milliseconds. */
const MEET_MS = 100;
/** A clip is not urgent: inference and decoding come first. */
const NICENESS = 10;

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
  const joined = joinedBytes(covering, ringFolder);
  if (joined === null) await writeFile(list, concatList(covering, ringFolder));
  try {
    await run(joined === null ? { list } : { joined }, path, covering);
    return { path, durationSeconds: await durationOfMp4(path) };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await rm(list, { force: true });
  }
}

/**
 * The address of the segments as one stream of bytes, for a window without a gap in one run of
 * ffmpeg: their timestamps continue each other. As a list, each of the files would be opened and
 * its first pictures decoded: 800 ms of CPU for 16 segments, where this takes 160.
 *
 * @returns null where the segments need a list.
 */
export function joinedBytes({ segments }: Covering, ringFolder: string): string | null {
  // The address has no way to write this sign in a path.
  if (ringFolder.includes('|')) return null;
  const continues = segments.every((segment, i) => {
    const next = segments[i + 1];
    if (!next) return true;
    return runOf(segment) === runOf(next) && Math.abs(next.from - segment.to) <= MEET_MS;
  });
  if (!continues) return null;
  return `concat:${segments.map(({ file }) => join(ringFolder, basename(file))).join('|')}`;
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

function run(
  input: { readonly list: string } | { readonly joined: string },
  path: string,
  covering: Covering,
): Promise<void> {
  const seconds = (covering.to - covering.from) / 1000;
  const command = ffmpegCommand({ timeout: LONGEST_CUT_SECONDS, niceness: NICENESS })
    .input('list' in input ? input.list : input.joined)
    .inputOptions('-hide_banner', '-nostdin', '-nostats', '-loglevel', 'warning')
    .inputOptions(...('list' in input ? ['-f', 'concat', '-safe', '0'] : ['-f', 'mpegts']))
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
