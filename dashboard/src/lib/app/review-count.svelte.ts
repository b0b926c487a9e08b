import { client, take } from '$lib/api/client.ts';
import { live } from '$lib/live/live.svelte.ts';

/** Debounce: a burst of pushes causes one request. */
const pause = 400;

/** The number of incidents that wait for a verdict, for the navigation and the page title. */
class ReviewCount {
  pending = $state<number | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  follow(): () => void {
    void this.#load();
    const stops = [
      live.on('incidents', 'incident', () => this.refresh()),
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
        client.GET('/api/v1/incidents', { params: { query: { limit: 1, status: 'pending' } } }),
      );
      this.pending = page.counts?.pending ?? null;
    } catch {
      // The banner reports a lost connection; the last number stays.
    }
  }
}

export const reviewCount = new ReviewCount();
