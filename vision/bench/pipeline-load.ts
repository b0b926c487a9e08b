import { DetectorPool } from '../src/detect/detector-pool.ts';
import { FrameScheduler } from '../src/detect/frame-scheduler.ts';
import type { PpeCard } from '../src/detect/model-card.ts';
import type { Frame, FrameDetections } from '../src/frame.ts';
import { CameraPipeline } from '../src/pipeline/camera-pipeline.ts';
import { clipCamera } from '../src/pipeline/clip-config.ts';
import { clipFrames } from '../src/pipeline/clip-frames.ts';

export const WIDTH = 1280;
export const HEIGHT = 720;

/** Sums over the frames of a measured period; ms except the counts. */
export interface Tally {
  frames: number;
  crops: number;
  /** How many crops had each tensor size, `width x height`. */
  cropSizes: Map<string, number>;
  wait: number;
  prepare: number;
  infer: number;
  decode: number;
  judge: number;
  seconds: number;
}

const emptyTally = (): Tally => ({
  frames: 0,
  crops: 0,
  cropSizes: new Map(),
  wait: 0,
  prepare: 0,
  infer: 0,
  decode: 0,
  judge: 0,
  seconds: 0,
});

/**
 * Several cameras that loop one clip through the whole pipeline, as fast as it goes. Each has one
 * frame in flight; ffmpeg decodes the next one in parallel.
 */
export class PipelineLoad {
  readonly #pool: DetectorPool;
  readonly #scheduler: FrameScheduler;
  readonly #pipelines = new Map<string, CameraPipeline>();
  readonly #answered = new Map<string, () => void>();
  readonly #feeds: Promise<void>[] = [];
  #tally = emptyTally();
  #worstJudge = 0;
  #running = false;
  #ended = false;
  #resume: (() => void)[] = [];
  #inFlight = 0;
  #idle: (() => void) | undefined;

  static async start(
    card: PpeCard,
    options: { clip: string; cameras: number; threads: number },
  ): Promise<PipelineLoad> {
    const pool = await DetectorPool.create({ cards: [card], threads: options.threads });
    return new PipelineLoad(pool, card, options.clip, options.cameras);
  }

  private constructor(pool: DetectorPool, card: PpeCard, clip: string, cameras: number) {
    this.#pool = pool;
    this.#scheduler = new FrameScheduler({
      detector: pool,
      optionsFor: (frame) => this.#pipelines.get(frame.camera)!.detectOptions(frame),
      onDetections: (frame, found) => this.#take(frame, found),
      onError: (_, error) => {
        throw error;
      },
    });
    const line = { id: 'line', from: [640, 100], to: [640, 700] } as const;
    for (let i = 0; i < cameras; i++) {
      const config = clipCamera(
        `camera-${i + 1}`,
        [WIDTH, HEIGHT],
        [{ ...line, from: [...line.from], to: [...line.to] }],
      );
      this.#pipelines.set(config.id, new CameraPipeline({ config, card }));
      this.#feeds.push(this.#feed(config.id, clip));
    }
  }

  /** The longest time of a frame on the main thread so far, ms. */
  get worstJudge(): number {
    return this.#worstJudge;
  }

  /** Runs for some seconds, then drains the frames in flight. */
  async measure(seconds: number): Promise<Tally> {
    this.#tally = emptyTally();
    const begin = performance.now();
    this.#running = true;
    for (const resume of this.#resume.splice(0)) resume();
    await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
    this.#running = false;
    if (this.#inFlight > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
    return { ...this.#tally, seconds: (performance.now() - begin) / 1000 };
  }

  /** Stops ffmpeg and the threads. */
  async end(): Promise<void> {
    this.#ended = true;
    for (const resume of this.#resume.splice(0)) resume();
    await Promise.all(this.#feeds);
    this.#scheduler.close();
    await this.#pool.close();
  }

  async #feed(camera: string, clip: string): Promise<void> {
    const frames = clipFrames({
      file: clip,
      camera,
      width: WIDTH,
      height: HEIGHT,
      startAt: Date.now(),
      loops: -1,
      slots: 4,
      stampFps: 5,
    });
    for await (const frame of frames) {
      while (!this.#running && !this.#ended) {
        await new Promise<void>((resolve) => this.#resume.push(resolve));
      }
      if (this.#ended) {
        frame.release();
        break;
      }
      this.#inFlight++;
      const answer = new Promise<void>((resolve) => this.#answered.set(camera, resolve));
      this.#scheduler.offer(frame);
      await answer;
      this.#inFlight--;
      if (this.#inFlight === 0) this.#idle?.();
    }
  }

  #take(frame: Frame, found: FrameDetections): void {
    const begin = performance.now();
    this.#pipelines.get(frame.camera)!.process(frame, found);
    const took = performance.now() - begin;
    this.#worstJudge = Math.max(this.#worstJudge, took);
    const tally = this.#tally;
    tally.frames++;
    tally.crops += found.regions;
    for (const [width, height] of found.regionSizes ?? []) {
      const size = `${width}x${height}`;
      tally.cropSizes.set(size, (tally.cropSizes.get(size) ?? 0) + 1);
    }
    tally.wait += found.timings.wait;
    tally.prepare += found.timings.prepare;
    tally.infer += found.timings.infer;
    tally.decode += found.timings.decode;
    tally.judge += took;
    // Runs after the scheduler has released the frame.
    setImmediate(() => this.#answered.get(frame.camera)?.());
  }
}
