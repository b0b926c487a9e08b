/**
 * How many views that begin with the last key frame a worker has at a time: each has its packets handed over for itself,
 * and other views share those of a camera.
 */
export class QuickSlots {
  readonly #most: number;
  #used = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** @returns a function that gives the place back, a second call of it does nothing; null where no place is free. */
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

/** Of this process. */
export const quickSlots = new QuickSlots(8);
