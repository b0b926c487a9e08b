import type { Frame, FrameDetections } from '../frame.ts';
import type { DetectOptions } from './detect-options.ts';

/** What the scheduler needs of a pool of detectors; {@link DetectorPool} is one. */
export interface Detector {
  /** How many frames could be taken at once now. */
  readonly free: number;
  /** Calls back whenever a thread becomes free. Returns the way to stop it. */
  onFree(listener: () => void): () => void;
  /** Rejects where the thread broke down over this frame. */
  detect(frame: Frame, options?: DetectOptions): Promise<FrameDetections>;
}

/** Frames of one camera since the start. `offered` = analysed + dropped + waiting + in work. */
export interface CameraLoad {
  readonly offered: number;
  readonly analysed: number;
  /** Replaced by a newer frame before a thread was free, or lost with a broken thread. */
  readonly dropped: number;
}

export interface SchedulerOptions {
  readonly detector: Detector;
  /** What to look at in this frame, asked at the moment that it is taken. */
  readonly optionsFor?: (frame: Frame) => DetectOptions;
  /**
   * Takes the answer. The frame's pixels stay valid until this returns, or until its promise
   * settles; then the scheduler releases the frame. Called in order of time for each camera.
   */
  readonly onDetections: (frame: Frame, found: FrameDetections) => void | Promise<void>;
  /** Told when a frame was lost with its thread, or when `onDetections` threw. */
  readonly onError?: (frame: Frame, error: Error) => void;
}

interface Lane {
  camera: string;
  waiting: Frame | undefined;
  busy: boolean;
  /** The turn in which this camera was last served; the lowest is next. */
  servedIn: number;
  offered: number;
  analysed: number;
  dropped: number;
}

/**
 * Shares the inference threads fairly among all cameras. Each camera has one place for its newest
 * frame; a frame that is replaced there is released and counted as dropped, so that the decoder
 * never waits. A free thread takes the camera that has waited longest since it was last served.
 * A camera has at most one frame in work, so that its answers keep their order.
 */
export class FrameScheduler {
  readonly #options: SchedulerOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #stopListening: () => void;
  #turn = 0;
  #closed = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#stopListening = options.detector.onFree(() => this.#serve());
  }

  /** Takes over the frame, in any case: it is released here. */
  offer(frame: Frame): void {
    if (this.#closed) {
      frame.release();
      return;
    }
    const lane = this.#lane(frame.camera);
    lane.offered++;
    if (lane.waiting) {
      lane.waiting.release();
      lane.dropped++;
    }
    lane.waiting = frame;
    this.#serve();
  }

  load(camera: string): CameraLoad {
    const lane = this.#lanes.get(camera);
    return {
      offered: lane?.offered ?? 0,
      analysed: lane?.analysed ?? 0,
      dropped: lane?.dropped ?? 0,
    };
  }

  /** Forgets a camera that is no longer watched; its waiting frame is released. */
  remove(camera: string): void {
    this.#lanes.get(camera)?.waiting?.release();
    this.#lanes.delete(camera);
  }

  /** Releases what waits and takes nothing more. Frames in work still come to their end. */
  close(): void {
    this.#closed = true;
    this.#stopListening();
    for (const lane of this.#lanes.values()) {
      lane.waiting?.release();
      lane.waiting = undefined;
    }
  }

  #lane(camera: string): Lane {
    let lane = this.#lanes.get(camera);
    if (!lane) {
      lane = {
        camera,
        waiting: undefined,
        busy: false,
        servedIn: 0,
        offered: 0,
        analysed: 0,
        dropped: 0,
      };
      this.#lanes.set(camera, lane);
    }
    return lane;
  }

  #serve(): void {
    while (!this.#closed && this.#options.detector.free > 0) {
      let next: Lane | undefined;
      for (const lane of this.#lanes.values()) {
        if (!lane.waiting || lane.busy) continue;
        if (!next || lane.servedIn < next.servedIn) next = lane;
      }
      if (!next) return;
      void this.#analyse(next);
    }
  }

  async #analyse(lane: Lane): Promise<void> {
    const frame = lane.waiting!;
    lane.waiting = undefined;
    lane.busy = true;
    lane.servedIn = ++this.#turn;
    let answered = false;
    try {
      const found = await this.#options.detector.detect(frame, this.#options.optionsFor?.(frame));
      answered = true;
      lane.analysed++;
      await this.#options.onDetections(frame, found);
    } catch (error) {
      if (!answered) lane.dropped++;
      this.#options.onError?.(frame, error instanceof Error ? error : new Error(String(error)));
    } finally {
      frame.release();
      lane.busy = false;
      this.#serve();
    }
  }
}
