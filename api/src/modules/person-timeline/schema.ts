import { bilingual, instant } from '@anshi/contracts';
import { z } from 'zod';

const kind = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/);

export const timelineQuery = z.object({
  kind: z
    .union([kind, z.array(kind).max(50)])
    .optional()
    .transform((given) => (given === undefined ? [] : [given].flat()))
    .describe('Only events of these kinds.'),
  from: instant.optional().describe('Only events from then on.'),
  until: instant.optional().describe('Only events before then.'),
  cursor: z.string().max(300).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const timelinePage = z
  .object({
    items: z.array(
      z.object({
        id: z.string().describe('Unique within its kind.'),
        kind,
        at: instant.describe('When it happened, or began.'),
        day: z.boolean(),
        title: bilingual,
        detail: bilingual.nullable().describe('What else is known of it.'),
        tone: z.enum(['neutral', 'ok', 'warn', 'danger']),
      }),
    ),
    kinds: z
      .array(z.object({ kind, name: bilingual }))
      .describe('The kinds that this account may read of the person.'),
    next: z.string().nullable(),
  })
  .meta({ id: 'PersonTimeline' });

export type TimelineQuery = z.infer<typeof timelineQuery>;
export type TimelinePage = z.infer<typeof timelinePage>;
