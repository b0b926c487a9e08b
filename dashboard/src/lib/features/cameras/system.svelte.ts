import { client, take } from '$lib/api/client.ts';
import type { System } from '$lib/api/types.ts';
import { live } from '$lib/live/live.svelte.ts';

const refreshEvery = 10_000;

/** Workers and the problems of cameras.yaml. */
export class SystemState {
  value = $state.raw<System | null>(null);
  loading = $state(true);
  error = $state.raw<unknown>(null);

  follow(): () => void {
    void this.load();
    const timer = setInterval(() => void this.load(), refreshEvery);
    const stops = [
      live.on('system', 'worker', ({ status }) => {
        if (!this.value) return;
        const others = this.value.workers.filter((worker) => worker.worker !== status.worker);
        const workers = [...others, status].sort((a, b) => a.worker.localeCompare(b.worker));
        this.value = { ...this.value, workers };
      }),
      live.onAgain(() => void this.load()),
    ];
    return () => {
      clearInterval(timer);
      for (const stop of stops) stop();
    };
  }

  async load(): Promise<void> {
    try {
      this.value = await take(client.GET('/api/v1/system'));
      this.error = null;
    } catch (error) {
      this.error = error;
    } finally {
      this.loading = false;
    }
  }
}
