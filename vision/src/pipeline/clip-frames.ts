import { spawn } from 'node:child_process';
import type { Frame } from '../frame.ts';

export interface ClipOptions {
  /** A video file that ffmpeg reads. */
  readonly file: string;
  readonly camera: string;
  readonly width: number;
  readonly height: number;
  /** Frames per second to take; left out, every frame. */
  readonly fps?: number;
  /** Frame rate of the timestamps, where every frame is taken (default 25). */
  readonly stampFps?: number;
  /** Wall time of the first frame, milliseconds. */
  readonly startAt: number;
  /** How often the clip is repeated; -1 endlessly. */
  readonly loops?: number;
  /** Maximum number of unreleased frames before decoding waits (default 3). */
  readonly slots?: number;
}

/**
 * Decodes a file on demand into frames as from a camera, for tests and benches. An unreleased frame
 * keeps its slot; decoding then waits.
 *
 * @throws Error with ffmpeg's last lines where it fails.
 */
export async function* clipFrames(options: ClipOptions): AsyncGenerator<Frame> {
  const { width, height, fps } = options;
  const filters = [
    ...(fps === undefined ? [] : [`fps=${fps}`]),
    `scale=${width}:${height}:out_color_matrix=bt709:out_range=tv`,
  ];
  const ffmpeg = spawn(
    'ffmpeg',
    [
      '-hide_banner',
      '-loglevel',
      'error',
      '-nostdin',
      '-threads',
      '1',
      '-stream_loop',
      String(options.loops ?? 0),
      '-i',
      options.file,
      '-an',
      '-vf',
      filters.join(','),
      '-pix_fmt',
      'yuv420p',
      '-f',
      'rawvideo',
      'pipe:1',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let words = '';
  ffmpeg.stderr.on('data', (chunk) => {
    words = (words + chunk).slice(-2000);
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    ffmpeg.on('error', reject);
    ffmpeg.on('close', resolve);
  });
  ended.catch(() => {});
  const size = width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2);
  const free = Array.from({ length: options.slots ?? 3 }, () => new SharedArrayBuffer(size));
  let wake: (() => void) | undefined;
  let sequence = 0;
  try {
    let slot: SharedArrayBuffer | undefined;
    let filled = 0;
    for await (const chunk of ffmpeg.stdout as AsyncIterable<Buffer>) {
      let at = 0;
      while (at < chunk.length) {
        while (!slot) {
          slot = free.pop();
          if (!slot) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        }
        const count = Math.min(size - filled, chunk.length - at);
        new Uint8Array(slot, filled, count).set(chunk.subarray(at, at + count));
        filled += count;
        at += count;
        if (filled < size) continue;
        const pixels = slot;
        slot = undefined;
        filled = 0;
        const instant =
          options.startAt + Math.round((sequence * 1000) / (fps ?? options.stampFps ?? 25));
        let held = true;
        yield {
          camera: options.camera,
          sequence: sequence++,
          at: instant,
          width,
          height,
          pixels,
          release() {
            if (!held) return;
            held = false;
            free.push(pixels);
            wake?.();
          },
        };
      }
    }
    const code = await ended;
    if (code !== 0) throw new Error(`ffmpeg could not read ${options.file}: ${words.trim()}`);
  } finally {
    ffmpeg.kill('SIGKILL');
    await ended.catch(() => {});
  }
}
