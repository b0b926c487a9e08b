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
  /** Hears of the end of an ffmpeg that was not asked for. */
  onFailure: (why: string) => void;
}

/**
 * Sends a clip with the wall time drawn into each picture in the moment in which it is sent. Costs
 * a decoder and an encoder, which run as long as the mount is there.
 */
export class StampedSource implements Source, Task {
  readonly format: StreamFormat = { codec: 'H264', clockRate: 90_000, parameterSets: [] };
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  readonly duration: number;
  deliver: (unit: SourceUnit) => void = () => {};
  readonly #options: StampedSourceOptions;
  /** When each picture of the clip is shown, in the order in which they are shown. */
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
   * @returns when the first picture came out of the encoder.
   * @throws Error where none comes, or the picture is too small for a stamp.
   */
  static async start(options: StampedSourceOptions): Promise<StampedSource> {
    // Even sides, as the encoder wants them.
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

  /** The encoder runs on: its first picture for a new client must not have to wait for it. */
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
    // Where time was lost, only the newest picture that is due counts.
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

  /** The number of the picture to come, as the decoder counts them. */
  #number(): number {
    return (this.#round - this.#firstRound) * this.#times.length + this.#index;
  }

  #step(): void {
    this.#index += 1;
    if (this.#index < this.#times.length && this.#times[this.#index]! < this.duration) return;
    // A clip that is cut short leaves a rest that the decoder still counts.
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
