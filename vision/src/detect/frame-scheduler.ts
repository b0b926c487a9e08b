import type { Frame, FrameDetections } from '../frame.ts';
import type { DetectOptions } from './detect-options.ts';
import { LoadShedding } from './load-shedding.ts';

/** What the scheduler needs of a pool of detectors; {@link DetectorPool} is one. */
export interface Detector {
  /** Number of frames that can be accepted now. */
  readonly free: number;
  /** Registers a callback for when a thread becomes free. Returns its removal. */
  onFree(listener: () => void): () => void;
  /** Rejects where the thread failed with this frame. */
  detect(frame: Frame, options?: DetectOptions): Promise<FrameDetections>;
}

/** Frames of one camera since the start. `offered` = analysed + dropped + waiting + in progress. */
export interface CameraLoad {
  readonly offered: number;
  readonly analysed: number;
  /** Replaced by a newer frame before a thread was free, or lost with a failed thread. */
  readonly dropped: number;
}

export interface SchedulerOptions {
  readonly detector: Detector;
  /**
   * Options for this frame, evaluated when its processing starts.
   *
   * @param shedding how much of the optional work is left out, from {@link LoadShedding}.
   */
  readonly optionsFor?: (frame: Frame, shedding: number) => DetectOptions;
  /**
   * Receives the result. The frame's pixels stay valid until this returns, or until its promise
   * settles; then the scheduler releases the frame. Called in order of time for each camera.
   */
  readonly onDetections: (frame: Frame, found: FrameDetections) => void | Promise<void>;
  /** Called when a frame was lost with its thread, or when `onDetections` threw. */
  readonly onError?: (frame: Frame, error: Error) => void;
  /** Monotonic clock, milliseconds; left out, that of the process. */
  readonly now?: () => number;
}

/**
 * Frames of a camera that may wait behind the one in progress. With those two, the one in progress
 * and the one that is being read, the four slots of {@link SlotPool} are in use.
 */
const BURST_FRAMES = 2;
/**
 * A camera that had no pause between its frames for this long is overloaded: only the newest frame
 * waits then, because a queue would add delay and save nothing. Milliseconds.
 */
const BURST_MS = 1000;
/** Frames that wait for so long without a pause are late: the load is too high, and it was no burst. Milliseconds. */
const LATE_MS = 400;

interface Lane {
  camera: string;
  /** In order of time. */
  readonly waiting: Frame[];
  /** Since when a frame has been waiting each time that one was done. */
  behindSince: number | undefined;
  busy: boolean;
  readonly shedding: LoadShedding;
  /** When this camera was last served; the lowest is next. */
  servedIn: number;
  offered: number;
  analysed: number;
  dropped: number;
}

/**
 * Shares the inference threads fairly among all cameras. Frames arrive unevenly, and one takes longer
 * than the next: two of a camera may wait, so that a burst is made up for in the pause after it. Where
 * there is no pause, only the newest waits. A replaced frame is released and counted as dropped, so
 * that the decoder never waits; before frames are replaced for long, {@link LoadShedding} makes them
 * cheaper. A free thread serves the camera that was served longest ago. A camera
 * has at most one frame in progress, so that its results keep their order.
 */
export class FrameScheduler {
  readonly #options: SchedulerOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #stopListening: () => void;
  readonly #now: () => number;
  #turn = 0;
  #closed = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#stopListening = options.detector.onFree(() => this.#serve());
  }

  /** How much of the optional work of a camera is left out: 0 nothing, 1 all. */
  shedding(camera: string): number {
    return this.#lanes.get(camera)?.shedding.level ?? 0;
  }

  /** Takes ownership of the frame: it is always released here. */
  offer(frame: Frame): void {
    if (this.#closed) {
      frame.release();
      return;
    }
    const lane = this.#lane(frame.camera);
    lane.offered++;
    const isLate = this.#isLate(lane);
    lane.shedding.due(isLate);
    lane.waiting.push(frame);
    this.#serve();
    const room = this.#room(lane);
    while (lane.waiting.length > room) {
      lane.waiting.shift()!.release();
      lane.dropped++;
      // More than a burst at once says nothing of the load.
      if (isLate) lane.shedding.dropped();
    }
  }

  load(camera: string): CameraLoad {
    const lane = this.#lanes.get(camera);
    return {
      offered: lane?.offered ?? 0,
      analysed: lane?.analysed ?? 0,
      dropped: lane?.dropped ?? 0,
    };
  }

  /** Releases the waiting frames of a camera that stays. */
  drop(camera: string): void {
    const lane = this.#lanes.get(camera);
    if (!lane) return;
    for (const frame of lane.waiting.splice(0)) {
      frame.release();
      lane.dropped++;
    }
  }

  /** Removes a camera; its waiting frame is released. */
  remove(camera: string): void {
    for (const frame of this.#lanes.get(camera)?.waiting.splice(0) ?? []) frame.release();
    this.#lanes.delete(camera);
  }

  /** Releases waiting frames and accepts no more. Frames in progress still finish. */
  close(): void {
    this.#closed = true;
    this.#stopListening();
    for (const lane of this.#lanes.values()) {
      for (const frame of lane.waiting.splice(0)) frame.release();
    }
  }

  #lane(camera: string): Lane {
    let lane = this.#lanes.get(camera);
    if (!lane) {
      lane = {
        camera,
        waiting: [],
        behindSince: undefined,
        busy: false,
        shedding: new LoadShedding(this.#now),
        servedIn: 0,
        offered: 0,
        analysed: 0,
        dropped: 0,
      };
      this.#lanes.set(camera, lane);
    }
    return lane;
  }

  /** Whether its frames have waited for longer than a burst is made up for. */
  #isLate({ behindSince }: Lane): boolean {
    return behindSince !== undefined && this.#now() - behindSince >= LATE_MS;
  }

  /** How many frames of this camera may wait now. */
  #room(lane: Lane): number {
    if (lane.waiting.length === 0) return BURST_FRAMES;
    const now = this.#now();
    lane.behindSince ??= now;
    return now - lane.behindSince < BURST_MS ? BURST_FRAMES : 1;
  }

  #serve(): void {
    while (!this.#closed && this.#options.detector.free > 0) {
      let next: Lane | undefined;
      for (const lane of this.#lanes.values()) {
        if (lane.waiting.length === 0 || lane.busy) continue;
        if (!next || lane.servedIn < next.servedIn) next = lane;
      }
      if (!next) return;
      void this.#analyse(next);
    }
  }

  async #analyse(lane: Lane): Promise<void> {
    const frame = lane.waiting.shift()!;
    lane.busy = true;
    lane.servedIn = ++this.#turn;
    let answered = false;
    try {
      const options = this.#options.optionsFor?.(frame, lane.shedding.level);
      const found = await this.#options.detector.detect(frame, options);
      answered = true;
      lane.analysed++;
      await this.#options.onDetections(frame, found);
    } catch (error) {
      if (!answered) lane.dropped++;
      this.#options.onError?.(frame, error instanceof Error ? error : new Error(String(error)));
    } finally {
      frame.release();
      lane.busy = false;
      if (lane.waiting.length === 0) lane.behindSince = undefined;
      this.#serve();
    }
  }
}
