import { bilingual, instant, slug } from '@anshi/contracts';
import { z } from 'zod';
import { prose } from '../kit/schemas.ts';
import { TEXT_LIMIT } from './submission.ts';

/** Maximum length of a step's note, in characters. */
const NOTE_MAX = 2_000;
/** Maximum number of files of a step. */
const FILES_MAX = 20;

const fileKind = z.enum(['photo', 'video', 'document', 'audio']);
const fieldType = z.enum(['text', 'number', 'date', 'user', 'department', 'choice']);
const named = z.object({ id: z.string(), name: bilingual });

/** A user as named in records. */
export const who = z.object({ id: z.string(), displayName: bilingual });

/** A possible step of this account, with its input. */
export const workflowTransition = z
  .object({
    id: z.string(),
    name: bilingual,
    to: z.string(),
    fields: z.array(
      z.object({
        id: z.string(),
        name: bilingual,
        type: fieldType,
        required: z.boolean(),
        choices: z.array(named),
      }),
    ),
    evidence: z.object({ min: z.number().int(), kinds: z.array(fileKind) }).nullable(),
  })
  .meta({ id: 'WorkflowTransition' });
export type ShownTransition = z.infer<typeof workflowTransition>;

/** Case fields of a record; spread into the record's own schema. */
export const caseShape = {
  state: z.string(),
  stateName: bilingual,
  version: z.number().int().describe('Incremented by every step; send it with the next one.'),
  dueAt: instant.nullable(),
  overdue: z.boolean(),
  closedAt: instant.nullable(),
  assignees: z.array(who).describe('The people who have to act next.'),
};

/** Additional fields of a single record. */
export const transitionsShape = {
  transitions: z
    .array(workflowTransition)
    .describe('What this account may do now; empty in lists, where a detail is not read.'),
};

const caseObject = z.object(caseShape);
/** The case part of a record. */
export type ShownCase = z.infer<typeof caseObject>;

const stepFile = z
  .object({
    id: z.string(),
    kind: fileKind,
    name: z.string(),
    url: z.string(),
    previewUrl: z.string().nullable(),
  })
  .meta({ id: 'WorkflowStepFile' });
export type StepFile = z.infer<typeof stepFile>;

const workflowStep = z
  .object({
    version: z.number().int(),
    kind: z
      .enum(['started', 'transition', 'reassigned'])
      .describe('`reassigned`: only who has to act changed.'),
    transition: z.string().nullable(),
    transitionName: bilingual.nullable(),
    from: z.string().nullable(),
    to: z.string(),
    toName: bilingual,
    by: who.nullable().describe('Null for the system, and where the account may not know.'),
    bySystem: z.boolean(),
    at: instant,
    fields: z.record(z.string(), z.unknown()).describe('As they were sent.'),
    values: z
      .array(
        z.object({
          id: z.string(),
          name: bilingual,
          type: fieldType,
          value: z.union([z.string(), z.number()]),
          valueName: bilingual.nullable().describe('Of a choice, a user or a department.'),
        }),
      )
      .describe('The same as people read it, in the order of the form.'),
    files: z.array(stepFile),
    note: z.string().nullable(),
  })
  .meta({ id: 'WorkflowStep' });
export type ShownStep = z.infer<typeof workflowStep>;

export const workflowHistory = z
  .object({ items: z.array(workflowStep) })
  .meta({ id: 'WorkflowHistory', description: 'Every step of a record, oldest first.' });
export type WorkflowHistory = z.infer<typeof workflowHistory>;

/** The body of a step. A module may extend it. */
export const actionBody = z
  .strictObject({
    transition: slug,
    version: z.number().int().min(1).describe('The version of the record that was read.'),
    fields: z
      .record(
        slug,
        z.union([
          prose(TEXT_LIMIT),
          z.number(),
          z.array(z.string().max(64)).max(FILES_MAX),
          z.null(),
        ]),
      )
      .default({}),
    fileIds: z.array(z.string().min(1).max(64)).max(FILES_MAX).default([]),
    note: prose(NOTE_MAX).nullish(),
  })
  .meta({ id: 'WorkflowAction' });
export type ActionBody = z.infer<typeof actionBody>;

export const assignablePeople = z
  .object({
    items: z.array(who.extend({ department: z.string().describe('Where they work.') })),
  })
  .meta({ id: 'AssignablePeople' });
export type AssignablePeople = z.infer<typeof assignablePeople>;
