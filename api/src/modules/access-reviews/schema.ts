import { instant } from '@anshi/contracts';
import { z } from 'zod';

const id = z.string().regex(/^[0-9A-Z]{26}$/, 'must be an id');
export const reviewParams = z.object({ id });

export const reviewSchema = z
  .object({
    id: z.string(),
    openedAt: instant,
    openedBy: z.string().nullable().describe('Null where the calendar opened it.'),
    dueAt: instant,
    closedAt: instant.nullable(),
    overdue: z.boolean(),
    counts: z.object({
      all: z.number().int(),
      open: z.number().int(),
      kept: z.number().int(),
      removed: z.number().int(),
    }),
  })
  .meta({ id: 'AccessReview' });
export type Review = z.infer<typeof reviewSchema>;

export const caseSchema = z
  .object({
    userId: z.string(),
    username: z.string(),
    roleId: z.string(),
    grants: z.array(z.string()).describe('What the role gave when the review was opened.'),
    conflicts: z
      .array(z.string())
      .describe('Duties of the user, over all roles, that are kept apart otherwise.'),
    lastSignIn: instant.nullable(),
    decision: z.enum(['keep', 'remove']).nullable(),
    decidedBy: z.string().nullable(),
    decidedAt: instant.nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'AccessReviewCase' });
export type ReviewCase = z.infer<typeof caseSchema>;

export const reviewDetail = reviewSchema
  .extend({ cases: z.array(caseSchema) })
  .meta({ id: 'AccessReviewDetail' });

export const openRequest = z.strictObject({
  dueInDays: z.number().int().min(1).max(180).default(30),
});

export const decisionRequest = z
  .strictObject({
    decisions: z
      .array(
        z
          .strictObject({
            userId: id,
            roleId: z.string().max(64),
            decision: z.enum(['keep', 'remove']),
            reason: z.string().trim().min(1).max(1000).optional(),
          })
          .refine(({ decision, reason }) => decision === 'keep' || reason !== undefined, {
            error: 'taking a role needs a reason',
          }),
      )
      .min(1)
      .max(200),
  })
  .meta({ id: 'AccessDecisions' });
export type Decisions = z.infer<typeof decisionRequest>['decisions'];
