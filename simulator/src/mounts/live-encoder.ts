import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { FlvReader } from '../media/flv.ts';

export interface EncodedPicture {
  key: boolean;
  parts: Buffer[];
  /** The metadata passed with the picture. */
  at: number;
}

export interface LiveEncoderOptions {
  width: number;
  height: number;
  framesPerSecond: number;
  onParameterSets: (sets: Buffer[]) => void;
  onPicture: (picture: EncodedPicture) => void;
  onEnd: (why: string) => void;
}

/**
 * Encodes pictures as H264 in real time, without lookahead (x264 ultrafast, zerolatency, a key
 * picture each second). ffmpeg reads from a pipe, so that it exits if this process is killed.
 */
export class LiveEncoder {
  readonly #child: ChildProcess;
  readonly #stdin: Writable;
  readonly #frameBytes: number;
  /** The times of the pictures being encoded, oldest first: they come out in order. */
  readonly #times: number[] = [];

  constructor(options: LiveEncoderOptions) {
    const { width, height, framesPerSecond, onParameterSets, onPicture, onEnd } = options;
    const probe = ['-probesize', '32', '-analyzeduration', '0'];
    const shape = ['-video_size', `${width}x${height}`, '-framerate', `${framesPerSecond}`];
    const input = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', ...shape, '-i', 'pipe:0'];
    const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency'];
    const rate = ['-crf', '20', '-g', `${Math.max(1, Math.round(framesPerSecond))}`];
    const output = ['-fps_mode', 'passthrough', '-flush_packets', '1', '-f', 'flv', 'pipe:1'];
    const args = ['-v', 'error', ...probe, ...input, ...x264, ...rate, '-threads', '1', ...output];
    const child = spawn('ffmpeg', args, { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#child = child;
    this.#stdin = child.stdin;
    this.#frameBytes = (width * height * 3) / 2;
    const reader = new FlvReader();
    child.stdout.on('data', (bytes: Buffer) => {
      for (const item of reader.push(bytes)) {
        if (item.kind === 'parameter-sets') onParameterSets(item.sets);
        else onPicture({ key: item.key, parts: item.parts, at: this.#times.shift() ?? 0 });
      }
    });
    child.stdin.on('error', () => {});
    child.once('error', (error) => onEnd(error.message));
    child.once('exit', (code, signal) => onEnd(`ffmpeg encoder ended (${code ?? signal})`));
  }

  /** Whether it keeps up; otherwise a picture is dropped, since it would be late. */
  get ready(): boolean {
    return this.#stdin.writable && this.#stdin.writableLength < 2 * this.#frameBytes;
  }

  write(pixels: Buffer, at: number): void {
    this.#times.push(at);
    this.#stdin.write(pixels);
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }
}
