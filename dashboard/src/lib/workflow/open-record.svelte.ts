import { ApiError } from '$lib/api/problem.ts';
import { Newest } from '$lib/live/newest.ts';
import type { WorkflowAction, WorkflowRecord } from './types.ts';

/** What came of a step. `conflict`: someone else was faster; the record as it is now is shown. */
export type Outcome<Shown> =
  | { kind: 'saved'; record: Shown }
  | { kind: 'conflict'; record: Shown | null }
  | { kind: 'failed'; error: unknown };

/** What an open record needs of the API. */
export interface RecordApi<Shown, Action> {
  get(id: string): Promise<Shown>;
  act(id: string, action: Action): Promise<Shown>;
}

/** The record that an answer to a conflict carries. */
function currentOf<Shown extends WorkflowRecord>(error: ApiError, id: string): Shown | null {
  const { current } = (error.body ?? {}) as { current?: Shown };
  return current?.id === id ? current : null;
}

/**
 * The one record that a page shows, and the steps that are taken on it. An answer to what is no
 * longer open, or that is older than what is known, is never shown.
 */
export class OpenRecord<
  Shown extends WorkflowRecord,
  Action extends WorkflowAction = WorkflowAction,
> {
  id = $state<string | null>(null);
  value = $state.raw<Shown | null>(null);
  error = $state.raw<unknown>(null);
  /** True while a step of this person is on its way. */
  acting = $state(false);
  readonly #api: RecordApi<Shown, Action>;
  readonly #newest: Newest<Shown>;
  readonly #taken: (record: Shown) => void;

  /**
   * @param newest shared with a list that shows the same records.
   * @param taken told of each record that came.
   */
  constructor(
    api: RecordApi<Shown, Action>,
    newest = new Newest<Shown>(),
    taken: (record: Shown) => void = () => {},
  ) {
    this.#api = api;
    this.#newest = newest;
    this.#taken = taken;
  }

  /** Opens one, or none; the one that is open already stays as it is. */
  async open(id: string | null): Promise<void> {
    if (id === this.id && (this.value || id === null)) return;
    this.id = id;
    this.error = null;
    this.value = null;
    await this.load();
  }

  /** Reads it again; what is shown stays in sight meanwhile. */
  async load(): Promise<void> {
    const { id } = this;
    if (id === null) return;
    try {
      const found = await this.#api.get(id);
      if (this.id !== id) return;
      this.take(found);
      this.error = null;
    } catch (error) {
      if (this.id === id) this.error = error;
    }
  }

  /** Takes an answer of the API. */
  take(answer: Shown): void {
    const record = this.#newest.newer(answer);
    if (this.id === record.id) this.value = record;
    this.#taken(record);
  }

  /** Takes a step on what is shown; the version that was looked at goes with it. */
  async act(action: Omit<Action, 'version'>): Promise<Outcome<Shown>> {
    const shown = this.value;
    if (!shown || this.acting) return { kind: 'failed', error: new Error('nothing is open') };
    this.acting = true;
    try {
      const saved = await this.#api.act(shown.id, {
        ...action,
        version: shown.version,
      } as Action);
      this.take(saved);
      return { kind: 'saved', record: saved };
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409) return { kind: 'failed', error };
      if (!error.code.endsWith('version-conflict')) return { kind: 'failed', error };
      const current = currentOf<Shown>(error, shown.id);
      if (current) this.take(current);
      else await this.load();
      return { kind: 'conflict', record: this.value };
    } finally {
      this.acting = false;
    }
  }
}
