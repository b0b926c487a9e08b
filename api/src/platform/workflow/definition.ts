import { bilingual } from '@anshi/contracts';
import { z } from 'zod';
import { permissions } from '../access/permissions.ts';

const id = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/);
const permission = z.enum(Object.keys(permissions) as [keyof typeof permissions]);

/**
 * A recipient rule: holders of a role in the case's department or site or anywhere; actors of an
 * earlier step; participants with a part (reporter, assignee …); a person.
 */
export const recipients = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('role'), role: id, within: z.enum(['department', 'site', 'all']) }),
  /**
   * `assignee` are those who have to act next, `starter` is who started the case; others are
   * declared in `parts`.
   */
  z.object({ kind: z.literal('part'), part: id }),
  z.object({ kind: z.literal('user'), user: z.string().max(26) }),
]);
export type Recipients = z.infer<typeof recipients>;

/** Parts of every case. */
export const builtInParts = ['assignee', 'starter'] as const;

/** Time limit of a state. Working time follows the tenant's calendar. */
const deadline = z.object({
  amount: z.number().positive().max(10_000),
  unit: z.enum(['hours', 'working-hours', 'days', 'working-days']),
});

const state = z.object({
  id,
  name: bilingual,
  kind: z.enum(['initial', 'normal', 'final']),
  deadline: deadline.nullable().default(null),
  /** The assignees on entering the state; the first rule with a result decides. */
  assign: z.array(recipients).default([]),
  /** Notified on entering the state. */
  notify: z.array(recipients).default([]),
  /** Notified this many hours before the deadline (negative) or after it (positive). */
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
  /** The actor's permission, with the case within its scope. */
  permission,
  /** Restricted to the assignees. */
  assigneesOnly: z.boolean().default(false),
  /**
   * Separation of duties: the actor must not have had one of these parts in the case, nor done one
   * of these transitions.
   */
  notParts: z.array(id).default([]),
  notFiredBy: z.array(id).default([]),
  /** Required and optional fields. */
  fields: z
    .array(
      z.object({
        id,
        name: bilingual,
        type: z.enum(['text', 'number', 'date', 'user', 'department', 'choice']),
        required: z.boolean(),
        choices: z.array(z.object({ id, name: bilingual })).default([]),
        /** Stored in the case as this part, so that later rules can refer to the person. */
        part: id.nullable().default(null),
      }),
    )
    .default([]),
  /**
   * A mandatory safety step: a tenant may rename it, assign it to others and change its time limit,
   * but not bypass it. Each path to an end that passes it in the product's definition passes it in
   * every later version too, with at least the same guards.
   */
  mandatory: z.boolean().default(false),
  /** Required evidence files. */
  evidence: z
    .object({
      min: z.number().int().min(0).max(20),
      kinds: z.array(z.enum(['photo', 'video', 'document', 'audio'])),
    })
    .nullable()
    .default(null),
});

/** A workflow as data. A tenant's change is a new version; running cases keep theirs. */
export const workflowDefinition = z
  .object({
    id,
    name: bilingual,
    /** The entity: hazard … */
    subject: id,
    /** Participants of a case, besides those of `builtInParts` and of the fields: reporter … */
    parts: z.array(z.object({ id, name: bilingual })).default([]),
    states: z.array(state).min(2).max(64),
    transitions: z.array(transition).min(1).max(256),
  })
  .meta({ id: 'WorkflowDefinition' });
export type WorkflowDefinition = z.infer<typeof workflowDefinition>;
/** The input form: fields with defaults may be left out. */
export type WorkflowDefinitionInput = z.input<typeof workflowDefinition>;
export type WorkflowDeadline = z.infer<typeof deadline>;
export type WorkflowState = z.infer<typeof state>;
export type WorkflowTransition = z.infer<typeof transition>;
