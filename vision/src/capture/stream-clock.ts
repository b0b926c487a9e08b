import { CLOCK_SET_FORWARD_MS } from '../judge/clock.ts';
import { LONGEST_BLIND_MS } from '../judge/continuity.ts';

/**
 * Wall time of a camera's frames from the stream's own timestamps.
 *
 * A frame was exposed at `pts + offset`. The offset is the minimum of (arrival - pts) over a
 * sliding window: delays are never negative, so the minimum is the least delayed arrival, and
 * network jitter, a busy event loop or a burst after a stall do not shift frame times. The window
 * lets the offset follow clock drift of the camera.
 *
 * Arrivals use the monotonic clock; the wall clock only anchors it. A small correction of the wall
 * clock (NTP) is slewed at {@link SLEW_PER_SECOND}, so that time is monotonic within an episode. A
 * large one (an administrator, the first NTP synchronisation) would take days that way; beyond ten
 * seconds frame times step:
 *
 * - forwards by up to ten minutes in steps of a few seconds that the judge bridges as blind time,
 * so that everyone is seen in between; by more at once, which the judge treats as a clock change
 * ({@link CLOCK_SET_FORWARD_MS});
 * - backwards at once, beyond {@link STEP_BACK_MS}: less could look like a late frame to the judge,
 * and is slewed.
 *
 * A restarted stream keeps its previous time where the wall clock is far ahead, so that the outage
 * and the step are not merged.
 */
const WINDOW_MS = 60_000;
/** Milliseconds of a wall-clock correction that are applied per second. */
const SLEW_PER_SECOND = 5;
/** Larger differences are not slewed. */
const STEP_MS = 10_000;
/** The judge bridges it together with the time between two frames. */
const LONGEST_STEP_MS = LONGEST_BLIND_MS - 10_000;
/** Long enough for a few frames to be analysed in between. */
const STEPS_APART_MS = 3_000;
/**
 * A restarted stream that is this far back follows a wall clock that was set back; the judge does
 * the same from ten seconds on. Less is slewed.
 */
const SET_BACK_MS = 11_000;
/** The last frame that was analysed may be a few seconds older than the last one. */
const STEP_BACK_MS = 15_000;

interface Sample {
  at: number;
  delay: number;
}

export interface ClockReading {
  /** Monotonic milliseconds, e.g. performance.now(). */
  readonly monotonic: number;
  /** Wall milliseconds since the epoch, e.g. Date.now(). */
  readonly wall: number;
}

/** Both clocks at an instant that is past by now. @param at performance.now() of that instant. */
export const readingAt = (at: number): ClockReading => ({
  monotonic: at,
  wall: Date.now() - (performance.now() - at),
});

export class StreamClock {
  /** Delays that can still become the minimum, smallest first (a monotone queue). */
  #samples: Sample[] = [];
  #anchor: number | undefined;
  #anchoredAt = 0;
  #lastPts = Number.NEGATIVE_INFINITY;
  #lastAt = Number.NEGATIVE_INFINITY;
  #startsAnew = false;
  /** After the clock was set back, the next frame may step back. */
  #mayFallBack = false;
  /** Monotonic: no further step forwards before this time. */
  #nextStepAt = Number.NEGATIVE_INFINITY;

  /**
   * Takes one frame and returns its wall time in milliseconds since the epoch.
   *
   * @param pts the stream's timestamp in milliseconds. One that runs backwards starts a new epoch.
   * @param now both clocks at the arrival.
   */
  frame(pts: number, now: ClockReading): number {
    if (pts < this.#lastPts) this.#samples = [];
    this.#lastPts = pts;
    this.#follow(now);
    this.#add({ at: now.monotonic, delay: now.monotonic - pts });
    const at = this.wallOf(pts);
    // If times were held back to stay monotonic, frames would be a millisecond apart until the
    // clock has caught up, and no rule could reach its confirm time.
    if (this.#mayFallBack && this.#lastAt - at >= SET_BACK_MS)
      this.#lastAt = Number.NEGATIVE_INFINITY;
    this.#mayFallBack = false;
    // The offset only falls while it converges; a frame never gets an earlier time than the last.
    this.#lastAt = Math.max(at, this.#lastAt + 1);
    return this.#lastAt;
  }

  /** Whether a frame has been seen since the start or the last reset. */
  get ready(): boolean {
    return this.#samples.length > 0;
  }

  /** Wall time of any timestamp of the stream, e.g. of a segment's edge. Needs {@link ready}. */
  wallOf(pts: number): number {
    const least = this.#samples[0];
    if (!least || this.#anchor === undefined) throw new Error('no frame has set the clock yet');
    return pts + least.delay + this.#anchor;
  }

  /** The stream restarted: its timestamps are unrelated to the previous ones. */
  reset(): void {
    this.#samples = [];
    this.#lastPts = Number.NEGATIVE_INFINITY;
    this.#startsAnew = true;
  }

  #follow(now: ClockReading): void {
    const target = now.wall - now.monotonic;
    this.#anchor ??= target;
    const off = target - this.#anchor;
    const since = Math.max(0, now.monotonic - this.#anchoredAt);
    this.#anchoredAt = now.monotonic;
    if (this.#startsAnew) {
      this.#startsAnew = false;
      this.#mayFallBack = true;
      if (off <= STEP_MS) this.#anchor = target;
      else this.#nextStepAt = now.monotonic + STEPS_APART_MS;
      return;
    }
    if (off > STEP_MS) {
      if (now.monotonic < this.#nextStepAt) return;
      this.#nextStepAt = now.monotonic + STEPS_APART_MS;
      // Equal parts, so that the last one is not too small for a step.
      const steps = off > CLOCK_SET_FORWARD_MS ? 1 : Math.ceil(off / LONGEST_STEP_MS);
      this.#anchor += off / steps;
    } else if (off < -STEP_BACK_MS) {
      this.#anchor = target;
      this.#mayFallBack = true;
    } else {
      const slew = (since / 1000) * SLEW_PER_SECOND;
      this.#anchor += Math.max(-slew, Math.min(slew, off));
    }
  }

  #add(sample: Sample): void {
    while (this.#samples.length > 0 && this.#samples.at(-1)!.delay >= sample.delay) {
      this.#samples.pop();
    }
    this.#samples.push(sample);
    while (this.#samples[0]!.at < sample.at - WINDOW_MS) this.#samples.shift();
  }
}
