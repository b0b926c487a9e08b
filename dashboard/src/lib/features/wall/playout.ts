import { msBetween, OTHER_STREAM_MS } from './frame-steps.ts';

const KEPT = 40;
/** Shares of observations that the picture waits for. */
const WAITED_FOR = 0.9;
/** ms. A later picture could not be called live; where the analysis keeps up it waits a quarter of that. */
export const longestDelay = 4_000;
/** The delay rises at once and falls only by much, so that the picture does not run now slow, now fast. */
const RISE_MS = 30;
const FALL_MS = 150;
const ROUND_MS = 20;

/**
 * How long the picture should wait so that its boxes are there: from the arrival of a frame to that of its
 * observation, and of the next one, to which boxes move.
 */
export class PlayoutDelay {
  /** The last frame: its RTP timestamp, and its time since the first one, ms. */
  #last: { rtp: number; ms: number } | null = null;
  /** Arrival on this machine minus the frame's own time, of the quickest recent frame, ms. */
  #offset: number | null = null;
  #lags: number[] = [];
  #steps: number[] = [];
  #lastSeen: number | null = null;
  #target = 0;

  /**
   * A frame of the video.
   *
   * @param rtpTimestamp its RTP timestamp.
   * @param receivedAt when its last packet arrived, `performance.now()` milliseconds.
   */
  frame(rtpTimestamp: number, receivedAt: number): void {
    const step = this.#last ? msBetween(this.#last.rtp, rtpTimestamp) : 0;
    if (Math.abs(step) > OTHER_STREAM_MS) this.restart();
    // Added up: 32 bits of ticks are 13 hours.
    const ms = (this.#last?.ms ?? 0) + (this.#last ? step : 0);
    this.#last = { rtp: rtpTimestamp, ms };
    const offset = receivedAt - ms;
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
    if (this.#lastSeen !== null) {
      const step = msBetween(this.#lastSeen, rtpTimestamp);
      if (step > 0 && step < 2_000) push(this.#steps, step);
    }
    this.#lastSeen = rtpTimestamp;
    if (this.#offset === null || !this.#last) return;
    const since = msBetween(this.#last.rtp, rtpTimestamp);
    if (Math.abs(since) > OTHER_STREAM_MS) return;
    push(this.#lags, arrivedAt - (this.#last.ms + since + this.#offset));
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
    this.#last = null;
    this.#offset = null;
    this.#lastSeen = null;
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
