/** A second way is kept at least so long, ms. */
const LEAST_MS = 30_000;
/** Twice as long each time, up to this, where the first way is lost again within {@link AGAIN_MS}. */
const MOST_MS = 600_000;
const AGAIN_MS = 300_000;

/**
 * How long something stays on its second way after the first was lost, so that a first way that comes and
 * goes does not interrupt it again and again. Times are of one clock that nobody sets, in milliseconds.
 */
export class SecondWay {
  readonly #leastMs: number;
  #stayMs: number;
  #since: number | null = null;
  #backAt = Number.NEGATIVE_INFINITY;

  constructor(leastMs = LEAST_MS) {
    this.#leastMs = leastMs;
    this.#stayMs = leastMs;
  }

  /** Whether the second way is in use. */
  get isTaken(): boolean {
    return this.#since !== null;
  }

  /** The first way was lost, and the second is taken. */
  take(now: number): void {
    const isAgain = now - this.#backAt < AGAIN_MS;
    this.#stayMs = isAgain ? Math.min(2 * this.#stayMs, MOST_MS) : this.#leastMs;
    this.#since = now;
  }

  /** Whether the first way may be taken again, where it works. */
  isOver(now: number): boolean {
    return this.#since !== null && now - this.#since >= this.#stayMs;
  }

  /** The first way is taken again. */
  leave(now: number): void {
    if (this.#since !== null) this.#backAt = now;
    this.#since = null;
  }
}
