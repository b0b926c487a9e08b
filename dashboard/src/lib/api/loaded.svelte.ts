/** The data of a part of the page, reloaded when its parameters change. */
export class Loaded<Answer> {
  value = $state.raw<Answer | null>(null);
  error = $state.raw<unknown>(null);
  loading = $state(false);
  readonly #ask: () => Promise<Answer>;
  #generation = 0;

  constructor(ask: () => Promise<Answer>) {
    this.#ask = ask;
  }

  /** Forgets the data, the failure and an answer that is still to come: another record is shown. */
  reset(): void {
    this.#generation++;
    this.value = null;
    this.error = null;
    this.loading = false;
  }

  /** The previous data stay visible while loading. */
  async load(): Promise<void> {
    const generation = ++this.#generation;
    this.loading = true;
    this.error = null;
    try {
      const found = await this.#ask();
      if (generation === this.#generation) this.value = found;
    } catch (error) {
      if (generation === this.#generation) this.error = error;
    } finally {
      if (generation === this.#generation) this.loading = false;
    }
  }
}
