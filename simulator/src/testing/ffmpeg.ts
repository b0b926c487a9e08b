import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Ended {
  code: number | null;
  stdout: Buffer;
  stderr: string;
}

/** A program under test; `ended` never rejects. */
export function start(command: string, args: string[]) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const ended: Promise<Ended> = once(child, 'close').then(([code]) => ({
    code,
    stdout: Buffer.concat(stdout),
    stderr: Buffer.concat(stderr).toString(),
  }));
  return { child, ended };
}

/** Makes a clip of the moving test picture, 640x360. */
export async function makeClip(
  file: string,
  options: { seconds: number; fps?: number; codec: string[] },
): Promise<void> {
  const { seconds, fps = 15, codec } = options;
  const picture = `testsrc2=size=640x360:rate=${fps}:duration=${seconds}`;
  const args = ['-v', 'error', '-y', '-f', 'lavfi', '-i', picture, '-pix_fmt', 'yuv420p'];
  const { code, stderr } = await start('ffmpeg', [...args, ...codec, file]).ended;
  if (code !== 0) throw new Error(`no clip: ${stderr}`);
}

export const H264_WITH_B = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '8', '-bf', '2'];
export const H265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-g', '8', '-x265-params'].concat(
  'log-level=none:keyint=8',
);

export async function hasEncoder(name: string): Promise<boolean> {
  const { stdout } = await start('ffmpeg', ['-hide_banner', '-encoders']).ended;
  return stdout.toString().includes(` ${name} `);
}

export interface DecodedPictures {
  /** Presentation times in seconds. */
  times: number[];
  /** ffmpeg's error output. */
  complaints: string;
}

/** Decodes `count` pictures of a live stream with ffmpeg. */
export async function decode(
  url: string,
  transport: 'tcp' | 'udp',
  count: number,
): Promise<DecodedPictures> {
  const input = ['-v', 'warning', '-nostdin', '-rtsp_transport', transport, '-timeout', '8000000'];
  const output = ['-an', '-frames:v', `${count}`, '-fps_mode', 'passthrough', '-enc_time_base'];
  const { stdout, stderr } = await start('ffmpeg', [
    ...input,
    '-i',
    url,
    ...output,
    '1/90000',
    '-f',
    'framecrc',
    'pipe:1',
  ]).ended;
  const lines = stdout.toString().split('\n');
  const times = lines.filter((line) => /^0,/.test(line));
  // ffmpeg itself warns about the first picture of any RTSP stream, which has no time.
  const complaints = stderr.replaceAll(/^.*Non-monotonic DTS; previous: 0, .*\n/gm, '');
  return { times: times.map((line) => Number(line.split(',')[2]) / 90_000), complaints };
}
