import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Takes packed RGB frames. */
export interface FrameSink {
  write(rgb: Buffer): Promise<void>;
  /** Waits until the file is complete. */
  finish(): Promise<void>;
  abort(): void;
}

interface Format {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}

/** H264 that a camera could send: one closed group a second, no B-frames. */
const H264 = (fps: number): string[] => [
  '-c:v',
  'libx264',
  '-profile:v',
  'high',
  '-preset',
  'slow',
  '-crf',
  '25',
  '-pix_fmt',
  'yuv420p',
  '-bf',
  '0',
  '-g',
  String(fps),
  '-keyint_min',
  String(fps),
  '-sc_threshold',
  '0',
  '-flags',
  '+cgop',
  '-movflags',
  '+faststart',
];

const JPEG = ['-frames:v', '1', '-q:v', '2'];

/** Encodes a clip. */
export const clipEncoder = (format: Format, file: string): FrameSink =>
  startEncoder(format, [...H264(format.fps), file]);

/** Encodes one still. */
export const stillEncoder = (format: Format, file: string): FrameSink =>
  startEncoder(format, [...JPEG, file]);

function startEncoder({ width, height, fps }: Format, output: string[]): FrameSink {
  const input = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`];
  const ffmpeg = spawn(
    'ffmpeg',
    ['-y', '-loglevel', 'error', ...input, '-r', String(fps), '-i', '-', ...output],
    { stdio: ['pipe', 'inherit', 'inherit'] },
  );
  const ended = once(ffmpeg, 'close');
  return {
    async write(rgb) {
      if (!ffmpeg.stdin.write(rgb)) await once(ffmpeg.stdin, 'drain');
    },
    async finish() {
      ffmpeg.stdin.end();
      const [code] = (await ended) as [number | null];
      if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
    },
    abort() {
      ffmpeg.kill('SIGKILL');
    },
  };
}
