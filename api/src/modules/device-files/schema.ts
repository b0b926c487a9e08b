import { bilingual, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { exportQuery } from '../../platform/kit/list-export.ts';
import { changeOf, inputOf, recordOf } from '../../platform/kit/records.ts';
import { commaSeparated, day, line, pageOf, pageQuery } from '../../platform/kit/schemas.ts';
import { actionBody, caseShape, transitionsShape } from '../../platform/workflow/record-schema.ts';

const text = (max: number) => line(max).nullable();
const fields = {
  kind: slug.describe('A word of the dictionary acquisition-kind.'),
  name: line(128).min(1),
  ref: slug
    .nullable()
    .describe('The id by which the system knows it: of a camera, a worker, a device on site.'),
  areaId: slug.nullable().describe('The area that it is mounted in.'),
  place: text(256).describe('Where in the area it is mounted.'),
  maker: text(128),
  model: text(128),
  serial: text(128).describe('Serial number.'),
  installedOn: day.nullable(),
  maintenanceDays: z
    .number()
    .int()
    .min(1)
    .max(3650)
    .nullable()
    .describe('Days between two maintenances; null: none is planned.'),
  maintainedOn: day.nullable().describe('The last maintenance.'),
  ipSolids: z.number().int().min(0).max(6).nullable().describe('First digit of the IP code.'),
  ipWater: z.number().int().min(0).max(9).nullable().describe('Second digit of the IP code.'),
  vibration: text(128).describe('Test against vibration: standard and level.'),
  interference: text(128).describe('Test against electromagnetic interference.'),
  link: z
    .enum(['ethernet', 'wifi', '5g', 'lora', 'serial'])
    .nullable()
    .describe('How it is connected.'),
  status: z.enum(['in-use', 'stored', 'retired']).default('in-use'),
};

export const deviceFileInput = inputOf(fields).meta({ id: 'DeviceFileRequest' });
export const deviceFilePatch = changeOf(fields).meta({ id: 'DeviceFilePatch' });

const fault = z.enum(['low', 'unknown']);
const finding = z.object({
  id: ulid,
  fault: fault.describe('`low`: below IP67 in a dusty area; `unknown`: the code is not known.'),
  openedAt: instant,
  ...caseShape,
});

const linkHealth = z
  .object({
    state: z
      .enum(['ok', 'fair', 'poor', 'off', 'none'])
      .describe('How it is reached now; `none` where nothing is known.'),
    since: instant
      .nullable()
      .describe('Since when it is reached, or away; null where nothing is known.'),
    share: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .describe('Share of the last 24 hours in which it was reached; null without a record.'),
    delayMs: z.number().int().nullable().describe('Delay of its newest minute, ms.'),
  })
  .meta({ id: 'DeviceLinkHealth' });

export const deviceFileRow = recordOf(fields)
  .extend({
    kindName: bilingual.describe('The word of the dictionary.'),
    area: z.object({ id: slug, name: bilingual, dust: z.enum(['none', 'dusty']) }).nullable(),
    ip: z.string().nullable().describe('The IP code as printed on the housing.'),
    maintenanceDue: day.nullable(),
    maintenance: z.enum(['none', 'planned', 'soon', 'overdue']),
    finding: finding.nullable().describe('The open finding about its protection.'),
    linkHealth: linkHealth
      .nullable()
      .describe('How its link is, from the record of health; null where it has no ref.'),
    linkProblem: z
      .object({
        fault: z.enum(['slow', 'late']).describe('Too little goes over it, or it comes too late.'),
        reason: bilingual.describe('Why, and what to do.'),
      })
      .nullable()
      .describe('Why its link does not suit what it carries; null where it does.'),
  })
  .meta({ id: 'DeviceFileRow' });
export type DeviceFileRow = z.infer<typeof deviceFileRow>;

export const deviceFileSchema = deviceFileRow
  .extend({
    ...transitionsShape,
    accepted: z
      .object({ at: instant, reason: z.string().nullable() })
      .nullable()
      .describe('The protection was accepted as it is.'),
  })
  .meta({ id: 'DeviceFile' });
export type DeviceFileView = z.infer<typeof deviceFileSchema>;

const filters = {
  q: line(100).optional().describe('Part of name, model, serial number or ref.'),
  kind: commaSeparated(slug).optional(),
  area: commaSeparated(slug).optional(),
  status: commaSeparated(slug).optional(),
  state: commaSeparated(z.enum(['finding', 'link', 'soon', 'overdue']))
    .optional()
    .describe(
      '`finding`: its protection does not suit its place; `link`: its link does not suit what it carries; or how near the maintenance is.',
    ),
};
export const listQuery = z.strictObject({ ...filters, ...pageQuery() });
export type ListQuery = z.infer<typeof listQuery>;
export const exportListQuery = listQuery.omit({ limit: true, cursor: true }).extend(exportQuery);
export const deviceFilePage = pageOf(deviceFileRow)
  .extend({
    counts: z.object({
      all: z.number().int().describe('How many there are.'),
      findings: z.number().int(),
      links: z.number().int().describe('How many have a link that does not suit them.'),
      soon: z.number().int().describe('How many need maintenance within 30 days.'),
      overdue: z.number().int(),
    }),
  })
  .meta({ id: 'DeviceFilePage' });

export const findingAction = actionBody.meta({ id: 'DeviceFindingAction' });
