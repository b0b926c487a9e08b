import { type Page, PagedList } from '$lib/api/paged-list.svelte.ts';
import type { User, VerdictRequest, ViolationStatus } from '$lib/api/types.ts';
import { defaultFilters, type Filters } from '$lib/features/violations/filters.ts';
import { Newest } from '$lib/live/newest.ts';
import { currentOf, isMany, isOne, type Many, type Step } from './review-history.ts';

/** A record that waits for a verdict. */
export interface Reviewed {
  id: string;
  version: number;
  status: ViolationStatus;
  startedAt: string;
  verdict: {
    by: Pick<User, 'id' | 'displayName'>;
    at: string;
    reason: Reason | null;
    note: string | null;
  } | null;
}
type Reason = Extract<VerdictRequest, { decision: 'dismiss' }>['reason'];

/** The API of a queue. */
export interface ReviewApi<Item> {
  list(filters: Filters, cursor: string | null): Promise<{ items: Item[]; next: string | null }>;
  get(id: string): Promise<Item>;
  decide(id: string, verdict: VerdictRequest): Promise<Item>;
}

/** What a queue needs to know of its records. */
export interface ReviewRules<Item> {
  matches(item: Item, filters: Filters): boolean;
  /** A record as it will be after a decision. */
  foresee(before: Item, decided: Pick<Reviewed, 'status' | 'verdict'>): Item;
  /** Whether a decision still counts for the record as it is now. */
  stillCounts(before: Item, current: Item): boolean;
}

/** A decision of the user; `reopen` is the undo. */
export type Decision = (VerdictRequest extends infer One
  ? One extends VerdictRequest
    ? Omit<One, 'version'>
    : never
  : never) & {
  /** Also where another reviewer has claimed the incident. */
  despiteClaim?: boolean;
};

/** The result of a decision, for the toast. */
export type Outcome<Item> =
  | { kind: 'saved'; item: Item; decision: Decision }
  | { kind: 'conflict'; item: Item }
  | { kind: 'failed'; item: Item; error: unknown };

/**
 * The review queue: filtered, paginated rows, updated by the API's pushes, and the user's
 * decisions, shown optimistically and reverted on failure.
 */
export class ReviewQueue<Item extends Reviewed> extends PagedList<Item, Filters> {
  /** Number of rows inserted by pushes since the user last saw the top. */
  arrived = $state(0);
  selectedError = $state.raw<unknown>(null);
  /** The selected record, also if it is not in the list. */
  selected = $state.raw<Item | null>(null);
  readonly #api: ReviewApi<Item>;
  readonly #rules: ReviewRules<Item>;
  readonly #user: () => Pick<User, 'id' | 'displayName'>;
  /** Index of the selection, to find the next one after its row has left. */
  #place = 0;
  #history: Step<Item>[] = [];
  readonly #newest: Newest<Item>;
  /** Pushed while the first page was loading, which may be older. */
  #meanwhile: Item[] = [];

  /** @param newest known versions of records, from pushes and responses. */
  constructor(
    api: ReviewApi<Item>,
    rules: ReviewRules<Item>,
    user: () => Pick<User, 'id' | 'displayName'>,
    newest = new Newest<Item>(),
  ) {
    super(defaultFilters, (filters, cursor) => api.list(filters, cursor));
    this.#api = api;
    this.#rules = rules;
    this.#user = user;
    this.#newest = newest;
  }

  get canUndo(): boolean {
    return this.#history.length > 0;
  }

  override load(filters: Filters = this.filters): Promise<void> {
    this.#meanwhile = [];
    return super.load(filters);
  }

  protected override loaded(_answer: Page<Item>): void {
    this.arrived = 0;
    for (const record of this.#meanwhile) this.receive(record);
  }

  /** Shows one record; loads it if it is not in the list. */
  async select(id: string | null): Promise<void> {
    if (id === this.selectedId && (this.selected || id === null)) return;
    const before = this.selectedId;
    this.selectedId = id;
    this.selectedError = null;
    // A row that stayed only because it was selected is removed now.
    if (before)
      this.items = this.items.filter(
        (item) => item.id !== before || this.#rules.matches(item, this.filters),
      );
    const index = this.selectedIndex;
    if (index >= 0) this.#place = index;
    this.selected = this.items[index] ?? null;
    if (id === null || this.selected) return;
    try {
      const found = this.#newest.newer(await this.#api.get(id));
      if (this.selectedId === id) this.selected = found;
    } catch (error) {
      if (this.selectedId === id) this.selectedError = error;
    }
  }

  /** The id next to the selection; null at either end. Loads the next page before the end. */
  neighbour(step: 1 | -1): string | null {
    const index = this.selectedIndex;
    const from = index >= 0 ? index + step : step === 1 ? this.#place : this.#place - 1;
    const target = this.selectedId === null ? (step === 1 ? 0 : this.items.length - 1) : from;
    if (step === 1 && target >= this.items.length - 5) void this.loadMore();
    return this.items[target]?.id ?? null;
  }

  /** Handles a pushed record. */
  receive(record: Item): void {
    if (!this.#newest.take(record)) return;
    // The user has decided on that version, or on a later one.
    const mine = this.#history.find((one) => isOne(one) && one.before.id === record.id);
    if (mine && isOne(mine) && mine.before.version >= record.version) return;
    if (record.id === this.selectedId) this.selected = record;
    const index = this.items.findIndex((item) => item.id === record.id);
    if (index >= 0) {
      const stays = this.#rules.matches(record, this.filters) || record.id === this.selectedId;
      this.items = stays
        ? this.arranged(this.items.with(index, record))
        : this.items.toSpliced(index, 1);
      return;
    }
    if (this.loading) {
      this.#meanwhile.push(record);
      return;
    }
    if (!this.#rules.matches(record, this.filters)) return;
    if (this.insert(record)) this.arrived += 1;
  }

  /** Reads one record again. */
  read(id: string): Promise<Item> {
    return this.#api.get(id);
  }

  /** The user has seen the top of the list. */
  seenTop(): void {
    this.arrived = 0;
  }

  /** Decides on a record: shown optimistically, reverted on failure. */
  decide(before: Item, decision: Decision): Promise<Outcome<Item>> {
    const index = this.items.findIndex((item) => item.id === before.id);
    this.#replace(this.foresee(before, decision));
    const saved = this.#save(before, decision, index);
    if (decision.decision !== 'reopen') this.#history.push({ before, index, saved });
    return saved;
  }

  /** Notes a decision on many records, as it left them, so that it can be undone. */
  rememberMany(many: readonly Item[]): Many<Item> {
    const step = { many };
    this.#history.push(step);
    return step;
  }

  /** Whether the user's last decision was on many records. */
  get wasMany(): boolean {
    const last = this.#history.at(-1);
    return last !== undefined && !isOne(last);
  }

  /** A decision on many, or the last one, no longer remembered; null where it is not. */
  takeMany(step?: Many<Item>): Many<Item> | null {
    const found = this.#history.filter(isMany).findLast((one) => !step || one === step);
    this.#history = this.#history.filter((one) => one !== found);
    return found ?? null;
  }

  /** Shows a record of an answer, or what is known to be newer. @returns that. */
  take(record: Item, place?: number): Item {
    const now = this.#newest.newer(record);
    this.#replace(now, place);
    return now;
  }

  /** Undoes the user's last verdict on one record, or the one on this; null without one. */
  async undo(of?: Item): Promise<Outcome<Item> | null> {
    const last = this.#history.filter(isOne).findLast((one) => !of || one.before === of);
    if (!last) return null;
    this.#history = this.#history.filter((one) => one !== last);
    const outcome = await last.saved;
    if (outcome.kind !== 'saved') return of ? null : this.undo();
    const current = this.selected?.id === last.before.id ? this.selected : outcome.item;
    return this.decide(current, { decision: 'reopen' });
  }

  async #save(before: Item, decision: Decision, index: number): Promise<Outcome<Item>> {
    try {
      const record = this.#newest.newer(await this.#send(before, decision));
      this.#replace(record, index);
      return { kind: 'saved', item: record, decision };
    } catch (error) {
      const current = currentOf<Item>(error);
      this.#history = this.#history.filter((one) => !isOne(one) || one.before !== before);
      this.#replace(this.#newest.newer(current ?? before), index);
      return current
        ? { kind: 'conflict', item: current }
        : { kind: 'failed', item: before, error };
    }
  }

  /** A record can get a new version without another verdict: then the decision is repeated once. */
  async #send(before: Item, decision: Decision): Promise<Item> {
    try {
      return await this.#api.decide(before.id, { ...decision, version: before.version });
    } catch (error) {
      const current = currentOf<Item>(error);
      if (!current || !this.#rules.stillCounts(before, current)) throw error;
      return this.#api.decide(before.id, { ...decision, version: current.version });
    }
  }

  /** A record as it will be after a decision. */
  foresee(before: Item, decision: Decision): Item {
    if (decision.decision === 'reopen') {
      return this.#rules.foresee(before, { status: 'pending', verdict: null });
    }
    return this.#rules.foresee(before, {
      status: decision.decision === 'confirm' ? 'confirmed' : 'dismissed',
      verdict: {
        by: this.#user(),
        at: new Date().toISOString(),
        reason: decision.decision === 'dismiss' ? decision.reason : null,
        note: decision.note ?? null,
      },
    });
  }

  /** Replaces a record by its new version; it enters or leaves the list by the filters. */
  #replace(record: Item, place?: number): void {
    if (record.id === this.selectedId) this.selected = record;
    const index = this.items.findIndex((item) => item.id === record.id);
    const belongs = this.#rules.matches(record, this.filters);
    if (index >= 0) {
      this.items = belongs
        ? this.arranged(this.items.with(index, record))
        : this.items.toSpliced(index, 1);
    } else if (belongs && place !== undefined && place >= 0) {
      this.items = this.items.toSpliced(Math.min(place, this.items.length), 0, record);
      this.items = this.arranged(this.items);
    } else if (belongs) this.insert(record);
  }

  /**
   * Where the list goes on without rows of it being loaded, as another group does: opens that, and says its row next to
   * the selection. Null where there is nothing to open.
   */
  further(_step: 1 | -1): Promise<string | null> | null {
    return null;
  }

  /** The rows in the order of the list, after one of them changed. */
  protected arranged(items: Item[]): Item[] {
    return items;
  }

  /** By start, as the list is sorted: negative where the first one comes before. */
  protected compare(one: Item, other: Item): number {
    const sign = this.filters.order === 'newest' ? -1 : 1;
    return (one.startedAt.localeCompare(other.startedAt) || one.id.localeCompare(other.id)) * sign;
  }

  /** Puts a record in its place; false where it belongs to a page that is not loaded yet. */
  protected insert(record: Item): boolean {
    const found = this.items.findIndex((item) => this.compare(item, record) >= 0);
    if (found < 0 && this.next !== null) return false;
    this.items = this.items.toSpliced(found < 0 ? this.items.length : found, 0, record);
    return true;
  }

  /** Current versions of a response's rows, without those that no longer match. */
  protected override current(rows: Item[]): Item[] {
    return rows.flatMap((row) => {
      const item = this.#newest.newer(row);
      return item === row || this.#rules.matches(item, this.filters) || item.id === this.selectedId
        ? [item]
        : [];
    });
  }
}
