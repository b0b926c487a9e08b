import { PagedList } from '$lib/api/paged-list.svelte.ts';
import { defaultFilters, type TaskFilters } from './filters.ts';
import type { Task, TaskCounts, TaskPage } from './tasks-api.ts';

/** A burst of pushes loads once. */
const pause = 350;

/** The tasks that the filters ask for, page by page, loaded anew when one of them changed. */
export class TaskList extends PagedList<Task, TaskFilters, TaskPage> {
  /** Of the whole scope, whatever else the filters say. */
  counts = $state.raw<TaskCounts | null>(null);
  /** Which filters the rows answer; null before the first answer. */
  answered = $state.raw<TaskFilters | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(list: (filters: TaskFilters, cursor: string | null) => Promise<TaskPage>) {
    super(defaultFilters, list);
  }

  protected override loaded(page: TaskPage): void {
    this.counts = page.counts ?? null;
    this.answered = this.filters;
  }

  /** Takes the word that tasks changed. */
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
