import { ApiError } from '$lib/api/problem.ts';
import { Newest } from '$lib/live/newest.ts';
import type { WorkflowAction, WorkflowRecord } from './types.ts';

/** The result of a step. `conflict`: a concurrent change; the current record is shown. */
export type Outcome<Shown> =
  | { kind: 'saved'; record: Shown }
  | { kind: 'conflict'; record: Shown | null }
  | { kind: 'failed'; error: unknown };

/** The API of an open record. */
export interface RecordApi<Shown, Action> {
  get(id: string): Promise<Shown>;
  act(id: string, action: Action): Promise<Shown>;
}

/** The record in a conflict response. */
function currentOf<Shown extends WorkflowRecord>(error: ApiError, id: string): Shown | null {
  const { current } = (error.body ?? {}) as { current?: Shown };
  return current?.id === id ? current : null;
}

/**
 * The shown record, and its steps. Responses for a record that is no longer open, or older than the
 * known version, are ignored.
 */
export class OpenRecord<
  Shown extends WorkflowRecord,
  Action extends WorkflowAction = WorkflowAction,
> {
  id = $state<string | null>(null);
  value = $state.raw<Shown | null>(null);
  error = $state.raw<unknown>(null);
  /** True while a step is being sent. */
  acting = $state(false);
  readonly #api: RecordApi<Shown, Action>;
  readonly #newest: Newest<Shown>;
  readonly #taken: (record: Shown) => void;

  /**
   * @param newest shared with a list of the same records.
   * @param taken called with each received record.
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

  /** Opens a record, or none; an already open one stays. */
  async open(id: string | null): Promise<void> {
    if (id === this.id && (this.value || id === null)) return;
    this.id = id;
    this.error = null;
    this.value = null;
    await this.load();
  }

  /** Reloads it; the shown data stay visible. */
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

  /** Handles a response of the API. */
  take(answer: Shown): void {
    const record = this.#newest.newer(answer);
    if (this.id === record.id) this.value = record;
    this.#taken(record);
  }

  /** Does a step of the shown record, with its version. */
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
