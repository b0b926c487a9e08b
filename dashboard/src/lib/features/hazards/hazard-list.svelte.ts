import { PagedList } from '$lib/api/paged-list.svelte.ts';
import { ApiError } from '$lib/api/problem.ts';
import { Newest } from '$lib/live/newest.ts';
import { OpenRecord, type Outcome } from '$lib/workflow/open-record.svelte.ts';
import type { WorkflowAction } from '$lib/workflow/types.ts';
import { defaultFilters, type HazardFilters, type View } from './filters.ts';
import type { HazardsApi } from './hazards-api.ts';
import type { Hazard, HazardCounts, HazardPage } from './types.ts';

/** Debounce of a burst of pushes. */
const pause = 350;
/** Maximum rows beyond the first page that are reloaded after a burst. */
const mostAsked = 10;
const openViews: ReadonlySet<View> = new Set(['open', 'overdue', 'assigned']);

/**
 * The filtered, paginated hazards, and the open one. The API pushes only that a hazard changed,
 * since views differ by user: it is then reloaded.
 */
export class HazardList extends PagedList<Hazard, HazardFilters, HazardPage> {
  counts = $state.raw<HazardCounts | null>(null);
  /** The open hazard. */
  readonly open: OpenRecord<Hazard>;
  readonly #api: HazardsApi;
  /** Responses may arrive out of order. */
  readonly #newest = new Newest<Hazard>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #changed = new Set<string>();

  constructor(api: HazardsApi) {
    super(defaultFilters, (filters, cursor) => api.list(filters, cursor));
    this.#api = api;
    this.open = new OpenRecord(api, this.#newest, (hazard) => this.#place(hazard));
  }

  protected override current(rows: Hazard[]): Hazard[] {
    return rows.map((row) => this.#newest.newer(row));
  }

  protected override loaded(page: HazardPage): void {
    this.counts = page.counts ?? this.counts;
  }

  async select(id: string | null): Promise<void> {
    this.selectedId = id;
    await this.open.open(id);
  }

  /** The id next to the selection; null at either end. */
  neighbour(step: 1 | -1): string | null {
    const index = this.selectedIndex;
    const target = index >= 0 ? index + step : step === 1 ? 0 : -1;
    if (step === 1 && target >= this.items.length - 5) void this.loadMore();
    return this.items[target]?.id ?? null;
  }

  /** Handles a push about a reported or changed hazard. */
  receive(id: string): void {
    this.#changed.add(id);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const changed = this.#changed;
      this.#changed = new Set();
      if (this.selectedId && changed.has(this.selectedId)) void this.open.load();
      void this.#refresh(changed);
    }, pause);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Does a step of the open hazard. */
  async act(action: Omit<WorkflowAction, 'version'>): Promise<Outcome<Hazard>> {
    const outcome = await this.open.act(action);
    if (outcome.kind !== 'failed') void this.#refresh();
    return outcome;
  }

  /** Replaces a hazard in the list. */
  #place(hazard: Hazard): void {
    const index = this.items.findIndex((item) => item.id === hazard.id);
    if (index >= 0) this.items = this.items.with(index, hazard);
  }

  /** Reloads the first page, keeping later pages. */
  async #refresh(changed: ReadonlySet<string> = new Set()): Promise<void> {
    try {
      const page = await this.firstAgain();
      if (page === null) return;
      this.counts = page.counts ?? this.counts;
      const fresh = new Set(page.items.map((item) => item.id));
      const last = page.items.at(-1);
      // Rows no longer in the first page have left the list.
      const beyond = last ? this.items.findIndex((item) => item.id === last.id) : -1;
      const rest = page.next === null || beyond < 0 ? [] : this.items.slice(beyond + 1);
      this.items = [...this.current(page.items), ...rest.filter((item) => !fresh.has(item.id))];
      if (rest.length === 0) this.next = page.next;
      const older = rest.filter((item) => changed.has(item.id)).slice(0, mostAsked);
      await Promise.all(older.map((item) => this.#renew(item.id)));
    } catch {
      // The banner reports a lost connection; the rows stay.
    }
  }

  /** Reloads one row beyond the first page. */
  async #renew(id: string): Promise<void> {
    try {
      const found = await this.#api.get(id);
      const leaves = found.closedAt !== null && openViews.has(this.filters.view);
      if (leaves) this.items = this.items.filter((item) => item.id !== id);
      else this.open.take(found);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
      this.items = this.items.filter((item) => item.id !== id);
    }
  }
}
