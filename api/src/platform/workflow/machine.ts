import type { Bilingual } from '../manifest.ts';
import type { WorkflowDefinition, WorkflowState, WorkflowTransition } from './definition.ts';
import { checkEvidence, checkFields, type SubmittedFile } from './submission.ts';

/*
 * The rules of a workflow as pure functions: no clock, no database. External facts are passed in,
 * so that any sequence of events can be replayed and tested.
 */

/** The part of a case that the rules need. */
export interface MachineCase {
  state: string;
  version: number;
  assignees: readonly string[];
  /** Current participants. */
  parts: Readonly<Record<string, readonly string[]>>;
  /** All past participants: a reassigned part still separates duties. */
  played: Readonly<Record<string, readonly string[]>>;
  /** All transitions so far, oldest first; by is null for the system. */
  fired: readonly { transition: string; by: string | null }[];
  closed: boolean;
}

/** The actor. */
export interface Actor {
  id: string;
  /** All accounts of the same human, including their own: a second account is no second person. */
  accounts: readonly string[];
  /** Whether the permission reaches the case; `missing` without the permission. */
  reach(permission: WorkflowTransition['permission']): 'within' | 'outside' | 'missing';
}

export interface FireRequest {
  transition: string;
  version: number;
  fields: Readonly<Record<string, unknown>>;
  files: readonly SubmittedFile[];
}

/** Database facts about the submitted values. */
export interface FireFacts {
  users: ReadonlySet<string>;
  departments: ReadonlySet<string>;
}

export type FaultCode =
  | 'closed'
  | 'version'
  | 'transition'
  | 'forbidden'
  | 'outside'
  | 'not-yours'
  | 'separation'
  | 'incomplete';

export interface Fault {
  code: FaultCode;
  /** Path in the request: fields.cause, files. */
  field?: string;
  message: string;
  /** The message for people, where a field is at fault. */
  text?: Bilingual;
}

export type Fired =
  | { ok: true; next: MachineCase; transition: WorkflowTransition; state: WorkflowState }
  | { ok: false; faults: Fault[] };

/**
 * Decides whether a transition is allowed, and the resulting case. The actor is null for the
 * system: no permission check and no separation of duties.
 */
export function fire(
  definition: WorkflowDefinition,
  at: MachineCase,
  request: FireRequest,
  actor: Actor | null,
  facts: FireFacts,
): Fired {
  const refuse = (code: FaultCode, message: string): Fired => ({
    ok: false,
    faults: [{ code, message }],
  });
  if (at.closed) return refuse('closed', 'The case is closed.');
  if (request.version !== at.version) {
    return refuse('version', `The case is at version ${at.version}, not ${request.version}.`);
  }
  const transition = definition.transitions.find(({ id }) => id === request.transition);
  if (!transition?.from.includes(at.state)) {
    const possible = definition.transitions.filter(({ from }) => from.includes(at.state));
    const names = possible.map(({ id }) => id).join(', ');
    return refuse(
      'transition',
      `From the state "${at.state}" there is no step "${request.transition}"; possible are: ${names}.`,
    );
  }
  const kept = actor && refusalOf(transition, at, actor);
  if (kept) return { ok: false, faults: [kept] };

  const faults = [
    ...checkFields(transition, request.fields, facts),
    ...checkEvidence(transition, request.files),
  ].map((fault): Fault => ({ code: 'incomplete', ...fault }));
  if (faults.length > 0) return { ok: false, faults };

  const state = stateOf(definition, transition.to);
  const parts: Record<string, readonly string[]> = { ...at.parts };
  const played: Record<string, readonly string[]> = { ...at.played };
  for (const { id, part } of transition.fields) {
    const value = request.fields[id];
    if (part === null || typeof value !== 'string') continue;
    parts[part] = [value];
    played[part] = [...new Set([...(played[part] ?? []), value])];
  }
  return {
    ok: true,
    transition,
    state,
    next: {
      state: state.id,
      version: at.version + 1,
      // The engine determines the next assignees; until then there are none.
      assignees: [],
      parts,
      played,
      fired: [...at.fired, { transition: transition.id, by: actor?.id ?? null }],
      closed: state.kind === 'final',
    },
  };
}

/** Why this person may not fire the transition, regardless of input; null where they may. */
export function refusalOf(
  transition: WorkflowTransition,
  at: MachineCase,
  actor: Actor,
): Fault | null {
  const reach = actor.reach(transition.permission);
  if (reach === 'missing') {
    return { code: 'forbidden', message: `It needs the permission ${transition.permission}.` };
  }
  if (reach === 'outside') {
    const message = `The record lies outside of what your permission ${transition.permission} reaches.`;
    return { code: 'outside', message };
  }
  if (transition.assigneesOnly && !at.assignees.includes(actor.id)) {
    return { code: 'not-yours', message: 'Only the assignees may do this step.' };
  }
  const before = separatedBy(transition, at, actor.accounts);
  if (before === null) return null;
  return {
    code: 'separation',
    message: `Separation of duties: nobody may do this step who ${before}. Someone else has to.`,
  };
}

/** The person's possible steps. */
export const possible = (
  definition: WorkflowDefinition,
  at: MachineCase,
  actor: Actor,
): WorkflowTransition[] =>
  definition.transitions.filter(
    (one) => one.from.includes(at.state) && refusalOf(one, at, actor) === null,
  );

/** The human's earlier action that bars them from the transition, as text; else null. */
export function separatedBy(
  transition: WorkflowTransition,
  at: MachineCase,
  accounts: readonly string[],
): string | null {
  for (const part of transition.notParts) {
    const players = part === 'assignee' ? at.assignees : (at.played[part] ?? []);
    if (players.some((id) => accounts.includes(id))) return `played the part "${part}" in the case`;
  }
  for (const id of transition.notFiredBy) {
    const did = at.fired.some(
      (step) => step.transition === id && step.by !== null && accounts.includes(step.by),
    );
    if (did) return `did the step "${id}"`;
  }
  return null;
}

/** Whether the human is barred from every step of the state, and so cannot be assigned. */
export function barredFrom(
  definition: WorkflowDefinition,
  at: MachineCase,
  accounts: readonly string[],
): boolean {
  const onward = definition.transitions.filter(({ from }) => from.includes(at.state));
  return (
    onward.length > 0 &&
    onward.every((transition) => separatedBy(transition, at, accounts) !== null)
  );
}

/** @throws Error where the definition lacks the state, which validation excludes. */
export function stateOf(definition: WorkflowDefinition, id: string): WorkflowState {
  const state = definition.states.find((one) => one.id === id);
  if (!state) throw new Error(`the workflow ${definition.id} has no state ${id}`);
  return state;
}

/** The initial state. */
export function initialOf(definition: WorkflowDefinition): WorkflowState {
  const state = definition.states.find(({ kind }) => kind === 'initial');
  if (!state) throw new Error(`the workflow ${definition.id} has no initial state`);
  return state;
}

/** A new case. */
export function begin(
  definition: WorkflowDefinition,
  parts: Readonly<Record<string, readonly string[]>>,
): MachineCase {
  const state = initialOf(definition);
  return {
    state: state.id,
    version: 1,
    assignees: [],
    parts,
    played: parts,
    fired: [],
    closed: false,
  };
}

export type { SubmittedFile };
