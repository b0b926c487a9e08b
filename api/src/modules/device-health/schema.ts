import { bilingual, cameraFaultCode, gradeReason, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { exportQuery } from '../../platform/kit/list-export.ts';
import { commaSeparated, pageOf, pageQuery } from '../../platform/kit/schemas.ts';

export const deviceKinds = ['camera', 'worker', 'gateway', 'site-device'] as const;
export type DeviceKind = (typeof deviceKinds)[number];
export const outageFaults = [
  'offline',
  'delayed',
  'network',
  'black',
  'frozen',
  'blurred',
  'turned',
  'covered',
] as const;
export type OutageFault = (typeof outageFaults)[number];

const kind = z.enum(deviceKinds).describe('What it is.');
/** Names on the bus: ids of cameras, workers and gateways, names of devices on site. */
const subject = slug.describe('Its id or its name on the bus.');
const name = bilingual.describe('What people call it.');

/** Length of a cell of the strip, minutes; a day has 144 of them. */
export const CELL_MINUTES = 10;
export const DAY_CELLS = (24 * 60) / CELL_MINUTES;

const fault = z
  .enum(outageFaults)
  .describe(
    '`offline`: it gives nothing; `delayed`: too late; `network`: its pictures come over its second address, as the first gives none; else what is wrong with the picture.',
  );
const cause = z
  .union([cameraFaultCode, z.enum(['worker-offline', 'silent', 'unrecorded'])])
  .nullable()
  .describe('Why, where it is known.');

const boardItem = z.object({
  kind,
  subject,
  name,
  now: z
    .enum(['ok', 'fair', 'poor', 'off', 'none'])
    .describe('Now; `none` where nothing was heard of it, or it is switched off.'),
  reasons: z.array(gradeReason).describe('Why the grade of a camera is not excellent.'),
  outage: z
    .object({ fault, cause, message: z.string().nullable(), begunAt: instant })
    .nullable()
    .describe('What is wrong now; null for nothing.'),
  problem: z.string().nullable().describe('What a worker says of itself.'),
  worker: slug.nullable().describe('The worker that watches the camera.'),
  cells: z
    .string()
    .length(DAY_CELLS)
    .describe(
      'Ten minutes each, oldest first, the worst of them: `o` ok, `f` fair, `p` poor, `x` off, `-` no record.',
    ),
});
export type BoardItem = z.infer<typeof boardItem>;

export const boardSchema = z
  .object({
    from: instant.describe('Beginning of the first cell.'),
    to: instant.describe('End of the last cell.'),
    items: z.array(boardItem),
  })
  .meta({ id: 'DeviceHealthBoard' });

const filters = {
  kind: commaSeparated(z.enum(deviceKinds)).optional(),
  subject: commaSeparated(slug).optional(),
  from: instant.optional().describe('Where left out, 90 days ago.'),
  to: instant.optional().describe('Where left out, now.'),
};

const count = z.number().int().min(0);
export const hourSchema = z
  .object({
    kind,
    subject,
    name,
    at: instant.describe('A whole hour.'),
    worker: slug.nullable(),
    minutes: count.describe('Minutes on record, at most 60.'),
    upSeconds: count.describe('Seconds in which it did its work.'),
    fairMinutes: count,
    poorMinutes: count,
    offMinutes: count.describe('Minutes in which it was away, at least in part.'),
    due: count.describe('Pictures due for analysis.'),
    dropped: count.describe('Those that were not analysed.'),
    stalls: count.describe('How often pictures stopped while the connection was open.'),
    reconnects: count.describe('How often it was connected again.'),
    decodeErrors: count.describe('Damaged pictures and lost packets.'),
    delayMs: count
      .nullable()
      .describe('The longest delay of a minute: 95th percentile of its pictures, ms.'),
    reasons: z.array(gradeReason).describe('Why its grade was fair or poor.'),
  })
  .meta({ id: 'DeviceHealthHour' });
export type HourView = z.infer<typeof hourSchema>;
export const hourPage = pageOf(hourSchema).meta({ id: 'DeviceHealthHourPage' });
const hourFilters = {
  ...filters,
  trouble: z.enum(['true']).optional().describe('Only hours that were not all well.'),
};
export const hourQuery = z.strictObject({ ...hourFilters, ...pageQuery() });
export type HourQuery = z.infer<typeof hourQuery>;
export const hourExport = z.strictObject({ ...hourFilters, ...exportQuery });

export const outageSchema = z
  .object({
    id: ulid,
    kind,
    subject,
    name,
    fault,
    cause,
    message: z.string().nullable().describe('The words of the worker.'),
    worker: slug.nullable(),
    begunAt: instant,
    foundAt: instant.describe('When it was noticed.'),
    endedAt: instant.nullable().describe('Null while it lasts.'),
    toldAt: instant.nullable().describe('When people were told; null where it ended before.'),
    still: z
      .object({
        state: z
          .enum(['ready', 'no-picture', 'not-blurred', 'worker-away', 'none'])
          .describe(
            '`no-picture`: none came before; `not-blurred`: faces in it could not be blurred; `worker-away`: its worker was away, which has it; `none`: none was given, or its term is over.',
          ),
        at: instant.nullable().describe('When it was exposed.'),
      })
      .nullable()
      .describe(
        'The last picture of a camera before it was lost, or one that shows the fault, with blurred faces; null where none is to be expected, or the camera is not within reach.',
      ),
  })
  .meta({ id: 'DeviceOutage' });
export type OutageView = z.infer<typeof outageSchema>;
export const outagePage = pageOf(outageSchema)
  .extend({ open: count.describe('How many last now.') })
  .meta({ id: 'DeviceOutagePage' });
const outageFilters = {
  ...filters,
  fault: commaSeparated(z.enum(outageFaults)).optional(),
  open: z.enum(['true']).optional().describe('Only those that last.'),
};
export const outageQuery = z.strictObject({ ...outageFilters, ...pageQuery() });
export type OutageQuery = z.infer<typeof outageQuery>;
export const outageExport = z.strictObject({ ...outageFilters, ...exportQuery });

const settingFields = {
  graceSeconds: z.number().int().min(5).max(3600),
  delaySeconds: z.number().int().min(1).max(60),
};
export const settingSchema = z
  .object({ ...settingFields, version: z.number().int().describe('0 before the first change.') })
  .meta({ id: 'DeviceHealthSetting' });
export type SettingView = z.infer<typeof settingSchema>;
export const settingBody = z
  .strictObject({
    ...settingFields,
    version: z
      .number()
      .int()
      .min(0)
      .describe('The version that the change is based on; 0 before the first.'),
  })
  .meta({ id: 'DeviceHealthSettingRequest' });
