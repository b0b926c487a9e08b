import { CLOCK_SET_FORWARD_MS } from '../judge/clock.ts';
import { LONGEST_BLIND_MS } from '../judge/continuity.ts';

/**
 * Wall time of a camera's frames from the stream's own timestamps.
 *
 * A frame was exposed at `pts + offset`. The offset is the minimum of (arrival - pts) over a sliding
 * window: delays only ever add to an arrival, so the minimum is the arrival with the least delay,
 * and network jitter, a busy event loop or a burst after a stall do not move the time of a frame.
 * The window lets the offset follow a camera whose clock runs fast or slow.
 *
 * Arrivals are read from the monotonic clock. The wall clock is looked at only to anchor that
 * clock. A small correction of the wall clock (NTP) is taken over slowly, at {@link SLEW_PER_SECOND},
 * so that time never runs backwards in the middle of an episode. A large one (an administrator, the
 * first word of NTP) would take days so; beyond ten seconds the time of frames steps:
 *
 * - forwards by up to ten minutes in steps that the judge bridges as blindness, a few seconds apart,
 *   so that everyone is seen in between; by more at once, which the judge takes for a clock that was
 *   set ({@link CLOCK_SET_FORWARD_MS});
 * - backwards at once, beyond {@link STEP_BACK_MS}: less might look like a late frame to the judge,
 *   and is slewed.
 *
 * A stream that starts anew keeps the time that it had where the wall clock is far ahead of it, so
 * that the time without pictures and the step are not taken for one.
 */
const WINDOW_MS = 60_000;
/** Milliseconds of a wall-clock correction that are taken over in each second. */
const SLEW_PER_SECOND = 5;
/** What is further off than this is not slewed. */
const STEP_MS = 10_000;
/** The judge bridges it together with the time between two frames. */
const LONGEST_STEP_MS = LONGEST_BLIND_MS - 10_000;
/** Long enough for a few frames to be analysed in between. */
const STEPS_APART_MS = 3_000;
/**
 * A stream that starts anew this far back in time follows a wall clock that was set back; the judge
 * does the same from ten seconds on. Less is smoothed over.
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

export class StreamClock {
  /** Delays that can still become the minimum, smallest first (a monotone queue). */
  #samples: Sample[] = [];
  #anchor: number | undefined;
  #anchoredAt = 0;
  #lastPts = Number.NEGATIVE_INFINITY;
  #lastAt = Number.NEGATIVE_INFINITY;
  #startsAnew = false;
  /** A clock that was set back may be followed by the next frame. */
  #mayFallBack = false;
  /** Monotonic: the next step forwards is not taken before. */
  #nextStepAt = Number.NEGATIVE_INFINITY;

  /**
   * Takes one frame and tells its wall time in milliseconds since the epoch.
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
    // Held to the time before, frames would be a millisecond apart until the clock has caught up,
    // and for so long nothing in them could last for a rule's confirm time.
    if (this.#mayFallBack && this.#lastAt - at >= SET_BACK_MS)
      this.#lastAt = Number.NEGATIVE_INFINITY;
    this.#mayFallBack = false;
    // While the offset settles it only falls; a frame is never given an earlier time than the last.
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

  /** The stream starts anew: its timestamps have nothing to do with those before. */
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
      // Of equal size, so that the last one is not too small for a step.
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
