import { instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { hazardTransition, prose } from '../hazards/schema.ts';
import { reviewFigures } from './figures.ts';
import { missedReason } from './schema.ts';

const bilingualName = z.object({ zh: z.string(), en: z.string() });
const who = z.object({ id: z.string(), displayName: bilingualName });

export const modelReview = z
  .object({
    id: ulid,
    state: z.string(),
    stateName: bilingualName,
    version: z.number().int().describe('Moves with every step; send it with the next one.'),
    openedAt: instant,
    openedBy: who.nullable().describe('Null where the calendar opened it.'),
    dueAt: instant.nullable(),
    overdue: z.boolean(),
    assignees: z.array(who),
    closedAt: instant.nullable(),
    outcome: z.enum(['keep', 'replace']).nullable(),
    reason: z.string().nullable(),
    newVersion: z.object({ id: ulid, name: slug, version: z.string() }).nullable(),
  })
  .meta({ id: 'ModelReview' });
export type ModelReview = z.infer<typeof modelReview>;

export const modelReviewDetail = modelReview
  .extend({
    figures: reviewFigures.describe('As they were when it was opened.'),
    transitions: z.array(hazardTransition).describe('What this account may do now.'),
    candidates: z
      .array(z.object({ id: ulid, name: slug, version: z.string() }))
      .describe('Versions that a replacement can name.'),
    history: z.array(
      z.object({
        version: z.number().int(),
        transition: z.string().nullable(),
        transitionName: bilingualName.nullable(),
        to: z.string(),
        toName: bilingualName,
        by: who.nullable(),
        at: instant,
        fields: z.record(z.string(), z.unknown()),
        files: z.array(z.object({ id: z.string(), name: z.string(), url: z.string() })),
        note: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'ModelReviewDetail' });

export const reviewList = z
  .object({
    items: z.array(modelReview),
    nextAt: instant
      .nullable()
      .describe('When the calendar opens the next; null while one is open, or no model ever ran.'),
  })
  .meta({ id: 'ModelReviewList' });

export const reviewAction = z
  .strictObject({
    transition: slug,
    version: z.number().int().min(1),
    fields: z.record(slug, prose(4_000)).default({}),
    fileIds: z.array(z.string().min(1).max(64)).max(20).default([]),
    note: prose(2_000).nullish(),
    missedReason: missedReason.optional(),
  })
  .meta({ id: 'ModelReviewAction' });
