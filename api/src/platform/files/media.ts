import { spawn } from 'node:child_process';
import { z } from 'zod';
import { Problem } from '../http/errors.ts';
import { DURATION_LIMITS, extensionOf, type FileType } from './kinds.ts';
import { createLimiter } from './limiter.ts';
import type { StoredFile } from './types.ts';

/** Properties of a video or an audio file. */
export interface Media
  extends Pick<StoredFile, 'width' | 'height' | 'takenAt' | 'takenWhere' | 'mediaType'> {
  kind: 'video' | 'audio';
  mediaType: FileType;
  durationSeconds: number;
  /** A frame as JPEG; null for audio. */
  frame: Buffer | null;
}

const PROBE_WITHIN_MS = 30_000;
const WORK_WITHIN_MS = 120_000;
const MOST_SIDE = 8192;
/** Maximum output: a frame, or the timestamps of two hours of audio in short packets. */
const MOST_ANSWER = 64 * 1024 * 1024;

// Each uses a core for seconds.
const one = createLimiter(1);

/** The demuxer of each container, fixed so that a file cannot select one that opens other files. */
const DEMUXERS: Record<string, string> = {
  mp4: 'mov',
  mov: 'mov',
  m4a: 'mov',
  webm: 'matroska',
  mp3: 'mp3',
  ogg: 'ogg',
  wav: 'wav',
};

const probed = z.object({
  streams: z
    .array(
      z.object({
        codec_type: z.string().optional(),
        codec_name: z.string().optional(),
        width: z.number().optional(),
        height: z.number().optional(),
        disposition: z.object({ attached_pic: z.number().optional() }).optional(),
        side_data_list: z.array(z.object({ rotation: z.number().optional() })).optional(),
      }),
    )
    .default([]),
  format: z
    .object({
      duration: z.coerce.number().optional(),
      tags: z.record(z.string(), z.string()).optional(),
    })
    .default({}),
});

const inputOf = (path: string, type: FileType) => [
  '-protocol_whitelist',
  'file',
  '-f',
  DEMUXERS[extensionOf(type)] ?? 'mov',
  '-i',
  `file:${path}`,
];

/**
 * Inspects a video or audio file with ffmpeg, in a separate process with a time limit.
 *
 * @throws Problem `file.media`, `file.unavailable` without ffmpeg.
 */
export function readMedia(path: string, type: FileType): Promise<Media> {
  return one(async () => {
    const { streams, format } = await probe(path, type);
    const video = streams.find(
      ({ codec_type, disposition }) => codec_type === 'video' && !disposition?.attached_pic,
    );
    const sound = streams.some(({ codec_type }) => codec_type === 'audio');
    if (!video && !sound) throw broken('it holds neither picture nor sound');
    const kind = video ? 'video' : 'audio';
    // Before anything is decoded: decoding allocates the memory of a picture.
    checkSide(video);
    const frame = video ? await firstFrame(path, type) : null;
    const durationSeconds = format.duration ?? (await decodedSeconds(path, type));
    checkDuration(kind, durationSeconds);
    const turned = (video?.side_data_list ?? []).some(({ rotation = 0 }) => rotation % 180 !== 0);
    const [width, height] = [video?.width ?? null, video?.height ?? null];
    return {
      kind,
      mediaType: video ? type : soundType(type),
      durationSeconds: Math.round(durationSeconds * 1000) / 1000,
      width: turned ? height : width,
      height: turned ? width : height,
      takenAt: timeOf(format.tags),
      takenWhere: placeOf(format.tags),
      frame,
    };
  });
}

/**
 * Remuxes the file without its metadata: place, device, other tracks. Video and audio are
 * unchanged, bit by bit.
 */
export function stripMedia(
  path: string,
  out: string,
  type: FileType,
  kind: 'video' | 'audio',
): Promise<void> {
  const format = { mov: 'mov', m4a: 'mp4' }[extensionOf(type)] ?? extensionOf(type);
  const tracks = kind === 'video' ? ['-map', '0:V:0', '-map', '0:a:0?'] : ['-map', '0:a:0'];
  return one(async () => {
    await run(
      'ffmpeg',
      [
        '-v',
        'error',
        '-nostdin',
        '-y',
        ...inputOf(path, type),
        ...tracks,
        '-map_metadata',
        '-1',
        '-map_chapters',
        '-1',
        '-fflags',
        '+bitexact',
        '-flags:v',
        '+bitexact',
        '-flags:a',
        '+bitexact',
        '-c',
        'copy',
        ...(format === 'mp4' || format === 'mov' ? ['-movflags', '+faststart'] : []),
        '-f',
        format,
        `file:${out}`,
      ],
      WORK_WITHIN_MS,
    );
  });
}

async function probe(path: string, type: FileType): Promise<z.infer<typeof probed>> {
  const answer = await run(
    'ffprobe',
    ['-v', 'error', ...inputOf(path, type), '-show_format', '-show_streams', '-of', 'json'],
    PROBE_WITHIN_MS,
  );
  const read = probed.safeParse(JSON.parse(answer.toString('utf8') || '{}'));
  if (!read.success) throw broken('nothing can be read of it');
  return read.data;
}

async function firstFrame(path: string, type: FileType): Promise<Buffer> {
  const frame = await run(
    'ffmpeg',
    [
      '-v',
      'error',
      '-nostdin',
      '-threads',
      '1',
      // The declared durations of container and track may differ.
      '-max_pixels',
      String(MOST_SIDE * MOST_SIDE),
      ...inputOf(path, type),
      '-map',
      '0:V:0',
      '-frames:v',
      '1',
      '-pix_fmt',
      'yuvj420p',
      '-f',
      'mjpeg',
      'pipe:1',
    ],
    WORK_WITHIN_MS,
  );
  if (frame.length === 0) throw broken('no picture of it can be shown');
  return frame;
}

/** A browser's recording declares no duration: it is computed from the packets. */
async function decodedSeconds(path: string, type: FileType): Promise<number> {
  const answer = await run(
    'ffprobe',
    ['-v', 'error', ...inputOf(path, type), '-show_entries', 'packet=pts_time', '-of', 'csv=p=0'],
    WORK_WITHIN_MS,
  );
  const times = answer.toString('utf8').split('\n').map(Number.parseFloat).filter(Number.isFinite);
  return times.reduce((most, time) => Math.max(most, time), 0);
}

function checkDuration(kind: 'video' | 'audio', seconds: number): void {
  if (seconds > DURATION_LIMITS[kind]) {
    throw new Problem(
      'file.media',
      `It lasts ${Math.round(seconds / 60)} minutes; at most ${DURATION_LIMITS[kind] / 60} are taken. Send the part that matters.`,
    );
  }
}

function checkSide(
  video: { width?: number | undefined; height?: number | undefined } | undefined,
): void {
  if (Math.max(video?.width ?? 0, video?.height ?? 0) > MOST_SIDE) {
    throw new Problem(
      'file.media',
      `The video is wider than ${MOST_SIDE} pixels. Send it smaller.`,
    );
  }
}

function soundType(type: FileType): FileType {
  if (type === 'video/webm') return 'audio/webm';
  return type === 'video/mp4' || type === 'video/quicktime' ? 'audio/mp4' : type;
}

type Names = Record<string, string> | undefined;

function timeOf(tags: Names): Date | null {
  const time = new Date(tags?.['com.apple.quicktime.creationdate'] ?? tags?.creation_time ?? '');
  return Number.isFinite(time.getTime()) && time.getUTCFullYear() >= 1990 ? time : null;
}

/** ISO 6709, as phones write it: `+31.2304+121.4737+012.000/`. */
function placeOf(tags: Names): StoredFile['takenWhere'] {
  const text = tags?.['com.apple.quicktime.location.ISO6709'] ?? tags?.location ?? '';
  const match = /^([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)/.exec(text);
  const [latitude, longitude] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
  return latitude === 0 && longitude === 0 ? null : { latitude, longitude };
}

const broken = (why: string) =>
  new Problem(
    'file.media',
    `The video or sound cannot be played: ${why}. Record or send it again.`,
  );

function run(program: string, options: string[], withinMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, options, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: withinMs,
      killSignal: 'SIGKILL',
    });
    const out: Buffer[] = [];
    let bytes = 0;
    let words = '';
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_ANSWER) child.kill('SIGKILL');
      else out.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (words.length < 2_000) words += chunk.toString('utf8');
    });
    child.on('error', () => reject(new Problem('file.unavailable')));
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(Buffer.concat(out));
      const last = words
        .trim()
        .split('\n')
        .at(-1)
        ?.replace(/file:\S*\//g, '')
        .slice(0, 200);
      reject(broken(signal ? 'it took too long to look at' : (last ?? 'ffmpeg cannot read it')));
    });
  });
}
