import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A part of a stream: a test picture of this size for some seconds, encoded so. */
export interface StreamPart {
  readonly size: string;
  readonly fps: number;
  readonly seconds: number;
  readonly options?: readonly string[];
}

/**
 * Writes one stream whose parts follow each other without a break of time, as a camera sends it whose
 * settings change while it is watched: parameter sets change within it. H.264, a key frame each second.
 */
export async function makeStream(file: string, parts: readonly StreamPart[]): Promise<void> {
  const pieces: Buffer[] = [];
  let from = 0;
  for (const [n, { size, fps, seconds, options = [] }] of parts.entries()) {
    const piece = `${file}.${n}.ts`;
    const source = ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${fps}:d=${seconds}`];
    const codec = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'];
    const keys = ['-g', String(fps), ...options];
    const place = ['-output_ts_offset', String(from), '-f', 'mpegts', piece];
    await run('ffmpeg', ['-v', 'error', '-y', ...source, ...codec, ...keys, ...place]);
    pieces.push(await readFile(piece));
    from += seconds;
  }
  await writeFile(file, Buffer.concat(pieces));
}

/**
 * White pictures at uneven intervals in a grey stream, 320x180 at 10 fps for 12 s. Just the white ones are
 * key frames, so that they are recognised without decoding.
 */
export async function makeFlashes(folder: string, bFrames: number): Promise<string> {
  const file = join(folder, `flashes-${bFrames}.mp4`);
  const isWhite = 'not(mod(n,9)*mod(n,31))';
  const grey = ['-f', 'lavfi', '-i', 'color=gray:s=320x180:r=10:d=12'];
  const flash = ['-vf', `drawbox=c=white:t=fill:enable='${isWhite}'`];
  const codec = [
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-bf',
    String(bFrames),
    '-pix_fmt',
    'yuv420p',
  ];
  const keys = ['-g', '1000', '-sc_threshold', '0', '-force_key_frames', `expr:${isWhite}`];
  await run('ffmpeg', ['-v', 'error', '-y', ...grey, ...flash, ...codec, ...keys, file]);
  return file;
}

/** Two seconds at 20 pictures a second and two at 4, in turn, with B-frames; 8 s in all. */
export async function makeVariableRate(folder: string): Promise<string> {
  const file = join(folder, 'variable.mp4');
  const source = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=20:d=8'];
  const rate = ['-vf', "select='lt(mod(t,4),2)+not(mod(n,5))'", '-fps_mode', 'vfr'];
  const codec = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '3', '-pix_fmt', 'yuv420p'];
  const keys = ['-force_key_frames', 'expr:gte(t,n_forced)'];
  await run('ffmpeg', ['-v', 'error', '-y', ...source, ...rate, ...codec, ...keys, file]);
  return file;
}
