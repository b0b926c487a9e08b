import { ApiError } from '$lib/api/problem.ts';
import { changesBetween } from './diff.ts';
import type { Change, Definition, Fault, State, Transition, WorkflowVersion } from './types.ts';
import type { WorkflowsApi } from './workflows-api.ts';

export type Selected = { kind: 'state' | 'transition'; id: string } | null;

const plain = (definition: Definition): Definition => JSON.parse(JSON.stringify(definition));

/**
 * An edited workflow: the draft, its faults, and the result of saving. The API validates it with
 * the same rules as on save.
 */
export class WorkflowEditor {
  base = $state.raw<WorkflowVersion>() as WorkflowVersion;
  draft = $state<Definition>() as Definition;
  selected = $state.raw<Selected>(null);
  faults = $state.raw<Fault[]>([]);
  checking = $state(false);
  saving = $state(false);
  /** The version saved by another user meanwhile. */
  conflict = $state.raw<WorkflowVersion | null>(null);
  readonly #api: WorkflowsApi;
  readonly #pause: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #generation = 0;

  /** @param pause debounce of the validation in milliseconds */
  constructor(version: WorkflowVersion, api: WorkflowsApi, pause = 350) {
    this.#api = api;
    this.#pause = pause;
    this.take(version);
  }

  take(version: WorkflowVersion): void {
    this.base = version;
    this.draft = plain(version.definition);
    this.faults = [];
    this.conflict = null;
  }

  readonly changes: Change[] = $derived(changesBetween(this.base.definition, this.draft));
  get dirty(): boolean {
    return this.changes.length > 0;
  }

  get state(): State | null {
    const { selected } = this;
    if (selected?.kind !== 'state') return null;
    return this.draft.states.find(({ id }) => id === selected.id) ?? null;
  }

  get transition(): Transition | null {
    const { selected } = this;
    if (selected?.kind !== 'transition') return null;
    return this.draft.transitions.find(({ id }) => id === selected.id) ?? null;
  }

  /** The faults of a state or transition, or of a part of it. */
  faultsAt(path: string): Fault[] {
    return this.faults.filter(
      (fault) =>
        fault.path === path ||
        fault.path.startsWith(`${path}.`) ||
        fault.path.startsWith(`${path}[`),
    );
  }

  /** To be called on each change; validation is debounced. */
  check(): void {
    clearTimeout(this.#timer);
    const generation = ++this.#generation;
    this.#timer = setTimeout(() => void this.#check(generation), this.#pause);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#generation++;
  }

  async #check(generation: number): Promise<void> {
    this.checking = true;
    try {
      const found = await this.#api.validate(this.base.definition.id, $state.snapshot(this.draft));
      if (generation === this.#generation) this.faults = found;
    } catch {
      // Saving reports why the API is unavailable.
    } finally {
      if (generation === this.#generation) this.checking = false;
    }
  }

  /**
   * @returns whether it was saved; a conflict or faults are stored here. @throws ApiError
   * otherwise.
   */
  async save(note: string, basedOn = this.base.version): Promise<boolean> {
    this.saving = true;
    const definition = $state.snapshot(this.draft);
    const request = { definition, basedOn, note: note.trim() || null };
    try {
      this.take(await this.#api.save(this.base.definition.id, request));
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const body = error.body as { current?: WorkflowVersion; faults?: Fault[] } | null;
      if (error.status === 409 && body?.current) {
        this.conflict = body.current;
        return false;
      }
      if (error.status === 422 && body?.faults) {
        this.faults = body.faults;
        return false;
      }
      throw error;
    } finally {
      this.saving = false;
    }
  }

  addState(id: string): void {
    const state: State = {
      id,
      name: { zh: id, en: id },
      kind: 'normal',
      deadline: null,
      assign: [],
      notify: [],
      reminders: [],
    };
    this.draft.states.push(state);
    this.selected = { kind: 'state', id };
  }

  /** Also removes transitions to it, and it as a source of others. */
  removeState(id: string): void {
    const { draft } = this;
    draft.states = draft.states.filter((state) => state.id !== id);
    draft.transitions = draft.transitions
      .filter(({ to }) => to !== id)
      .map((one) => ({ ...one, from: one.from.filter((source) => source !== id) }))
      .filter(({ from }) => from.length > 0);
    this.selected = null;
  }

  addTransition(id: string): void {
    const { states, transitions } = this.draft;
    const from = states.find(({ kind }) => kind !== 'final')?.id ?? '';
    const to = states.find((state) => state.id !== from)?.id ?? '';
    const like = transitions[0];
    if (!like) return;
    const transition: Transition = {
      id,
      name: { zh: id, en: id },
      from: [from],
      to,
      permission: like.permission,
      assigneesOnly: true,
      notParts: [],
      notFiredBy: [],
      fields: [],
      mandatory: false,
      evidence: null,
    };
    transitions.push(transition);
    this.selected = { kind: 'transition', id };
  }

  removeTransition(id: string): void {
    this.draft.transitions = this.draft.transitions.filter((one) => one.id !== id);
    this.selected = null;
  }

  /** An unused id for a new element: state-2 … */
  freeId(kind: 'state' | 'step'): string {
    const taken = [...this.draft.states, ...this.draft.transitions].map(({ id }) => id);
    for (let n = 1; ; n++) if (!taken.includes(`${kind}-${n}`)) return `${kind}-${n}`;
  }
}
