import { bilingual, instant, point, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { commaSeparated, line, pageOf, pageQuery, prose } from '../../platform/kit/schemas.ts';
import { caseShape, transitionsShape, who } from '../../platform/workflow/record-schema.ts';

/** Maximum text lengths, in characters. */
export const TITLE_MAX = 120;
export const DESCRIPTION_MAX = 4_000;

export const hazardLevel = z.enum(['general', 'major']);
/** Origin of a report. Clients set phone or desk; the server sets the others. */
export const hazardSource = z.enum(['phone', 'desk', 'camera', 'warning']);
export const findingKind = z.enum([
  'same-file',
  'look-alike',
  'before-as-after',
  'taken-long-before',
  'taken-before-assignment',
  'taken-elsewhere',
  'no-capture-time',
  'clock-ahead',
]);
export const findingSeverity = z.enum(['info', 'warning', 'critical']);

const named = z.object({ id: z.string(), name: bilingual });

export const findingSchema = z
  .object({
    id: ulid,
    stage: z.enum(['report', 'rectification']),
    kind: findingKind,
    severity: findingSeverity,
    text: bilingual,
    fileId: z.string().nullable(),
    otherHazardId: ulid.nullable().describe('The hazard whose evidence it resembles.'),
    at: instant,
  })
  .meta({ id: 'HazardFinding', description: 'An indication of forgery of a file.' });

export const hazardFileSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['photo', 'video', 'audio', 'document']),
    name: z.string(),
    role: z.enum(['report', 'rectification', 'camera', 'other']),
    takenAt: instant.nullable(),
    width: z.number().int().nullable(),
    height: z.number().int().nullable(),
    url: z.string(),
    previewUrl: z.string().nullable(),
    findings: z.array(findingSchema),
  })
  .meta({ id: 'HazardFile' });

export const linkEntity = z.enum(['violation', 'equipment', 'warning', 'chemical-batch']);
export const hazardLink = z.object({ entity: linkEntity, id: z.string() });

export const hazardSchema = z
  .object({
    id: ulid,
    no: z.string().describe('YH-YYYYMMDD-NNNN, by the day of the report at the plant.'),
    title: z.string(),
    description: z.string(),
    type: z.string(),
    typeName: bilingual,
    level: hazardLevel.nullable().describe('Null until a reviewer has set it.'),
    suggestedLevel: hazardLevel,
    source: hazardSource,
    site: z.string(),
    area: named.nullable(),
    floorPlan: z.string().nullable(),
    position: point.nullable().describe('Metres on the floor plan, x east, y north.'),
    foundAt: instant.describe('As the reporter says.'),
    reportedAt: instant.describe('By the clock of the server.'),
    late: z.boolean().describe('Reported offline or afterwards: the two times lie apart.'),
    ...caseShape,
    ...transitionsShape,
    outcome: z.enum(['closed', 'rejected']).nullable(),
    department: named.nullable(),
    reporter: who.nullable().describe('Null where the account may not know, and in lists.'),
    files: z.array(hazardFileSchema),
    links: z.array(hazardLink),
    violationId: z.string().nullable(),
    findings: z.array(findingSchema).describe('For reviewers only; empty for everyone else.'),
    cost: z.number().nullable().describe('Cost of the rectification in yuan.'),
    details: z
      .record(z.string(), z.unknown())
      .describe('What the steps recorded: plan, regulatorReport, suspension, expert …'),
    redacted: z.boolean().describe('Who reported it and the evidence are left out.'),
  })
  .meta({ id: 'Hazard', description: 'A hazard from its report to its closing.' });
export type Hazard = z.infer<typeof hazardSchema>;

const fileIds = z.array(z.string().min(1).max(64)).max(20).default([]);

export const reportBody = z
  .strictObject({
    id: ulid.describe('Made by the client; sending it again changes nothing.'),
    title: line(TITLE_MAX).optional(),
    description: prose(DESCRIPTION_MAX).default(''),
    type: slug,
    suggestedLevel: hazardLevel.default('general'),
    site: slug,
    areaId: slug.optional(),
    floorPlan: slug.optional(),
    position: point.optional().describe('Metres on the floor plan; the area is found by it.'),
    foundAt: instant,
    fileIds,
    violationId: ulid.optional(),
    equipmentId: z.string().min(1).max(64).optional(),
    links: z
      .array(
        z.strictObject({
          entity: z.enum(['equipment', 'warning', 'chemical-batch']),
          id: z.string().min(1).max(128),
        }),
      )
      .max(8)
      .default([])
      .describe('What the hazard is about, such as a batch of a chemical.'),
    source: z.enum(['phone', 'desk', 'camera', 'warning']).default('desk'),
  })
  .refine((body) => body.description !== '' || body.title || body.fileIds.length > 0, {
    path: ['description'],
    message: 'say, photograph or film what is wrong: one of text, photo or video is needed',
  })
  .refine((body) => body.position === undefined || body.floorPlan !== undefined, {
    path: ['floorPlan'],
    message: 'a position needs the floor plan that it lies on',
  })
  .meta({ id: 'HazardReport' });
export type ReportBody = z.infer<typeof reportBody>;

export const period = {
  from: instant.optional().describe('Reported at this instant or later.'),
  to: instant.optional().describe('Reported before this instant.'),
};

export const listQuery = z.strictObject({
  ...pageQuery(),
  state: commaSeparated(slug).optional().describe('States, or `open`, `closed`; with commas.'),
  type: commaSeparated(slug).optional(),
  level: commaSeparated(hazardLevel).optional(),
  department: commaSeparated(slug).optional(),
  site: commaSeparated(slug).optional(),
  area: commaSeparated(slug).optional(),
  overdue: z.enum(['true', 'false']).optional(),
  mine: z.enum(['reported', 'assigned']).optional(),
  linked: z
    .string()
    .regex(/^(violation|equipment|warning|chemical-batch):.{1,128}$/)
    .optional()
    .describe('What it is linked with, such as `equipment:press-1`.'),
  q: line(100).optional().describe('In number, title and description.'),
  ...period,
  order: z.enum(['newest', 'oldest']).default('newest'),
});
export type ListQuery = z.infer<typeof listQuery>;

export const hazardPage = pageOf(hazardSchema)
  .extend({
    counts: z
      .object({
        open: z.number().int(),
        overdue: z.number().int(),
        mine: z.number().int(),
        atLeast: z
          .boolean()
          .describe('Only the 1,000 that are due first were counted: there are more open ones.'),
      })
      .optional()
      .describe('On the first page: of all that this account may see, whatever the filter.'),
  })
  .meta({ id: 'HazardPage' });
