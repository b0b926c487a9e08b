import type { Box } from '@anshi/contracts';
import type { Frame, FrameDetections } from '../frame.ts';
import type { Detector } from './frame-scheduler.ts';
import type { ModelCard } from './model-card.ts';

/** How one frame is to be looked at. */
export interface DetectOptions {
  /** Name of the model; left out, the pool's first. */
  readonly model?: string;
  /** How many people too small for the full pass get a close look (default 4). */
  readonly regionBudget?: number;
  /** Boxes in frame pixels whose people come first, most urgent first. */
  readonly lookAt?: readonly Box[];
}

export interface DetectorPoolOptions {
  /** The models that cameras may name, loaded in every thread. */
  readonly cards: readonly ModelCard[];
  readonly threads: number;
}

/** Inference threads, each with its own session, that read frames in shared memory without a copy. */
export class DetectorPool implements Detector {
  static async create(_options: DetectorPoolOptions): Promise<DetectorPool> {
    return new DetectorPool();
  }
  get free(): number {
    return 0;
  }
  onFree(_listener: () => void): () => void {
    return () => {};
  }
  detect(_frame: Frame, _options?: DetectOptions): Promise<FrameDetections> {
    throw new Error('in work');
  }
  /** Ends the threads; frames in work are rejected. */
  async close(): Promise<void> {}
}
