import { announcedModel, instant, sha256, slug, ulid, violationKind } from '@anshi/contracts';
import { z } from 'zod';
import { commaSeparated, day, pageOf, pageQuery, prose } from '../../platform/kit/schemas.ts';

const bilingualName = z.object({ zh: z.string(), en: z.string() });
const who = z.object({ id: z.string(), displayName: bilingualName });
const share = z
  .object({ value: z.number(), low: z.number(), high: z.number() })
  .describe('A share with its Wilson score interval at 95 % (Wilson 1927).');

export const modelDecision = z
  .object({
    id: ulid,
    decision: z.enum(['activated', 'retired']),
    reason: z.string(),
    missedReason: z
      .string()
      .nullable()
      .describe('Why it is put to use though its bench missed the target; null where that held.'),
    reviewId: z.string().nullable(),
    files: z.array(z.string()),
    by: who
      .nullable()
      .describe('Null for the models of the first announcement: they came with the installation.'),
    at: instant,
  })
  .meta({ id: 'ModelDecision' });

export const modelVersion = z
  .object({
    id: ulid,
    name: slug,
    version: z.string(),
    task: z.string(),
    weightsSha256: sha256,
    firstLoadedAt: instant,
    lastUnloadedAt: instant.nullable().describe('Null while it runs.'),
    running: z.array(z.object({ worker: slug, cameras: z.array(slug), online: z.boolean() })),
    decision: modelDecision.nullable().describe('The newest; null where nobody put it to use yet.'),
    violations: z.number().int().describe('Recorded by a model of this name and version.'),
  })
  .meta({ id: 'ModelVersion' });
export type ModelVersion = z.infer<typeof modelVersion>;

export const logEntry = z
  .object({
    id: ulid,
    versionId: ulid,
    name: slug,
    version: z.string(),
    worker: slug,
    camera: slug.nullable().describe('Null where no camera used it.'),
    from: instant,
    to: instant.nullable().describe('Null while it is loaded.'),
    lost: z
      .boolean()
      .describe('The worker did not say that it ended: `to` is when it was last heard of.'),
  })
  .meta({ id: 'ModelLogEntry' });

export const modelVersionDetail = modelVersion
  .extend({
    card: announcedModel,
    log: z.array(logEntry),
    decisions: z.array(modelDecision),
  })
  .meta({ id: 'ModelVersionDetail' });

export const readablePlaces = z
  .object({
    model: z
      .object({ name: slug, version: z.string() })
      .nullable()
      .describe('The detector that judges the camera now; null while no worker has announced one.'),
    calibrated: z
      .boolean()
      .describe('Without a calibration it is not known how tall people are in the picture.'),
    picture: z.tuple([z.number(), z.number()]).describe('Width and height, pixels.'),
    items: z.array(
      z.object({
        item: slug.describe('Protective equipment, a word of the dictionary `ppe-item`.'),
        leastHeight: z
          .number()
          .describe('A person lower than this in the picture, pixels: the item is unknown.'),
        border: z
          .array(z.tuple([z.number(), z.number()]))
          .nullable()
          .describe(
            'Foot points from the left to the right edge of the picture, pixels: people of 1.7 m who stand above them are lower. Null without a calibration.',
          ),
      }),
    ),
  })
  .meta({ id: 'ReadablePlaces' });

export const logQuery = z.strictObject({
  camera: slug.optional(),
  worker: slug.optional(),
  at: instant.optional().describe('Only what was loaded at this instant.'),
  ...pageQuery({ usual: 100, most: 500 }),
});
export const logPage = pageOf(logEntry).meta({ id: 'ModelLogPage' });

export const missedReason = prose(2000)
  .min(1)
  .describe('Why it is put to use though the bench missed its target; needed only then.');

const fileIds = z.array(z.string().min(1).max(64)).max(20).default([]);
export const decisionBody = z
  .strictObject({
    decision: z.enum(['activate', 'retire']),
    reason: prose(2000).min(1),
    fileIds: fileIds.describe('Uploads; for an activation the JSON that a bench printed.'),
    missedReason: missedReason.optional(),
  })
  .meta({ id: 'ModelDecisionRequest' });

export const modelSettings = z
  .strictObject({
    version: z.number().int().min(0).describe('As it was read; a change moves it.'),
    reviewMonths: z.number().int().min(1).max(6),
    minJudged: z.number().int().min(5).max(1000),
    faces: z
      .record(slug, z.enum(['blurred', 'left-out']))
      .describe('Pictures of unidentified people, by site; blurred where a site is not named.'),
  })
  .meta({ id: 'ModelSettings' });

export const precisionGroup = z.enum(['rule', 'camera', 'version', 'week']);
export const precisionQuery = z.strictObject({
  by: commaSeparated(precisionGroup)
    .default(['rule'])
    .describe('rule, camera, version, week; with commas.'),
  from: instant.optional().describe('Began at this instant or later.'),
  to: instant.optional().describe('Began before this instant.'),
  rule: commaSeparated(violationKind)
    .optional()
    .describe('Rules, with commas; `missing-ppe/helmet` for one item.'),
  camera: commaSeparated(slug).optional(),
  model: slug.optional(),
  version: z.string().max(64).optional(),
});
export type PrecisionQuery = z.infer<typeof precisionQuery>;

export const precisionRow = z
  .object({
    rule: violationKind.nullable(),
    camera: slug.nullable(),
    model: slug.nullable(),
    version: z.string().nullable(),
    week: day.nullable().describe('Its Monday, in the plant’s time zone.'),
    recorded: z.number().int(),
    judged: z.number().int(),
    confirmed: z.number().int(),
    dismissed: z.number().int(),
    reasons: z.record(z.string(), z.number().int()).describe('Dismissals by reason.'),
    precision: share.nullable().describe('Confirmed of judged; null below the minimum number.'),
    detection: share
      .nullable()
      .describe(
        'Seen rightly of judged: confirmed, and permitted work, which the model saw rightly too; doubles count on neither side.',
      ),
    unreviewed: z.number().describe('Share of what was recorded that has no verdict.'),
    medianReviewMinutes: z.number().nullable(),
  })
  .meta({ id: 'ModelPrecisionRow' });
export type PrecisionRow = z.infer<typeof precisionRow>;

export const modelDrop = z
  .object({
    model: slug,
    version: z.string(),
    rule: violationKind,
    week: day,
    baseline: share.extend({ judged: z.number().int() }),
    recent: share.extend({ judged: z.number().int() }),
    at: instant,
  })
  .meta({ id: 'ModelDrop', description: 'A rule that fell below what its version began with.' });

export const rulePrecisionQuery = z.object({
  violation: ulid.describe('The finding that is looked at.'),
  days: z.coerce.number().int().min(1).max(365).default(30).describe('Of so many days until now.'),
});
export const rulePrecision = precisionRow
  .pick({ confirmed: true, dismissed: true, reasons: true })
  .extend({ minJudged: z.number().int().describe('Fewer verdicts say nothing of a rule.') })
  .meta({
    id: 'RulePrecision',
    description: 'The verdicts on the rule of a finding, at its camera.',
  });
export type RulePrecision = z.infer<typeof rulePrecision>;

export const precisionAnswer = z
  .object({
    minJudged: z.number().int(),
    items: z.array(precisionRow),
    total: precisionRow,
    drops: z.array(modelDrop).describe('Of the last year.'),
  })
  .meta({ id: 'ModelPrecision' });
