/** Corrections that are tried, ms: the clock of a reader is off by less. */
const MOST_MS = 6_000;
const STEP_MS = 500;
/** A correction after which the fix would come from the future is impossible; clocks and frames jitter by this. */
const SLACK_MS = 300;
/** Fixes arrive within about this time, ms. */
const USUAL_DELAY_MS = 1_500;
/** Less likely corrections are not computed. */
const LEAST = 0.003;
/** The fixes of a second are no independent witnesses of the clock. */
const TEMPER = 0.25;
/** Clocks drift: old evidence fades within about this time, ms. */
const FADE_MS = 600_000;

export interface Correction {
  /** To be added to the time of the reader, ms. */
  readonly ms: number;
  readonly weight: number;
}

/**
 * How far the clock of a reader is off, as weights of the possible corrections. It follows from the arrivals (no fix
 * arrives before it is taken) and from which correction lays the fixes on people.
 */
export class ReaderSkew {
  readonly #corrections: number[] = [];
  readonly #scores: number[] = [];
  #least = Number.POSITIVE_INFINITY;
  #at: number | undefined;
  #likely: readonly Correction[] | undefined;

  constructor() {
    for (let ms = -MOST_MS; ms <= MOST_MS; ms += STEP_MS) {
      this.#corrections.push(ms);
      this.#scores.push(0);
    }
  }

  /** Takes note of the time between the stamp of a fix and its arrival, ms. */
  arrived(delayMs: number): void {
    // A delay beyond all corrections says nothing of the clock.
    if (delayMs < this.#least && delayMs >= -MOST_MS) {
      this.#least = delayMs;
      this.#likely = undefined;
    }
  }

  /** Likely corrections, the weights of which sum to 1. */
  get likely(): readonly Correction[] {
    this.#likely ??= this.#weights();
    return this.#likely;
  }

  /** Standard deviation of the correction, ms. */
  get deviationMs(): number {
    const mean = this.meanMs;
    return Math.sqrt(
      this.likely.reduce((sum, { ms, weight }) => sum + weight * (ms - mean) ** 2, 0),
    );
  }

  get meanMs(): number {
    return this.likely.reduce((sum, { ms, weight }) => sum + weight * ms, 0);
  }

  /**
   * @param at of the fix, ms.
   * @param densities of the fix under each of the likely corrections, in their order.
   */
  learn(at: number, densities: readonly number[]): void {
    if (this.#at !== undefined && at > this.#at) {
      const keep = Math.exp(-(at - this.#at) / FADE_MS);
      for (let i = 0; i < this.#scores.length; i++) this.#scores[i]! *= keep;
    }
    this.#at = Math.max(at, this.#at ?? at);
    const likely = this.likely;
    let mean = 0;
    for (const density of densities) mean += Math.log(density) / densities.length;
    likely.forEach(({ ms }, i) => {
      const index = Math.round((ms + MOST_MS) / STEP_MS);
      this.#scores[index]! += TEMPER * (Math.log(densities[i]!) - mean);
    });
    this.#likely = undefined;
  }

  #weights(): Correction[] {
    const latest = Number.isFinite(this.#least) ? this.#least : 0;
    const logs = this.#corrections.map((ms, i) => {
      const delay = latest - ms;
      if (delay < -SLACK_MS) return Number.NEGATIVE_INFINITY;
      return this.#scores[i]! - Math.max(0, delay) / USUAL_DELAY_MS;
    });
    const most = Math.max(...logs);
    const weights = logs.map((log) => Math.exp(log - most));
    const sum = weights.reduce((all, one) => all + one, 0);
    const kept = this.#corrections
      .map((ms, i) => ({ ms, weight: weights[i]! / sum }))
      .filter(({ weight }) => weight >= LEAST);
    const rest = kept.reduce((all, { weight }) => all + weight, 0);
    return kept.map(({ ms, weight }) => ({ ms, weight: weight / rest }));
  }
}
