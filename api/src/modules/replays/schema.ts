import { instant, replayResult, replayState, slug, ulid, violationRule } from '@anshi/contracts';
import { z } from 'zod';
import { drawingText, givenShapes } from '../cameras/config-schema.ts';

export const cameraParams = z.object({ camera: slug });
const replayId = z.string().max(140);
export const replayParams = z.object({ camera: slug, id: replayId });

/** How much is replayed, ms. */
export const SPANS = { minute: 60_000, hour: 3_600_000, day: 24 * 3_600_000 } as const;

export const draftTestRequest = z
  .strictObject({
    span: z.enum(['minute', 'hour', 'day']),
    drawing: drawingText.optional().describe('The draft as text, as in cameras.yaml.'),
    ...givenShapes,
  })
  .refine(
    ({ drawing, zones, lines, masks }) => drawing === undefined || (!zones && !lines && !masks),
    { path: ['drawing'], message: 'must not be given beside zones, lines or masks' },
  )
  .meta({ id: 'DraftTestRequest' });
export type DraftTestRequest = z.infer<typeof draftTestRequest>;

export const nearMissRequest = z
  .strictObject({
    from: instant.describe('Begin.'),
    to: instant.describe('End, at most 24 hours later.'),
  })
  .meta({ id: 'NearMissRequest' });
export type NearMissRequest = z.infer<typeof nearMissRequest>;

export const replayStarted = z
  .object({
    id: replayId,
    from: instant.describe('Begin of the time that is replayed.'),
    to: instant.describe('Its end.'),
  })
  .meta({ id: 'ReplayStarted' });
export type ReplayStarted = z.infer<typeof replayStarted>;

const recordedFinding = z.object({
  id: ulid.describe('The violation.'),
  ruleId: slug.describe('Id of the rule in the configuration of that time.'),
  rule: violationRule,
  item: slug.nullable().describe('The missing item; of `missing-ppe` alone.'),
  startedAt: instant,
  confirmedAt: instant.describe('When it was recorded.'),
  endedAt: instant.nullable(),
  draft: z.string().nullable().describe('The record of the draft that is the same; null for none.'),
  watched: z
    .boolean()
    .describe(
      'Whether observations of that time are there; where not, the draft could not find it.',
    ),
});
export type RecordedFinding = z.infer<typeof recordedFinding>;

export const draftTest = replayState
  .extend({
    result: replayResult.nullable().describe('What the draft would have recorded.'),
    recorded: z
      .array(recordedFinding)
      .nullable()
      .describe(
        'What was recorded in that time; null until it is done, and for those who may not see it.',
      ),
    recordedInAll: z.number().int().nullable().describe('Also those that are too many to list.'),
  })
  .meta({ id: 'DraftTest' });
export type DraftTest = z.infer<typeof draftTest>;

export const nearMisses = replayState.meta({ id: 'NearMisses' });
