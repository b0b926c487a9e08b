import { instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import {
  actionBody,
  caseShape,
  transitionsShape,
  who,
} from '../../platform/workflow/record-schema.ts';
import { reviewFigures } from './figures.ts';
import { missedReason } from './schema.ts';

export const modelReview = z
  .object({
    id: ulid,
    ...caseShape,
    openedAt: instant,
    openedBy: who.nullable().describe('Null where the calendar opened it.'),
    outcome: z.enum(['keep', 'replace']).nullable(),
    reason: z.string().nullable(),
    newVersion: z.object({ id: ulid, name: slug, version: z.string() }).nullable(),
  })
  .meta({ id: 'ModelReview' });
export type ModelReview = z.infer<typeof modelReview>;

export const modelReviewDetail = modelReview
  .extend({
    figures: reviewFigures.describe('As they were when it was opened.'),
    ...transitionsShape,
    candidates: z
      .array(z.object({ id: ulid, name: slug, version: z.string() }))
      .describe('Versions that a replacement can name.'),
  })
  .meta({ id: 'ModelReviewDetail' });
export type ModelReviewDetail = z.infer<typeof modelReviewDetail>;

export const reviewList = z
  .object({
    items: z.array(modelReview),
    nextAt: instant
      .nullable()
      .describe('When the calendar opens the next; null while one is open, or no model ever ran.'),
  })
  .meta({ id: 'ModelReviewList' });

export const reviewAction = actionBody
  .extend({ missedReason: missedReason.optional() })
  .meta({ id: 'ModelReviewAction' });
export type ReviewAction = z.infer<typeof reviewAction>;
