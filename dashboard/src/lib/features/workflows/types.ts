import type { Answer } from '$lib/api/types.ts';

export type WorkflowSummary = Answer<'/api/v1/workflows', 'get'>['items'][number];
export type WorkflowVersion = Answer<'/api/v1/workflows/{id}', 'get'>;
export type Definition = WorkflowVersion['definition'];
export type State = Definition['states'][number];
export type Transition = Definition['transitions'][number];
export type Deadline = NonNullable<State['deadline']>;
export type Recipients = State['assign'][number];
export type Reminder = State['reminders'][number];
export type Fault = Answer<'/api/v1/workflows/{id}/validate', 'post'>['faults'][number];
export type VersionEntry = Answer<'/api/v1/workflows/{id}/versions', 'get'>['items'][number];
export type Change = VersionEntry['changes'][number];
