/**
 * Limits the views of a worker that start from the last key frame: each gets its own packet stream, while other views of a
 * camera share one.
 */
export class QuickSlots {
  readonly #most: number;
  #used = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** @returns an idempotent function that releases the slot; null if no slot is free. */
  take(): (() => void) | null {
    if (this.#used >= this.#most) return null;
    this.#used += 1;
    let isTaken = true;
    return () => {
      if (isTaken) this.#used -= 1;
      isTaken = false;
    };
  }
}

/** Shared by all cameras of this process. */
export const quickSlots = new QuickSlots(8);
