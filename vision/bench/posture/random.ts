/**
 * A source of random numbers (mulberry32), seeded by a number: the data of the shipped weights can be made again. `randomOf` of
 * contracts is seeded by a text and gives another sequence.
 */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to but not including 1. */
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  /** Normal, with this standard deviation. */
  normal(deviation = 1): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.unit()));
    return deviation * radius * Math.cos(2 * Math.PI * this.unit());
  }

  chance(share: number): boolean {
    return this.unit() < share;
  }

  sign(): 1 | -1 {
    return this.chance(0.5) ? 1 : -1;
  }

  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.unit() * values.length)]!;
  }

  /** One of the keys, as often as its weight says. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T {
    const entries = Object.entries(weights) as [T, number][];
    let left = this.unit() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) {
      left -= weight;
      if (left < 0) return key;
    }
    return entries.at(-1)![0];
  }
}
