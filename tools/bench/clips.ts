import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { askedPath } from './asked-path.ts';

const execute = promisify(execFile);

/** H.264 as a camera sends it: no sound, no B-frames. */
export const asCamera = [
  '-an',
  '-c:v',
  'libx264',
  '-preset',
  'veryfast',
  '-profile:v',
  'main',
  '-bf',
  '0',
];
/** The same in the size of a main stream: 1280x720, 15 frames per second, a key frame every 2 s. */
const asMainStream = [
  ...asCamera,
  '-g',
  '30',
  '-keyint_min',
  '30',
  '-sc_threshold',
  '0',
  '-b:v',
  '2M',
  '-maxrate',
  '2.5M',
  '-bufsize',
  '4M',
  '-pix_fmt',
  'yuv420p',
  '-r',
  '15',
];
const MAIN_STREAM = { width: 1280, height: 720 } as const;
const scaledTo = ({ width, height }: { width: number; height: number }) =>
  `scale=${width}:${height},fps=15`;

/** Runs ffmpeg; a file that is there is written over. */
export const ffmpeg = (...args: string[]) =>
  execute('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', '-y', ...args]);

/**
 * The clips of a folder.
 *
 * @throws Error where there is none.
 */
export function clipsIn(folder: string): string[] {
  const clips = readdirSync(folder).filter((name) => name.endsWith('.mp4'));
  if (clips.length === 0) throw new Error(`${folder} has no .mp4 file`);
  return clips.sort().map((name) => join(folder, name));
}

/** The rendered clips, in which a person is always moving; `npm run scenes` renders them. */
export const renderedClips = (root: string): string[] => clipsIn(join(root, 'simulator/clips'));

/**
 * The clips that a bench shows: those of `--data`, else the rendered ones. Ends the command with 2 where the folder has none.
 *
 * @param data the folder, relative to where the command was called.
 */
export function askedClips(root: string, data: string | undefined): string[] {
  if (data === undefined) return renderedClips(root);
  try {
    return clipsIn(askedPath(data));
  } catch (error) {
    console.error(`--data: ${(error as Error).message}`);
    process.exit(2);
  }
}

/** Encodes a clip like a camera stream, 1280x720 unless another size in pixels is given. */
export async function encodeAsCamera(
  clip: string,
  to: string,
  size: { width: number; height: number } = MAIN_STREAM,
): Promise<void> {
  await ffmpeg('-i', clip, '-vf', scaledTo(size), ...asMainStream, to);
}

/**
 * Makes a clip of the same place without people: the background (median over time), with sensor
 * noise.
 */
export async function encodeEmpty(clip: string, to: string): Promise<void> {
  const still = `${to}.png`;
  // The median over 61 frames of the whole clip is enough for the background.
  await ffmpeg(
    '-i',
    clip,
    '-vf',
    'fps=3,tmedian=radius=29',
    '-frames:v',
    '1',
    '-update',
    '1',
    still,
  );
  await ffmpeg(
    '-loop',
    '1',
    '-framerate',
    '15',
    '-i',
    still,
    '-t',
    '20',
    '-vf',
    `${scaledTo(MAIN_STREAM)},noise=alls=4:allf=t`,
    ...asMainStream,
    to,
  );
}

/** CPU milliseconds of decoding one frame only, on one thread. */
export async function bareDecodeMs(clip: string, frames: number): Promise<number> {
  const { stderr } = await execute('ffmpeg', [
    '-hide_banner',
    '-nostdin',
    '-benchmark',
    '-threads',
    '1',
    '-stream_loop',
    '-1',
    '-i',
    clip,
    '-map',
    '0:v',
    '-frames:v',
    String(frames),
    '-fps_mode',
    'passthrough',
    '-f',
    'null',
    '-',
  ]);
  const used = /bench: utime=([\d.]+)s stime=([\d.]+)s/.exec(stderr);
  if (!used) throw new Error(`ffmpeg did not report its CPU time:\n${stderr}`);
  return ((Number(used[1]) + Number(used[2])) * 1000) / frames;
}
