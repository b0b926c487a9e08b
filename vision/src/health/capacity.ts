/** Of one core with the models of this program, frames a second, until it is measured. */
const FPS_A_THREAD = 10;
/** Over so long. */
const WINDOW_MS = 10_000;
/** A larger share of the due frames is dropped: what is analysed is all that it can. */
const FULL = 0.05;
/** A measured limit is forgotten after so long without another: the machine may have been busy. */
const FORGET_MS = 300_000;

/** Frames since the start, of all cameras together. */
export interface FrameCounts {
  readonly offered: number;
  readonly analysed: number;
  readonly dropped: number;
}

/** How many frames a second a worker can analyse: while it drops some, as many as it analyses. */
export class CapacityMeter {
  readonly #threads: number;
  #from: { at: number; counts: FrameCounts } | undefined;
  #full: { at: number; fps: number } | undefined;
  #most = 0;

  constructor(threads: number) {
    this.#threads = threads;
  }

  /**
   * @param at monotonic, ms.
   * @returns frames a second.
   */
  measure(counts: FrameCounts, at: number): number {
    this.#from ??= { at, counts };
    const { at: since, counts: before } = this.#from;
    const passed = at - since;
    if (counts.offered < before.offered) this.#from = { at, counts };
    else if (passed >= WINDOW_MS) {
      const offered = counts.offered - before.offered;
      const fps = (1000 * (counts.analysed - before.analysed)) / passed;
      if (offered > 0 && (counts.dropped - before.dropped) / offered > FULL) {
        this.#full = { at, fps: Math.max(1, fps) };
      } else if (this.#full && fps > this.#full.fps) this.#full = undefined;
      this.#most = Math.max(this.#most, fps);
      this.#from = { at, counts };
    }
    if (this.#full && at - this.#full.at > FORGET_MS) this.#full = undefined;
    const capacity = this.#full?.fps ?? Math.max(this.#threads * FPS_A_THREAD, this.#most);
    return Math.round(10 * capacity) / 10;
  }
}
