import { live } from '$lib/live/live.svelte.ts';
import { countTasks, type TaskCounts } from './tasks-api.ts';

/** Debounce: a burst of pushes causes one request. */
const pause = 400;

/** The number of this user's tasks, for the menu and the start page. */
class TaskCount {
  counts = $state.raw<TaskCounts | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #followers = 0;
  #stops: (() => void)[] = [];

  /** Kept up to date until the last subscriber stops. */
  follow(): () => void {
    if (this.#followers++ === 0) {
      void this.#load();
      this.#stops = [
        live.on('tasks', 'tasks', () => this.refresh()),
        live.onAgain(() => this.refresh()),
      ];
    }
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      if (--this.#followers > 0) return;
      clearTimeout(this.#timer);
      for (const stop of this.#stops) stop();
      this.#stops = [];
      this.counts = null;
    };
  }

  refresh(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#load(), pause);
  }

  async #load(): Promise<void> {
    try {
      this.counts = await countTasks();
    } catch {
      // The banner reports a lost connection; the last number stays.
    }
  }
}

export const taskCount = new TaskCount();
