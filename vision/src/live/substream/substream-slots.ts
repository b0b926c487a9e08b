/** How many substreams a worker pulls at a time: each is a connection to a camera and a program. */
export class SubstreamSlots {
  readonly most: number;
  #taken = 0;

  constructor(most: number) {
    this.most = most;
  }

  /** @returns a function that gives the slot back, or null where all are taken. */
  take(): (() => void) | null {
    if (this.#taken >= this.most) return null;
    this.#taken += 1;
    let isGiven = false;
    return () => {
      if (isGiven) return;
      isGiven = true;
      this.#taken -= 1;
    };
  }
}
