import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** Maximum number of buffered decoded frames. */
const MAX_WAITING = 3;

/** One decoded picture in planar YUV 4:2:0, and its number from the start of decoding. */
export interface RawFrame {
  number: number;
  pixels: Buffer;
}

/**
 * Decodes a file in a loop with ffmpeg, on demand. ffmpeg writes to a pipe, so that it exits if
 * this process is killed.
 */
export class RawFrames {
  readonly #child: ChildProcess;
  readonly #stdout: Readable;
  readonly #frameBytes: number;
  readonly #waiting: RawFrame[] = [];
  #partial: Buffer;
  #filled = 0;
  #next = 0;
  /** Frames before this one are no longer needed. */
  #wantedFrom = 0;

  /** @param onEnd called when ffmpeg exits, for any reason. */
  constructor(file: string, width: number, height: number, onEnd: (why: string) => void) {
    const output = ['-an', '-vf', `scale=${width}:${height}`, '-pix_fmt', 'yuv420p'];
    const raw = ['-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'];
    const input = ['-v', 'error', '-nostdin', '-stream_loop', '-1', '-i', file, '-map', '0:V:0'];
    const child = spawn('ffmpeg', [...input, ...output, ...raw], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#child = child;
    this.#stdout = child.stdout;
    this.#frameBytes = (width * height * 3) / 2;
    this.#partial = Buffer.allocUnsafe(this.#frameBytes);
    child.stdout.on('data', (bytes: Buffer) => this.#read(bytes));
    child.once('error', (error) => onEnd(error.message));
    child.once('exit', (code, signal) => onEnd(`ffmpeg decoder ended (${code ?? signal})`));
  }

  /** Takes frame `number`; drops earlier ones. @returns null where it is not decoded yet. */
  take(number: number): RawFrame | null {
    this.#wantedFrom = number;
    while (this.#waiting.length > 0 && this.#waiting[0]!.number < number) this.#waiting.shift();
    const frame = this.#waiting[0]?.number === number ? this.#waiting.shift()! : null;
    if (this.#waiting.length < MAX_WAITING) this.#stdout.resume();
    return frame;
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }

  #read(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      const copied = bytes.copy(this.#partial, this.#filled, at);
      at += copied;
      this.#filled += copied;
      if (this.#filled === this.#frameBytes) this.#complete();
    }
    if (this.#waiting.length >= MAX_WAITING) this.#stdout.pause();
  }

  #complete(): void {
    this.#filled = 0;
    const number = this.#next++;
    // The buffer of a skipped frame is reused.
    if (number < this.#wantedFrom) return;
    this.#waiting.push({ number, pixels: this.#partial });
    this.#partial = Buffer.allocUnsafe(this.#frameBytes);
  }
}
