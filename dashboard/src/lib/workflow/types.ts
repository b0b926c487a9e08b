import type { components } from '$lib/api/schema.d.ts';
import type { Bilingual } from '$lib/format/names.ts';

type Schemas = components['schemas'];

export type Transition = Schemas['WorkflowTransition'];
export type TransitionField = Transition['fields'][number];
export type FileKind = NonNullable<Transition['evidence']>['kinds'][number];
export type Step = Schemas['WorkflowStep'];
export type StepFile = Schemas['WorkflowStepFile'];
export type Assignable = Schemas['AssignablePeople']['items'][number];

/** The request body of a step. */
export interface WorkflowAction {
  transition: string;
  /** The version that the step is based on. */
  version: number;
  fields: Record<string, string | number | string[] | null>;
  fileIds: string[];
  note: string | null;
}

/** Case fields of a record. */
export interface WorkflowRecord {
  id: string;
  state: string;
  stateName: Bilingual;
  version: number;
  dueAt: string | null;
  overdue: boolean;
  closedAt: string | null;
  assignees: readonly { id: string; displayName: Bilingual }[];
  /** This account's possible steps. */
  transitions: readonly Transition[];
}
