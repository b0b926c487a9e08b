import { ApiError } from '$lib/api/problem.ts';
import { defaultFilters, type HazardFilters, type View } from './filters.ts';
import type { HazardsApi } from './hazards-api.ts';
import type { Hazard, HazardAction, HazardCounts } from './types.ts';

/** What came of a step. `conflict`: someone else was faster; the record as it is now is shown. */
export type Outcome =
  | { kind: 'saved'; hazard: Hazard }
  | { kind: 'conflict'; hazard: Hazard | null }
  | { kind: 'failed'; error: unknown };

/** A burst of pushes loads once. */
const pause = 350;
/** Rows beyond the first page that are asked for after one burst. */
const mostAsked = 10;
const openViews: ReadonlySet<View> = new Set(['open', 'overdue', 'assigned']);

/**
 * The hazards that the filters ask for, page by page, and the one that is open. The API pushes only
 * that something changed, since not everyone may see the same of a record: it is then asked for.
 */
export class HazardList {
  items = $state.raw<Hazard[]>([]);
  counts = $state.raw<HazardCounts | null>(null);
  filters = $state.raw<HazardFilters>(defaultFilters);
  loading = $state(false);
  loadingMore = $state(false);
  error = $state.raw<unknown>(null);
  moreError = $state.raw<unknown>(null);
  next = $state<string | null>(null);
  selectedId = $state<string | null>(null);
  selected = $state.raw<Hazard | null>(null);
  selectedError = $state.raw<unknown>(null);
  /** True while the step of this person is on its way. */
  acting = $state(false);
  readonly #api: HazardsApi;
  #generation = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #changed = new Set<string>();

  constructor(api: HazardsApi) {
    this.#api = api;
  }

  get selectedIndex(): number {
    return this.items.findIndex((item) => item.id === this.selectedId);
  }

  /** Loads the first page. Rows stay in sight while the same filters are loaded again. */
  async load(filters: HazardFilters = this.filters): Promise<void> {
    const generation = ++this.#generation;
    if (filters !== this.filters) this.items = [];
    this.filters = filters;
    this.loading = true;
    this.loadingMore = false;
    this.error = this.moreError = null;
    try {
      const page = await this.#api.list(filters, null);
      if (generation !== this.#generation) return;
      this.items = page.items;
      this.next = page.next;
      this.counts = page.counts ?? this.counts;
    } catch (error) {
      if (generation === this.#generation) this.error = error;
    } finally {
      if (generation === this.#generation) this.loading = false;
    }
  }

  async loadMore(): Promise<void> {
    if (!this.next || this.loading || this.loadingMore) return;
    const generation = this.#generation;
    this.loadingMore = true;
    this.moreError = null;
    try {
      const page = await this.#api.list(this.filters, this.next);
      if (generation !== this.#generation) return;
      const known = new Set(this.items.map((item) => item.id));
      this.items = [...this.items, ...page.items.filter((item) => !known.has(item.id))];
      this.next = page.next;
    } catch (error) {
      if (generation === this.#generation) this.moreError = error;
    } finally {
      if (generation === this.#generation) this.loadingMore = false;
    }
  }

  /** Opens one: what the list knows at once, then all of it. */
  async select(id: string | null): Promise<void> {
    if (id === this.selectedId && (this.selected || id === null)) return;
    this.selectedId = id;
    this.selectedError = null;
    this.selected = null;
    if (id !== null) await this.#open(id);
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
      if (this.selectedId && changed.has(this.selectedId)) void this.#open(this.selectedId);
      void this.#refresh(changed);
    }, pause);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Takes a step; the version that was looked at goes with it. */
  async act(action: Omit<HazardAction, 'version'>): Promise<Outcome> {
    const hazard = this.selected;
    if (!hazard || this.acting) return { kind: 'failed', error: new Error('nothing is open') };
    this.acting = true;
    try {
      const saved = await this.#api.act(hazard.id, { ...action, version: hazard.version });
      this.#take(saved);
      void this.#refresh();
      return { kind: 'saved', hazard: saved };
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409) return { kind: 'failed', error };
      if (!error.code.endsWith('version-conflict')) return { kind: 'failed', error };
      await this.#open(hazard.id);
      void this.#refresh();
      return { kind: 'conflict', hazard: this.selected };
    } finally {
      this.acting = false;
    }
  }

  async #open(id: string): Promise<void> {
    try {
      const found = await this.#api.get(id);
      if (this.selectedId !== id) return;
      this.#take(found);
      this.selectedError = null;
    } catch (error) {
      if (this.selectedId === id) this.selectedError = error;
    }
  }

  #take(hazard: Hazard): void {
    if (this.selectedId === hazard.id) this.selected = hazard;
    const index = this.items.findIndex((item) => item.id === hazard.id);
    if (index >= 0) this.items = this.items.with(index, hazard);
  }

  /** The first page again, with what was loaded beyond it left in place. */
  async #refresh(changed: ReadonlySet<string> = new Set()): Promise<void> {
    const generation = this.#generation;
    try {
      const page = await this.#api.list(this.filters, null);
      if (generation !== this.#generation) return;
      this.counts = page.counts ?? this.counts;
      const fresh = new Set(page.items.map((item) => item.id));
      const last = page.items.at(-1);
      // Rows of the first page that are no longer in it have left the list.
      const beyond = last ? this.items.findIndex((item) => item.id === last.id) : -1;
      const rest = page.next === null || beyond < 0 ? [] : this.items.slice(beyond + 1);
      this.items = [...page.items, ...rest.filter((item) => !fresh.has(item.id))];
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
      else this.#take(found);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
      this.items = this.items.filter((item) => item.id !== id);
    }
  }
}
