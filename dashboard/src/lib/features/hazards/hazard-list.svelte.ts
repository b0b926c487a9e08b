import { PagedList } from '$lib/api/paged-list.svelte.ts';
import { ApiError } from '$lib/api/problem.ts';
import { Newest } from '$lib/live/newest.ts';
import { OpenRecord, type Outcome } from '$lib/workflow/open-record.svelte.ts';
import type { WorkflowAction } from '$lib/workflow/types.ts';
import { defaultFilters, type HazardFilters, type View } from './filters.ts';
import type { HazardsApi } from './hazards-api.ts';
import type { Hazard, HazardCounts, HazardPage } from './types.ts';

/** A burst of pushes loads once. */
const pause = 350;
/** Rows beyond the first page that are asked for after one burst. */
const mostAsked = 10;
const openViews: ReadonlySet<View> = new Set(['open', 'overdue', 'assigned']);

/**
 * The hazards that the filters ask for, page by page, and the one that is open. The API pushes only
 * that something changed, since not everyone may see the same of a record: it is then asked for.
 */
export class HazardList extends PagedList<Hazard, HazardFilters, HazardPage> {
  counts = $state.raw<HazardCounts | null>(null);
  /** The one that is open. */
  readonly open: OpenRecord<Hazard>;
  readonly #api: HazardsApi;
  /** Answers can overtake each other. */
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

  /** The id beside the selection; null at either end. */
  neighbour(step: 1 | -1): string | null {
    const index = this.selectedIndex;
    const target = index >= 0 ? index + step : step === 1 ? 0 : -1;
    if (step === 1 && target >= this.items.length - 5) void this.loadMore();
    return this.items[target]?.id ?? null;
  }

  /** Takes the word that a hazard was reported or changed. */
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

  /** Takes a step on the one that is open. */
  async act(action: Omit<WorkflowAction, 'version'>): Promise<Outcome<Hazard>> {
    const outcome = await this.open.act(action);
    if (outcome.kind !== 'failed') void this.#refresh();
    return outcome;
  }

  /** Puts a hazard in its place in the list. */
  #place(hazard: Hazard): void {
    const index = this.items.findIndex((item) => item.id === hazard.id);
    if (index >= 0) this.items = this.items.with(index, hazard);
  }

  /** The first page again, with what was loaded beyond it left in place. */
  async #refresh(changed: ReadonlySet<string> = new Set()): Promise<void> {
    try {
      const page = await this.firstAgain();
      if (page === null) return;
      this.counts = page.counts ?? this.counts;
      const fresh = new Set(page.items.map((item) => item.id));
      const last = page.items.at(-1);
      // Rows of the first page that are no longer in it have left the list.
      const beyond = last ? this.items.findIndex((item) => item.id === last.id) : -1;
      const rest = page.next === null || beyond < 0 ? [] : this.items.slice(beyond + 1);
      this.items = [...this.current(page.items), ...rest.filter((item) => !fresh.has(item.id))];
      if (rest.length === 0) this.next = page.next;
      const older = rest.filter((item) => changed.has(item.id)).slice(0, mostAsked);
      await Promise.all(older.map((item) => this.#renew(item.id)));
    } catch {
      // The banner tells of a lost connection; the rows stay.
    }
  }

  /** One row beyond the first page, as it is now. */
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
