/** Counts events in the last `windowMs`, in buckets of a sixtieth of it. */
export class SlidingCount {
  readonly #bucketMs: number;
  readonly #windowMs: number;
  #buckets: { start: number; count: number }[] = [];

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
    this.#bucketMs = windowMs / 60;
  }

  /** @param now monotonic milliseconds. */
  add(now: number, count = 1): void {
    const last = this.#buckets.at(-1);
    if (last && now - last.start < this.#bucketMs) last.count += count;
    else this.#buckets.push({ start: now, count });
    this.#prune(now);
  }

  /** @returns the number of events in the window that ends now. */
  total(now: number): number {
    this.#prune(now);
    return this.#buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  }

  #prune(now: number): void {
    while (this.#buckets.length > 0 && this.#buckets[0]!.start <= now - this.#windowMs) {
      this.#buckets.shift();
    }
  }
}
