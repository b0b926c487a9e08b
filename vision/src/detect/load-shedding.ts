/** How often the level is adjusted, ms: some frames of a slow camera, too. */
const WINDOW_MS = 2000;
/** What waits when the level rises is of the load before: it is not counted for this long, ms. */
const SETTLE_MS = 500;
/** Factor of what is still done, after a window in which frames were dropped. */
const AFTER_DROPS = 0.7;
/** Factor after a window in which frames were late, but none was dropped. */
const AFTER_LATE = 0.85;
/** A smaller part counts as none. */
const LEAST_DONE = 0.05;
/** More is done again after a window without late frames. */
const RISE = 0.1;
/** The same close to what was too much last time. */
const CAREFUL_RISE = 0.01;
/** From this part of it on, the rise is careful. */
const CLOSE_TO_CEILING = 0.7;
/** What was too much is forgotten after this, ms: the load may have been of something else. */
const CEILING_MS = 60_000;

/**
 * Decides for a camera how much optional work is left out so that its frames are analysed in time: a dropped
 * frame costs every rule. What is optional is decided where it is done: people are read at full resolution less
 * often (`pipeline/person-scheduler.ts`), distant people are searched for less often.
 *
 * What is done falls fast while frames are late or dropped, and rises slowly after that: additive increase,
 * multiplicative decrease, as in the congestion control of TCP.
 */
export class LoadShedding {
  readonly #now: () => number;
  /** The part of the optional work that is done. */
  #done = 1;
  /** That part when the machine was overloaded last, and when. */
  #ceiling = { done: Number.POSITIVE_INFINITY, at: Number.NEGATIVE_INFINITY };
  #windowBegan: number | undefined;
  #isLate = false;
  #dropped = 0;

  /** @param now monotonic clock, milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** How much of the optional work is left out: 0 nothing, 1 all. */
  get level(): number {
    return this.#done <= LEAST_DONE ? 1 : 1 - this.#done;
  }

  /**
   * A frame is due for analysis.
   *
   * @param isLate whether frames of the camera have waited without a pause for longer than a burst lasts.
   */
  due(isLate: boolean): void {
    const now = this.#now();
    this.#windowBegan ??= now;
    if (now - this.#windowBegan >= WINDOW_MS) this.#adjust(now);
    if (now >= this.#windowBegan && isLate) this.#isLate = true;
  }

  /** A due frame is not analysed, because newer ones came before a thread was free. */
  dropped(): void {
    if (this.#now() >= (this.#windowBegan ?? 0)) this.#dropped++;
  }

  #adjust(now: number): void {
    const factor = this.#dropped > 0 ? AFTER_DROPS : this.#isLate ? AFTER_LATE : 1;
    if (factor < 1) {
      this.#ceiling = { done: this.#done, at: now };
      this.#done = Math.max(LEAST_DONE, this.#done * factor);
    } else {
      const { done, at } = this.#ceiling;
      const isClose = now - at < CEILING_MS && this.#done >= CLOSE_TO_CEILING * done;
      this.#done = Math.min(1, this.#done + (isClose ? CAREFUL_RISE : RISE));
    }
    this.#windowBegan = factor < 1 ? now + SETTLE_MS : now;
    this.#isLate = false;
    this.#dropped = 0;
  }
}
