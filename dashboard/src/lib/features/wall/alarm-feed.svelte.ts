import { client, take } from '$lib/api/client.ts';
import type { Incident } from '$lib/api/types.ts';
import { live } from '$lib/live/live.svelte.ts';
import type { Newest } from '$lib/live/newest.ts';

const kept = 40;

/** The API of the feed: the newest incidents, up to a limit. */
export type ListNewest = (limit: number) => Promise<{ items: Incident[] }>;

const listNewest: ListNewest = (limit) =>
  take(client.GET('/api/v1/incidents', { params: { query: { limit } } }));

/** The newest incidents, regardless of verdicts: one alarm for all findings of an act. */
export class AlarmFeed {
  items = $state.raw<Incident[]>([]);
  loading = $state(true);
  error = $state.raw<unknown>(null);
  readonly #list: ListNewest;
  readonly #newest: Newest<Incident>;
  #generation = 0;
  /** Pushed while the list was loading, which may be older; null otherwise. */
  #meanwhile: Incident[] | null = null;

  /** @param newest known versions of incidents, from pushes and responses. */
  constructor(list = listNewest, newest = live.incidents) {
    this.#list = list;
    this.#newest = newest;
  }

  follow(): () => void {
    void this.load();
    const stops = [
      live.on('incidents', 'incident', ({ incident }) => this.take(incident)),
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
      for (const incident of this.#meanwhile ?? []) this.#put(this.#newest.newer(incident));
    } catch (error) {
      if (generation === this.#generation) this.error = error;
    } finally {
      if (generation === this.#generation) {
        this.loading = false;
        this.#meanwhile = null;
      }
    }
  }

  /** Handles a pushed incident. */
  take(incident: Incident): void {
    if (!this.#newest.take(incident)) return;
    this.#meanwhile?.push(incident);
    this.#put(incident);
  }

  #put(incident: Incident): void {
    const rest = this.items.filter((item) => item.id !== incident.id);
    if (incident.mergedInto !== null) {
      this.items = rest;
      return;
    }
    const known = rest.length < this.items.length;
    const oldest = this.items.at(-1);
    if (!known && oldest && rest.length >= kept && incident.startedAt < oldest.startedAt) return;
    this.items = [...rest, incident]
      .sort((a, b) => b.startedAt.localeCompare(a.startedAt) || b.id.localeCompare(a.id))
      .slice(0, kept);
  }
}
