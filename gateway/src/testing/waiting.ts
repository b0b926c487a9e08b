/** How often a condition is looked at that no message tells of, ms. */
const EVERY_MS = 20;

/** Waits in tests for what messages tell, or for what is only seen by looking. */
export class Waiting {
  #wake: () => void = () => {};

  /** Something was received: the condition is looked at now. */
  wake(): void {
    this.#wake();
  }

  /** Resolves when the condition holds; the time limit is that of the test. */
  async until(is: () => boolean): Promise<void> {
    while (!is()) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, EVERY_MS);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
