import { msBetween } from './frame-steps.ts';

const KEPT = 40;
/** Shares of observations that the picture waits for. */
const WAITED_FOR = 0.9;
/** ms. A later picture could not be called live; where the analysis keeps up it waits a quarter of that. */
export const longestDelay = 2_000;
/** The delay rises at once and falls only by much, so that the picture does not run now slow, now fast. */
const RISE_MS = 30;
const FALL_MS = 150;
const ROUND_MS = 20;

/**
 * How long the picture should wait so that its boxes are there: from the arrival of a frame to that of its
 * observation, and of the next one, to which boxes move.
 */
export class PlayoutDelay {
  /** Arrival on this machine minus the frame's own time, of the quickest recent frame, ms. */
  #offset: number | null = null;
  #origin = 0;
  #lags: number[] = [];
  #steps: number[] = [];
  #lastAt: number | null = null;
  #target = 0;

  /**
   * A frame of the video.
   *
   * @param rtpTimestamp its RTP timestamp.
   * @param receivedAt when its last packet arrived, `performance.now()` milliseconds.
   */
  frame(rtpTimestamp: number, receivedAt: number): void {
    if (this.#offset === null) this.#origin = rtpTimestamp;
    const offset = receivedAt - msBetween(this.#origin, rtpTimestamp);
    // It may drift: the clocks of the camera and of this machine differ by some seconds a day.
    const risen = this.#offset === null ? offset : this.#offset + 0.05;
    this.#offset = Math.min(offset, risen);
  }

  /**
   * An observation.
   *
   * @param rtpTimestamp that of its frame.
   * @param arrivedAt `performance.now()` milliseconds.
   */
  observation(rtpTimestamp: number, arrivedAt: number): void {
    if (this.#lastAt !== null) {
      const step = msBetween(this.#lastAt, rtpTimestamp);
      if (step > 0 && step < 2_000) push(this.#steps, step);
    }
    this.#lastAt = rtpTimestamp;
    if (this.#offset === null) return;
    push(this.#lags, arrivedAt - (msBetween(this.#origin, rtpTimestamp) + this.#offset));
  }

  /** The delay to ask for, milliseconds; null before enough is known. */
  get target(): number | null {
    if (this.#lags.length < 5 || this.#steps.length < 5) return null;
    const wanted = quantile(this.#lags, WAITED_FOR) + quantile(this.#steps, 0.5);
    const bounded = Math.min(longestDelay, Math.max(0, wanted));
    const change = bounded - this.#target;
    if (change > RISE_MS || change < -FALL_MS)
      this.#target = Math.ceil(bounded / ROUND_MS) * ROUND_MS;
    return this.#target;
  }

  /** Another stream: its times are unrelated. */
  restart(): void {
    this.#offset = null;
    this.#lastAt = null;
    this.#lags = [];
    this.#steps = [];
  }
}

function push(list: number[], value: number): void {
  list.push(value);
  if (list.length > KEPT) list.shift();
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
