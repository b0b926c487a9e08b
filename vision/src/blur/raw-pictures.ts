import { spawn } from 'node:child_process';
import { StderrReader } from '../capture/stderr-lines.ts';
import type { PlanarPicture } from '../detect/prepare.ts';

/** A decoded picture of a clip; its pixels are valid until the next one is asked for. */
export interface ClipPicture extends PlanarPicture {
  /** Seconds from the start of the clip. */
  readonly t: number;
}

export interface PicturesOptions {
  readonly width: number;
  readonly height: number;
  /** Pictures a second that are taken, by their own time stamps. */
  readonly fps: number;
  /** Major version of ffmpeg. */
  readonly ffmpeg: number;
}

/** Keeps every picture where it is; ffmpeg 5 has another name for it. */
export const passthrough = (ffmpeg: number): string[] => [
  ffmpeg >= 6 ? '-fps_mode' : '-vsync',
  'passthrough',
];

/** The ffmpeg of this machine. */
export const ffmpegPath = (): string => process.env.FFMPEG_PATH || 'ffmpeg';

/**
 * Decodes pictures of a clip at a low rate, each with the time that it has in the file.
 *
 * @throws Error with ffmpeg's last lines where it cannot be read.
 */
export async function* rawPictures(
  file: string,
  { width, height, fps, ffmpeg }: PicturesOptions,
): AsyncGenerator<ClipPicture> {
  const filter = [
    `select='isnan(prev_selected_t)+not(eq(floor(t*${fps}),floor(prev_selected_t*${fps})))'`,
    `scale=${width}:${height}:out_color_matrix=bt709:out_range=tv`,
    'format=yuv420p',
    'showinfo=checksum=0',
  ].join(',');
  const quiet = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'info', '-threads', '1'];
  const source = ['-i', file, '-map', '0:v:0', '-vf', filter];
  const target = [...passthrough(ffmpeg), '-f', 'rawvideo', 'pipe:1'];
  const child = spawn(ffmpegPath(), [...quiet, ...source, ...target], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const times: number[] = [];
  let told: (() => void) | undefined;
  let words = '';
  let line = '';
  const reader = new StderrReader();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-2000);
    const lines = (line + text).split('\n');
    line = lines.pop() ?? '';
    for (const one of lines) {
      const read = reader.read(one);
      if (read.kind === 'frame') times.push(read.ptsMs / 1000);
    }
    told?.();
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  ended.then(
    () => told?.(),
    () => told?.(),
  );
  /** The time of a picture may be told after its pixels. */
  const timeOf = async (index: number): Promise<number> => {
    while (times[index] === undefined) {
      if (child.exitCode !== null || child.signalCode !== null) await ended;
      if (times[index] !== undefined) break;
      if (child.stderr.readableEnded) throw new Error(`a picture of ${file} has no time`);
      await new Promise<void>((resolve) => {
        told = resolve;
      });
    }
    return times[index]!;
  };
  const size = width * height + 2 * ((width + 1) >> 1) * ((height + 1) >> 1);
  const pixels = new SharedArrayBuffer(size);
  const bytes = new Uint8Array(pixels);
  let [filled, index] = [0, 0];
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length; ) {
        const count = Math.min(size - filled, chunk.length - at);
        bytes.set(chunk.subarray(at, at + count), filled);
        filled += count;
        at += count;
        if (filled < size) continue;
        filled = 0;
        yield { t: await timeOf(index++), width, height, pixels };
      }
    }
    const code = await ended;
    if (code !== 0 || index === 0) {
      throw new Error(
        `ffmpeg could not read the clip: ${words.trim().split('\n').slice(-3).join(' | ')}`,
      );
    }
  } finally {
    child.kill('SIGKILL');
    await ended.catch(() => {});
  }
}
