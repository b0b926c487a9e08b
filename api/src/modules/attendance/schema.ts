import { bilingual, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { exportQuery } from '../../platform/kit/list-export.ts';
import {
  commaSeparated,
  day,
  line,
  lookedAtVersion,
  pageOf,
  pageQuery,
  prose,
} from '../../platform/kit/schemas.ts';
import { sources } from './derive.ts';

export const directions = ['in', 'out'] as const;
export const timeFlags = ['clock', 'waited'] as const;
export const dayStates = ['in', 'done', 'missing-out', 'missing-in', 'not-clocked'] as const;
export type DayState = (typeof dayStates)[number];
export const correctionStates = ['open', 'approved', 'refused', 'withdrawn'] as const;

const direction = z.enum(directions);
const timeZone = z
  .string()
  .max(64)
  .refine((name) => {
    try {
      return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
    } catch {
      return false;
    }
  }, 'is no time zone, such as Asia/Shanghai');

/** What an event rests on, beside its columns. */
export const evidenceSchema = z.object({
  clockOffSeconds: z
    .number()
    .optional()
    .describe('By how much the clock of the phone is ahead of ours; negative: behind.'),
  waitedSeconds: z.number().optional().describe('From the press to its arrival.'),
  phone: z
    .object({ latitude: z.number(), longitude: z.number(), accuracy: z.number() })
    .optional()
    .describe('Where the phone was, with consent: degrees to four decimals, and metres.'),
  how: z
    .enum(['way-out', 'portal', 'area', 'plan'])
    .optional()
    .describe('What of a position counts: the read of a way out, of a portal, an area, the plan.'),
  late: z.boolean().optional().describe('The position came late and was put in order.'),
  reason: z.string().optional().describe('Of a correction.'),
});
export type Evidence = z.infer<typeof evidenceSchema>;

export const clockEventSchema = z
  .object({
    id: ulid,
    direction: direction.nullable().describe('Null: the machine of a list does not say.'),
    source: z.enum(sources).describe('position: by the badge; import: from a list.'),
    at: instant.describe('The time that counts.'),
    claimedAt: instant.nullable().describe('What the phone said, where another time counts.'),
    receivedAt: instant.describe('When it arrived.'),
    timeFlag: z
      .enum(timeFlags)
      .nullable()
      .describe('clock: the clock of the phone is off; waited: it arrived much later.'),
    area: z.object({ id: slug, name: bilingual.nullable() }).nullable(),
    device: z.string().nullable(),
    evidence: evidenceSchema,
  })
  .meta({ id: 'ClockEvent' });
export type ClockEventView = z.infer<typeof clockEventSchema>;

export const pressBody = z
  .strictObject({
    id: ulid.describe('Made by the phone; sending it again does nothing.'),
    direction,
    pressedAt: instant.describe('By the clock of the phone.'),
    sentAt: instant.describe('By the same clock, now: so a clock that is off does no harm.'),
    place: z
      .strictObject({
        latitude: z.number().min(-90).max(90),
        longitude: z.number().min(-180).max(180),
        accuracy: z.number().min(0).max(100_000).describe('Metres.'),
      })
      .optional()
      .describe('Kept only where the site asks for it and the person agreed.'),
  })
  .meta({ id: 'ClockPress' });
export type Press = z.infer<typeof pressBody>;
export const pressAnswer = clockEventSchema
  .extend({
    repeated: z.boolean().describe('It was there already: sent or pressed twice.'),
    placeKept: z.boolean().describe('Whether the location of the phone was kept.'),
  })
  .meta({ id: 'ClockPressAnswer' });

const dayFields = {
  day: day.describe('By the clock of the site.'),
  firstIn: instant.nullable(),
  lastOut: instant.nullable(),
  presentMinutes: z.number().int(),
  missingIn: z.number().int(),
  missingOut: z.number().int(),
  assumed: z.boolean().describe('Directions were assumed: a machine did not say them.'),
  flagged: z.boolean(),
  sources: z.array(z.enum(sources)).describe('In which ways the person was seen.'),
  state: z
    .enum(dayStates)
    .describe('in: here now; missing-out: no time out after 16 hours, or before the next time in.'),
};
const breaks = z.array(z.object({ from: instant, until: instant }));
export const attendanceDaySchema = z
  .object({ ...dayFields, breaks, events: z.array(clockEventSchema).describe('In their order.') })
  .meta({ id: 'AttendanceDay' });
export type AttendanceDayView = z.infer<typeof attendanceDaySchema>;

const person = z.object({
  id: ulid,
  name: z.string(),
  employeeNo: z.string(),
  department: z.object({ id: slug, name: bilingual }),
});
export const correctionSchema = z
  .object({
    id: ulid,
    person,
    direction,
    at: instant.describe('When the person says that it was.'),
    reason: z.string(),
    state: z.enum(correctionStates),
    askedAt: instant,
    decidedAt: instant.nullable(),
    decidedBy: bilingual.nullable(),
    note: z.string().nullable().describe('Of the person who decided.'),
    mayDecide: z.boolean().describe('Whether this account may decide it now.'),
    version: z.number().int(),
  })
  .meta({ id: 'ClockCorrection' });
export type CorrectionView = z.infer<typeof correctionSchema>;
export const correctionBody = z
  .strictObject({
    direction,
    at: instant,
    reason: prose(500).min(1).describe('Why it is missing.'),
  })
  .meta({ id: 'ClockCorrectionRequest' });
export const decideBody = z
  .strictObject({
    version: lookedAtVersion,
    approve: z.boolean().describe('False: it is refused.'),
    note: prose(500).nullable().default(null),
  })
  .refine(({ approve, note }) => approve || note, {
    path: ['note'],
    message: 'say why it is refused',
  })
  .meta({ id: 'ClockCorrectionDecision' });
export const correctionQuery = z.strictObject({
  ...pageQuery(),
  state: z.enum(correctionStates).optional(),
});
export const correctionPage = pageOf(correctionSchema).meta({ id: 'ClockCorrectionPage' });

export const ownQuery = z.strictObject({
  month: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
    .optional()
    .describe('Such as 2026-11; the present one where left out.'),
});
export const ownAttendance = z
  .object({
    today: day.describe('By the clock of the site.'),
    zone: z.string(),
    month: z.string().describe('The one that is shown, such as 2026-11.'),
    present: z.boolean().describe('In now, as far as it is known.'),
    since: instant.nullable(),
    phone: z.object({
      asked: z.boolean().describe('The site asks for the location of the phone.'),
      agreed: z.boolean().describe('The person agreed to that.'),
    }),
    position: z
      .object({
        on: z.boolean().describe('The site counts badges that are seen.'),
        agreed: z.boolean().describe('The person agreed to it, and to their badge being followed.'),
      })
      .describe('Clocking in by the badge.'),
    days: z.array(attendanceDaySchema).describe('Of the month, newest first.'),
    corrections: z.array(correctionSchema).describe('The last ones, newest first.'),
  })
  .meta({ id: 'OwnAttendance' });

const dayFilter = {
  day: day.optional().describe('By the clock of the site; today where left out.'),
  department: slug.optional(),
  q: line(64).optional().describe('In the name or number.'),
  state: commaSeparated(z.enum(dayStates)).optional(),
  source: z.enum(sources).optional(),
};
export const dayQuery = z.strictObject({ ...pageQuery(), ...dayFilter });
export type DayQuery = z.infer<typeof dayQuery> & { day: string };
export const dayExport = z.strictObject({ ...exportQuery, ...dayFilter });
export const dayRowSchema = z.object({ person, ...dayFields }).meta({ id: 'AttendanceRow' });
export type DayRow = z.infer<typeof dayRowSchema>;
export const dayPage = pageOf(dayRowSchema)
  .extend({
    day: day.describe('The one that is shown.'),
    zone: z.string(),
    counts: z
      .object({
        in: z.number().int().describe('People who are in.'),
        done: z.number().int().describe('People who went.'),
        'missing-out': z.number().int().describe('Whose time out is missing.'),
        'missing-in': z.number().int().describe('Whose time in is missing.'),
        'not-clocked': z.number().int().describe('People without a clock event.'),
      })
      .describe('By the other filters.'),
  })
  .meta({ id: 'AttendancePage' });
export const personDayQuery = z.strictObject({ day: day.describe('By the clock of the site.') });
export const personDay = z
  .object({
    person,
    zone: z.string(),
    day: attendanceDaySchema.nullable().describe('Null: no clock events.'),
  })
  .meta({ id: 'PersonAttendance' });

const settingFields = {
  timeZone: timeZone.nullable().describe('IANA name; null: that of the installation.'),
  dayStarts: z
    .number()
    .int()
    .min(0)
    .max(1439)
    .describe('Punches without a direction belong to the day that begins then: minutes.'),
  phoneLocation: z.boolean().describe('The app asks for the location, of those who agreed.'),
  byPosition: z.boolean().describe('Badges that are seen clock in, of those who agreed.'),
};
export const settingSchema = z
  .object({ site: slug, name: bilingual, ...settingFields, version: z.number().int() })
  .meta({ id: 'AttendanceSetting' });
export type SettingView = z.infer<typeof settingSchema>;
export const settingList = z.object({ items: z.array(settingSchema) });
export const settingBody = z
  .strictObject({
    ...settingFields,
    version: z.number().int().min(0).describe('0: there is none yet.'),
  })
  .meta({ id: 'AttendanceSettingRequest' });
