import { ApiError } from '$lib/api/problem.ts';
import { changesBetween } from './diff.ts';
import type { Change, Definition, Fault, State, Transition, WorkflowVersion } from './types.ts';
import type { WorkflowsApi } from './workflows-api.ts';

export type Selected = { kind: 'state' | 'transition'; id: string } | null;

const plain = (definition: Definition): Definition => JSON.parse(JSON.stringify(definition));

/**
 * A workflow while it is being changed: the draft, what is wrong with it, and what became of saving.
 * It is checked by the API, which knows the same rules as when it saves.
 */
export class WorkflowEditor {
  base = $state.raw<WorkflowVersion>() as WorkflowVersion;
  draft = $state<Definition>() as Definition;
  selected = $state.raw<Selected>(null);
  faults = $state.raw<Fault[]>([]);
  checking = $state(false);
  saving = $state(false);
  /** Someone else saved meanwhile: their version. */
  conflict = $state.raw<WorkflowVersion | null>(null);
  readonly #api: WorkflowsApi;
  readonly #pause: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #generation = 0;

  /** @param pause milliseconds of no typing after which the draft is checked */
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

  /** What is wrong with one state or transition, or with a part of it. */
  faultsAt(path: string): Fault[] {
    return this.faults.filter(
      (fault) =>
        fault.path === path ||
        fault.path.startsWith(`${path}.`) ||
        fault.path.startsWith(`${path}[`),
    );
  }

  /** To be called with each change; the API is asked once typing pauses. */
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
      // Saving tells why the API cannot be asked.
    } finally {
      if (generation === this.#generation) this.checking = false;
    }
  }

  /** @returns whether it was saved; a conflict or faults are kept here. @throws ApiError otherwise. */
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

  /** With it go the transitions to it, and it as a beginning of others. */
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

  /** A name for the next new thing: state-2 … */
  freeId(kind: 'state' | 'step'): string {
    const taken = [...this.draft.states, ...this.draft.transitions].map(({ id }) => id);
    for (let n = 1; ; n++) if (!taken.includes(`${kind}-${n}`)) return `${kind}-${n}`;
  }
}
