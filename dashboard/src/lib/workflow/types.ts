import type { components } from '$lib/api/schema.d.ts';
import type { Bilingual } from '$lib/format/names.ts';

type Schemas = components['schemas'];

export type Transition = Schemas['WorkflowTransition'];
export type TransitionField = Transition['fields'][number];
export type FileKind = NonNullable<Transition['evidence']>['kinds'][number];
export type Step = Schemas['WorkflowStep'];
export type StepFile = Schemas['WorkflowStepFile'];
export type Assignable = Schemas['AssignablePeople']['items'][number];

/** A step that is to be taken, as the API takes it. */
export interface WorkflowAction {
  transition: string;
  /** Of the record as it was looked at. */
  version: number;
  fields: Record<string, string | number | string[] | null>;
  fileIds: string[];
  note: string | null;
}

/** What every record with a workflow case shows of it. */
export interface WorkflowRecord {
  id: string;
  state: string;
  stateName: Bilingual;
  version: number;
  dueAt: string | null;
  overdue: boolean;
  closedAt: string | null;
  assignees: readonly { id: string; displayName: Bilingual }[];
  /** What this account may do now. */
  transitions: readonly Transition[];
}
