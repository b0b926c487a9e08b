import { PagedList } from '$lib/api/paged-list.svelte.ts';
import { ApiError } from '$lib/api/problem.ts';
import type { User, VerdictRequest, Violation } from '$lib/api/types.ts';
import { Newest } from '$lib/live/newest.ts';
import { defaultFilters, type Filters, matches } from './filters.ts';
import type { QueueApi } from './queue-api.ts';

/** A decision of the user; `reopen` is the undo. */
export type Decision = VerdictRequest extends infer One
  ? One extends VerdictRequest
    ? Omit<One, 'version'>
    : never
  : never;

/** The result of a decision, for the toast. */
export type Outcome =
  | { kind: 'saved'; violation: Violation; decision: Decision }
  | { kind: 'conflict'; violation: Violation }
  | { kind: 'failed'; violation: Violation; error: unknown };

interface Waiting {
  before: Violation;
  /** Index in the list before the decision, -1 if not in it. */
  index: number;
  saved: Promise<Outcome>;
}

/**
 * The review queue: filtered, paginated rows, updated by the API's pushes, and the user's
 * decisions, shown optimistically and reverted on failure.
 */
export class ViolationQueue extends PagedList<Violation, Filters> {
  /** Number of rows inserted by pushes since the user last saw the top. */
  arrived = $state(0);
  selectedError = $state.raw<unknown>(null);
  /** The selected record, also if it is not in the list. */
  selected = $state.raw<Violation | null>(null);
  readonly #api: QueueApi;
  readonly #user: () => Pick<User, 'id' | 'displayName'>;
  /** Index of the selection, to find the next one after its row has left. */
  #place = 0;
  #history: Waiting[] = [];
  readonly #newest: Newest<Violation>;
  /** Pushed while the first page was loading, which may be older. */
  #meanwhile: Violation[] = [];

  /** @param newest known versions of violations, from pushes and responses. */
  constructor(
    api: QueueApi,
    user: () => Pick<User, 'id' | 'displayName'>,
    newest = new Newest<Violation>(),
  ) {
    super(defaultFilters, (filters, cursor) => api.list(filters, cursor));
    this.#api = api;
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

  protected override loaded(): void {
    this.arrived = 0;
    for (const violation of this.#meanwhile) this.receive(violation);
  }

  /** Shows one record; loads it if it is not in the list. */
  async select(id: string | null): Promise<void> {
    if (id === this.selectedId && (this.selected || id === null)) return;
    const before = this.selectedId;
    this.selectedId = id;
    this.selectedError = null;
    // A row that stayed only because it was selected is removed now.
    if (before)
      this.items = this.items.filter((item) => item.id !== before || matches(item, this.filters));
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

  /** Handles a pushed violation. */
  receive(violation: Violation): void {
    if (!this.#newest.take(violation)) return;
    // The user has decided on that version, or on a later one.
    const mine = this.#history.find((entry) => entry.before.id === violation.id);
    if (mine && mine.before.version >= violation.version) return;
    if (violation.id === this.selectedId) this.selected = violation;
    const index = this.items.findIndex((item) => item.id === violation.id);
    if (index >= 0) {
      const stays = matches(violation, this.filters) || violation.id === this.selectedId;
      this.items = stays ? this.items.with(index, violation) : this.items.toSpliced(index, 1);
      return;
    }
    if (this.loading) {
      this.#meanwhile.push(violation);
      return;
    }
    if (!matches(violation, this.filters)) return;
    if (this.#insert(violation)) this.arrived += 1;
  }

  /** The user has seen the top of the list. */
  seenTop(): void {
    this.arrived = 0;
  }

  /** Decides on a violation: shown optimistically, reverted on failure. */
  decide(before: Violation, decision: Decision): Promise<Outcome> {
    const index = this.items.findIndex((item) => item.id === before.id);
    this.#replace(this.#foresee(before, decision));
    const saved = this.#save(before, decision, index);
    if (decision.decision !== 'reopen') this.#history.push({ before, index, saved });
    return saved;
  }

  /** Undoes the user's last verdict; null without one. */
  async undo(): Promise<Outcome | null> {
    const last = this.#history.pop();
    if (!last) return null;
    const outcome = await last.saved;
    if (outcome.kind !== 'saved') return this.undo();
    const current = this.selected?.id === last.before.id ? this.selected : outcome.violation;
    return this.decide(current, { decision: 'reopen' });
  }

  async #save(before: Violation, decision: Decision, index: number): Promise<Outcome> {
    try {
      const violation = this.#newest.newer(await this.#send(before, decision));
      this.#replace(violation, index);
      return { kind: 'saved', violation, decision };
    } catch (error) {
      const current = currentOf(error);
      this.#history = this.#history.filter((entry) => entry.before !== before);
      this.#replace(this.#newest.newer(current ?? before), index);
      return current
        ? { kind: 'conflict', violation: current }
        : { kind: 'failed', violation: before, error };
    }
  }

  /**
   * A record also gets a new version when its clip arrives. If no other user has decided in
   * between, the decision is still valid and is repeated once.
   */
  async #send(before: Violation, decision: Decision): Promise<Violation> {
    try {
      return await this.#api.decide(before.id, { ...decision, version: before.version });
    } catch (error) {
      const current = currentOf(error);
      if (current?.status !== before.status || current.verdict?.at !== before.verdict?.at)
        throw error;
      return this.#api.decide(before.id, { ...decision, version: current.version });
    }
  }

  #foresee(before: Violation, decision: Decision): Violation {
    if (decision.decision === 'reopen') return { ...before, status: 'pending', verdict: null };
    return {
      ...before,
      status: decision.decision === 'confirm' ? 'confirmed' : 'dismissed',
      verdict: {
        by: this.#user(),
        at: new Date().toISOString(),
        reason: decision.decision === 'dismiss' ? decision.reason : null,
        note: decision.note ?? null,
      },
    };
  }

  /** Replaces a record by its new version; it enters or leaves the list by the filters. */
  #replace(violation: Violation, place?: number): void {
    if (violation.id === this.selectedId) this.selected = violation;
    const index = this.items.findIndex((item) => item.id === violation.id);
    const belongs = matches(violation, this.filters);
    if (index >= 0) {
      this.items = belongs ? this.items.with(index, violation) : this.items.toSpliced(index, 1);
    } else if (belongs && place !== undefined && place >= 0) {
      this.items = this.items.toSpliced(Math.min(place, this.items.length), 0, violation);
    } else if (belongs) this.#insert(violation);
  }

  /** Sorted by start; false where it belongs to a page that is not loaded yet. */
  #insert(violation: Violation): boolean {
    const sign = this.filters.order === 'newest' ? -1 : 1;
    const before = (item: Violation): boolean => {
      const time = item.startedAt.localeCompare(violation.startedAt) * sign;
      return time === 0 ? item.id.localeCompare(violation.id) * sign < 0 : time < 0;
    };
    const found = this.items.findIndex((item) => !before(item));
    if (found < 0 && this.next !== null) return false;
    this.items = this.items.toSpliced(found < 0 ? this.items.length : found, 0, violation);
    return true;
  }

  /** Current versions of a response's rows, without those that no longer match. */
  protected override current(rows: Violation[]): Violation[] {
    return rows.flatMap((row) => {
      const item = this.#newest.newer(row);
      return item === row || matches(item, this.filters) || item.id === this.selectedId
        ? [item]
        : [];
    });
  }
}

/** The current record in the body of a conflict; else null. */
function currentOf(error: unknown): Violation | null {
  if (!(error instanceof ApiError) || error.status !== 409) return null;
  const body = error.body;
  return typeof body === 'object' && body !== null && 'current' in body
    ? (body.current as Violation)
    : null;
}
