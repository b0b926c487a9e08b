import {
  leaseSecondReview,
  readSecondReview,
  type SecondReviewDetail,
} from './second-reviews-api.ts';

/** Well before the lease of ten minutes ends. */
const RENEW_MS = 240_000;

/** The one that a second reviewer looks at, with its lease. */
export class OpenReview {
  value = $state.raw<SecondReviewDetail | null>(null);
  error = $state.raw<unknown>(null);
  #id: string | null = null;

  /** Opens one, or none; returns a function that ends it. */
  follow(id: string | null): () => void {
    this.#id = id;
    this.value = null;
    this.error = null;
    if (id === null) return () => {};
    void this.#load(id);
    const timer = setInterval(() => void leaseSecondReview({ id }).catch(() => {}), RENEW_MS);
    return () => {
      clearInterval(timer);
      if (this.#id === id) this.#id = null;
    };
  }

  async #load(id: string): Promise<void> {
    try {
      await leaseSecondReview({ id });
      const found = await readSecondReview({ id });
      if (this.#id === id) this.value = found;
    } catch (error) {
      if (this.#id === id) this.error = error;
    }
  }
}
