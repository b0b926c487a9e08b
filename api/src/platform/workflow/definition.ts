import { bilingual } from '@anshi/contracts';
import { z } from 'zod';
import { permissions } from '../access/permissions.ts';

const id = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/);
const permission = z.enum(Object.keys(permissions) as [keyof typeof permissions]);

/**
 * Who is meant: holders of a role in the case's department or site or anywhere; those who did an
 * earlier step; the people that the case names under a part (reporter, assignee …); a person.
 */
export const recipients = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('role'), role: id, within: z.enum(['department', 'site', 'all']) }),
  /** `assignee` are those who have to act next, `starter` is who began the case; others are declared in `parts`. */
  z.object({ kind: z.literal('part'), part: id }),
  z.object({ kind: z.literal('user'), user: z.string().max(26) }),
]);
export type Recipients = z.infer<typeof recipients>;

/** Parts that every case has. */
export const builtInParts = ['assignee', 'starter'] as const;

/** How long a state may last. Working time follows the tenant's calendar. */
const deadline = z.object({
  amount: z.number().positive().max(10_000),
  unit: z.enum(['hours', 'working-hours', 'days', 'working-days']),
});

const state = z.object({
  id,
  name: bilingual,
  kind: z.enum(['initial', 'normal', 'final']),
  deadline: deadline.nullable().default(null),
  /** The assignees on entering the state; the first rule that finds someone decides. */
  assign: z.array(recipients).default([]),
  /** Notified on entering the state. */
  notify: z.array(recipients).default([]),
  /** Notified so many hours before the deadline (negative) or after it (positive). */
  reminders: z
    .array(
      z.object({
        hours: z.number().min(-10_000).max(10_000),
        to: z.array(recipients).min(1),
        severity: z.enum(['info', 'warning', 'critical']),
      }),
    )
    .default([]),
});

const transition = z.object({
  id,
  name: bilingual,
  from: z.array(id).min(1),
  to: id,
  /** What the one who fires it needs, with the case within its scope. */
  permission,
  /** Only the assignees. */
  assigneesOnly: z.boolean().default(false),
  /** Separation of duties: nobody who played one of these parts in the case, nor fired one of these transitions. */
  notParts: z.array(id).default([]),
  notFiredBy: z.array(id).default([]),
  /** Fields that must or may be filled in. */
  fields: z
    .array(
      z.object({
        id,
        name: bilingual,
        type: z.enum(['text', 'number', 'date', 'user', 'department', 'choice']),
        required: z.boolean(),
        choices: z.array(z.object({ id, name: bilingual })).default([]),
        /** Written to the case as this part, so that later rules can name who it is. */
        part: id.nullable().default(null),
      }),
    )
    .default([]),
  /**
   * A step of safety that a tenant may rename, hand to others and give time, but not go around: each
   * way to an end that passes here in the definition as it came with the product passes here in
   * every later version too, with at least the same guards.
   */
  mandatory: z.boolean().default(false),
  /** Files that must be submitted. */
  evidence: z
    .object({
      min: z.number().int().min(0).max(20),
      kinds: z.array(z.enum(['photo', 'video', 'document', 'audio'])),
    })
    .nullable()
    .default(null),
});

/**
 * A closed loop as data. A tenant may change it: the change is a new version, and cases that run
 * keep theirs.
 */
export const workflowDefinition = z
  .object({
    id,
    name: bilingual,
    /** The kind of record that it moves: hazard … */
    subject: id,
    /** Who can be named by a case, besides those of `builtInParts` and of the fields: reporter … */
    parts: z.array(z.object({ id, name: bilingual })).default([]),
    states: z.array(state).min(2).max(64),
    transitions: z.array(transition).min(1).max(256),
  })
  .meta({ id: 'WorkflowDefinition' });
export type WorkflowDefinition = z.infer<typeof workflowDefinition>;
/** As a module writes it down: what has a default may be left out. */
export type WorkflowDefinitionInput = z.input<typeof workflowDefinition>;
export type WorkflowDeadline = z.infer<typeof deadline>;
export type WorkflowState = z.infer<typeof state>;
export type WorkflowTransition = z.infer<typeof transition>;
