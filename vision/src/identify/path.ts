import type { Point } from '@anshi/contracts';

/** A place with its error. */
export interface PathPlace {
  readonly x: number;
  readonly y: number;
  /** Mean of the variances along both axes, square metres. */
  readonly variance: number;
}

/** Between sightings further apart than this nothing is known, ms. */
const LONGEST_BRIDGE_MS = 1_200;

/** Where a person was in the last seconds, metres on the floor plan. */
export class Path {
  #at: number[] = [];
  #x: number[] = [];
  #y: number[] = [];
  #variance: number[] = [];
  readonly #keptMs: number;

  constructor(keptMs: number) {
    this.#keptMs = keptMs;
  }

  /** @param at ms, later than the last one. */
  add(at: number, [x, y]: Point, variance: number): void {
    this.#at.push(at);
    this.#x.push(x);
    this.#y.push(y);
    this.#variance.push(variance);
    if (this.#at.length < 64 || this.#at[32]! > at - this.#keptMs) return;
    for (const list of [this.#at, this.#x, this.#y, this.#variance]) list.splice(0, 32);
  }

  /** Between two sightings on the line between them; undefined where it was not in sight. */
  placeAt(at: number): PathPlace | undefined {
    const times = this.#at;
    const last = times.length - 1;
    if (last < 0 || at < times[0]! || at > times[last]!) return undefined;
    let low = 0;
    let high = last;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (times[middle]! <= at) low = middle;
      else high = middle;
    }
    const span = times[high]! - times[low]!;
    if (span > LONGEST_BRIDGE_MS) return undefined;
    const share = span > 0 ? (at - times[low]!) / span : 0;
    return {
      x: this.#x[low]! + share * (this.#x[high]! - this.#x[low]!),
      y: this.#y[low]! + share * (this.#y[high]! - this.#y[low]!),
      variance: Math.max(this.#variance[low]!, this.#variance[high]!),
    };
  }
}
