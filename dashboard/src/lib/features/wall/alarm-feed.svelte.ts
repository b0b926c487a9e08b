import { client, take } from '$lib/api/client.ts';
import type { Violation } from '$lib/api/types.ts';
import { live } from '$lib/live/live.svelte.ts';
import type { Newest } from '$lib/live/newest.ts';

const kept = 40;

/** The API of the feed: the newest violations, up to a limit. */
export type ListNewest = (limit: number) => Promise<{ items: Violation[] }>;

const listNewest: ListNewest = (limit) =>
  take(client.GET('/api/v1/violations', { params: { query: { limit } } }));

/** The newest violations, regardless of verdicts. */
export class AlarmFeed {
  items = $state.raw<Violation[]>([]);
  loading = $state(true);
  error = $state.raw<unknown>(null);
  readonly #list: ListNewest;
  readonly #newest: Newest<Violation>;
  #generation = 0;
  /** Pushed while the list was loading, which may be older; null otherwise. */
  #meanwhile: Violation[] | null = null;

  /** @param newest known versions of violations, from pushes and responses. */
  constructor(list = listNewest, newest = live.violations) {
    this.#list = list;
    this.#newest = newest;
  }

  follow(): () => void {
    void this.load();
    const stops = [
      live.on('violations', 'violation', ({ violation }) => this.take(violation)),
      live.onAgain(() => void this.load()),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  async load(): Promise<void> {
    const generation = ++this.#generation;
    this.#meanwhile = [];
    try {
      const page = await this.#list(kept);
      if (generation !== this.#generation) return;
      this.items = page.items.map((item) => this.#newest.newer(item));
      this.error = null;
      for (const violation of this.#meanwhile ?? []) this.#put(this.#newest.newer(violation));
    } catch (error) {
      if (generation === this.#generation) this.error = error;
    } finally {
      if (generation === this.#generation) {
        this.loading = false;
        this.#meanwhile = null;
      }
    }
  }

  /** Handles a pushed violation. */
  take(violation: Violation): void {
    if (!this.#newest.take(violation)) return;
    this.#meanwhile?.push(violation);
    this.#put(violation);
  }

  #put(violation: Violation): void {
    const rest = this.items.filter((item) => item.id !== violation.id);
    const known = rest.length < this.items.length;
    const oldest = this.items.at(-1);
    if (!known && oldest && rest.length >= kept && violation.startedAt < oldest.startedAt) return;
    this.items = [...rest, violation]
      .sort((a, b) => b.startedAt.localeCompare(a.startedAt) || b.id.localeCompare(a.id))
      .slice(0, kept);
  }
}
