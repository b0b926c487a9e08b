import { PagedList } from '$lib/api/paged-list.svelte.ts';
import { defaultFilters, type TaskFilters } from './filters.ts';
import type { Task, TaskCounts, TaskPage } from './tasks-api.ts';

/** Debounce of a burst of pushes. */
const pause = 350;

/** The filtered, paginated tasks, reloaded when one of them changed. */
export class TaskList extends PagedList<Task, TaskFilters, TaskPage> {
  /** Counts of the whole scope, independent of the filters. */
  counts = $state.raw<TaskCounts | null>(null);
  /** The filters of the current rows; null before the first response. */
  answered = $state.raw<TaskFilters | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(list: (filters: TaskFilters, cursor: string | null) => Promise<TaskPage>) {
    super(defaultFilters, list);
  }

  protected override loaded(page: TaskPage): void {
    this.counts = page.counts ?? null;
    this.answered = this.filters;
  }

  /** Handles a push about changed tasks. */
  receive(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.load();
    }, pause);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
