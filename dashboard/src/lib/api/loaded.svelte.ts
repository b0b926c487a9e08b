/** What a part of the page shows, loaded anew when what it is asked for changes. */
export class Loaded<Answer> {
  value = $state.raw<Answer | null>(null);
  error = $state.raw<unknown>(null);
  loading = $state(false);
  readonly #ask: () => Promise<Answer>;
  #generation = 0;

  constructor(ask: () => Promise<Answer>) {
    this.#ask = ask;
  }

  /** The last answer stays in sight meanwhile. */
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
