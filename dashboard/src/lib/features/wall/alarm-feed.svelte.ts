import { client, take } from '$lib/api/client.ts';
import type { Violation } from '$lib/api/types.ts';
import { live } from '$lib/live/live.svelte.ts';

const kept = 40;

/** The newest violations, whatever was decided on them. */
export class AlarmFeed {
  items = $state.raw<Violation[]>([]);
  loading = $state(true);
  error = $state.raw<unknown>(null);

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
    try {
      const page = await take(
        client.GET('/api/v1/violations', { params: { query: { limit: kept } } }),
      );
      this.items = page.items;
      this.error = null;
    } catch (error) {
      this.error = error;
    } finally {
      this.loading = false;
    }
  }

  take(violation: Violation): void {
    const rest = this.items.filter((item) => item.id !== violation.id);
    const known = rest.length < this.items.length;
    const oldest = this.items.at(-1);
    if (!known && oldest && rest.length >= kept && violation.startedAt < oldest.startedAt) return;
    this.items = [...rest, violation]
      .sort((a, b) => b.startedAt.localeCompare(a.startedAt) || b.id.localeCompare(a.id))
      .slice(0, kept);
  }
}
