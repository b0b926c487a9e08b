import type { Frame, FrameDetections } from '../frame.ts';
import type { DetectOptions } from './detect-options.ts';

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
  /** Options for this frame, evaluated when its processing starts. */
  readonly optionsFor?: (frame: Frame) => DetectOptions;
  /**
   * Receives the result. The frame's pixels stay valid until this returns, or until its promise
   * settles; then the scheduler releases the frame. Called in order of time for each camera.
   */
  readonly onDetections: (frame: Frame, found: FrameDetections) => void | Promise<void>;
  /** Called when a frame was lost with its thread, or when `onDetections` threw. */
  readonly onError?: (frame: Frame, error: Error) => void;
}

interface Lane {
  camera: string;
  waiting: Frame | undefined;
  busy: boolean;
  /** When this camera was last served; the lowest is next. */
  servedIn: number;
  offered: number;
  analysed: number;
  dropped: number;
}

/**
 * Shares the inference threads fairly among all cameras. Each camera has one slot for its newest
 * frame; a replaced frame is released and counted as dropped, so that the decoder never waits. A
 * free thread serves the camera that was served longest ago. A camera has at most one frame in
 * progress, so that its results keep their order.
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

  /** Takes ownership of the frame: it is always released here. */
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

  /** Removes a camera; its waiting frame is released. */
  remove(camera: string): void {
    this.#lanes.get(camera)?.waiting?.release();
    this.#lanes.delete(camera);
  }

  /** Releases waiting frames and accepts no more. Frames in progress still finish. */
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
