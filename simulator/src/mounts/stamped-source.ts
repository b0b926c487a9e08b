import { type Clock, loopTime } from '../clock.ts';
import { isDispensable } from '../media/nal.ts';
import type { Clip, StreamFormat } from '../media/types.ts';
import type { Scheduler, Task } from '../scheduler.ts';
import { drawStamp, stampArea } from '../stamp.ts';
import { LiveEncoder } from './live-encoder.ts';
import { RawFrames } from './raw-frames.ts';
import type { Source, SourceUnit } from './source.ts';

const START_TIMEOUT_MS = 20_000;
/** Grey in both colour planes. */
const NO_COLOUR = 128;

export interface StampedSourceOptions {
  file: string;
  clip: Clip;
  clock: Clock;
  scheduler: Scheduler;
  duration: number;
  offset: number;
  /** Called when an ffmpeg process exits unexpectedly. */
  onFailure: (why: string) => void;
}

/**
 * Sends a clip with the current wall time drawn into each picture. Costs a decoder and an encoder,
 * which run as long as the mount exists.
 */
export class StampedSource implements Source, Task {
  readonly format: StreamFormat = { codec: 'H264', clockRate: 90_000, parameterSets: [] };
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  readonly duration: number;
  deliver: (unit: SourceUnit) => void = () => {};
  readonly #options: StampedSourceOptions;
  /** Presentation times of the clip's pictures, in presentation order. */
  readonly #times: number[];
  readonly #frames: RawFrames;
  readonly #encoder: LiveEncoder;
  readonly #firstRound: number;
  #round: number;
  #index = 0;
  #stopped = false;

  /**
   * Starts decoding and encoding.
   *
   * @returns when the encoder has produced its first picture.
   * @throws Error where it produces none, or the picture is too small for a stamp.
   */
  static async start(options: StampedSourceOptions): Promise<StampedSource> {
    // Even dimensions, as the encoder requires.
    const [width, height] = [options.clip.width & ~1, options.clip.height & ~1];
    stampArea(width, height);
    let source: StampedSource | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        const fail = (why: string) => reject(new Error(`the stamped mount cannot run: ${why}`));
        const timer = setTimeout(() => fail('no picture came out in time'), START_TIMEOUT_MS);
        source = new StampedSource(options, width, height, {
          onStart: () => {
            clearTimeout(timer);
            resolve();
          },
          onEnd: (why) => {
            clearTimeout(timer);
            fail(why);
            if (!source?.stopped) options.onFailure(why);
          },
        });
      });
    } catch (error) {
      await source?.stop();
      throw error;
    }
    return source!;
  }

  constructor(
    options: StampedSourceOptions,
    width: number,
    height: number,
    events: { onStart: () => void; onEnd: (why: string) => void },
  ) {
    this.#options = options;
    this.width = width;
    this.height = height;
    this.framesPerSecond = options.clip.framesPerSecond;
    this.duration = options.duration;
    this.#times = options.clip.units.map((unit) => unit.pts).sort((a, b) => a - b);
    const now = options.clock.elapsed() + options.offset;
    this.#round = loopTime(now, this.duration).round;
    this.#firstRound = this.#round;
    this.#frames = new RawFrames(options.file, width, height, events.onEnd);
    this.#encoder = new LiveEncoder({
      width,
      height,
      framesPerSecond: this.framesPerSecond,
      onParameterSets: (sets) => {
        this.format.parameterSets = sets;
      },
      onPicture: ({ key, parts, at }) => {
        const wanted = parts.filter((nal) => !isDispensable('H264', nal));
        if (key) wanted.unshift(...this.format.parameterSets);
        this.deliver({ unit: { key, parts: wanted }, at });
        if (this.format.parameterSets.length > 0) events.onStart();
      },
      onEnd: events.onEnd,
    });
    options.scheduler.add(this);
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** The encoder keeps running: a new client must not wait for its first picture. */
  setWanted(): void {}

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#options.scheduler.remove(this);
    this.#frames.stop();
    this.#encoder.stop();
  }

  due(): number {
    if (this.#stopped) return Infinity;
    return this.#round * this.duration - this.#options.offset + this.#times[this.#index]!;
  }

  run(now: number): void {
    let at = this.due();
    let number = this.#number();
    this.#step();
    // After a delay, only the newest due picture is sent.
    while (this.due() <= now) {
      at = this.due();
      number = this.#number();
      this.#step();
    }
    const frame = this.#frames.take(number);
    if (!frame || !this.#encoder.ready) return;
    this.#stamp(frame.pixels);
    this.#encoder.write(frame.pixels, at);
  }

  /** The number of the next picture, as the decoder counts them. */
  #number(): number {
    return (this.#round - this.#firstRound) * this.#times.length + this.#index;
  }

  #step(): void {
    this.#index += 1;
    if (this.#index < this.#times.length && this.#times[this.#index]! < this.duration) return;
    // The decoder still counts the rest of a clip that is cut short.
    this.#index = 0;
    this.#round += 1;
  }

  #stamp(pixels: Buffer): void {
    const { width, height } = this;
    const area = stampArea(width, height);
    const planes = [width * height, width * height + (width * height) / 4];
    for (const plane of planes) {
      for (let y = area.top >> 1; y < height >> 1; y++) {
        const row = plane + y * (width >> 1);
        pixels.fill(NO_COLOUR, row + (area.left >> 1), row + ((area.right + 1) >> 1));
      }
    }
    drawStamp(pixels.subarray(0, width * height), width, height, Date.now());
  }
}
