import { client, take } from '$lib/api/client.ts';
import { live } from '$lib/live/live.svelte.ts';

/** A burst of pushes asks the API once. */
const pause = 400;

/** How many violations wait for a person, for the navigation and the title of the page. */
class ReviewCount {
  pending = $state<number | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  follow(): () => void {
    void this.#load();
    const stops = [
      live.on('violations', 'violation', () => this.refresh()),
      live.onAgain(() => this.refresh()),
    ];
    return () => {
      clearTimeout(this.#timer);
      for (const stop of stops) stop();
      this.pending = null;
    };
  }

  refresh(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#load(), pause);
  }

  async #load(): Promise<void> {
    try {
      const page = await take(
        client.GET('/api/v1/violations', { params: { query: { limit: 1, status: 'pending' } } }),
      );
      this.pending = page.counts?.pending ?? null;
    } catch {
      // The banner tells of a lost connection; the last number stays.
    }
  }
}

export const reviewCount = new ReviewCount();
