import { bilingual, instant, severity, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { pageOf, pageQuery, prose } from '../../platform/kit/schemas.ts';
import { incidentSchema } from '../incidents/schema.ts';

/** As many alarms are listed and acknowledged at once. */
export const MOST_ALARMS = 100;

const person = z
  .object({ id: z.string(), name: bilingual.nullable() })
  .describe('A user; the name is null where the account is gone.');

export const deskAlarm = z
  .object({
    incident: incidentSchema,
    acknowledged: z.object({ by: person, at: instant }).nullable(),
  })
  .meta({ id: 'DeskAlarm', description: 'An incident that the control room has to look at.' });
export type DeskAlarm = z.infer<typeof deskAlarm>;

export const deskAlarmQuery = z.strictObject({
  from: severity.default('high').describe('The least severity.'),
  limit: z.coerce.number().int().min(1).max(MOST_ALARMS).default(MOST_ALARMS),
});
export const deskAlarmList = z
  .object({
    items: z.array(deskAlarm).describe('Those without an acknowledgement, newest first.'),
    total: z.number().int().describe('How many there are.'),
    cameras: z.array(slug).describe('Ids of the cameras of all of them.'),
  })
  .meta({ id: 'DeskAlarmList' });

export const screenAlarms = z
  .object({
    total: z.number().int().describe('How many there are.'),
    cameras: z.array(slug).describe('Ids of the cameras of all of them that the screen shows.'),
    newestAt: instant.nullable().describe('When the newest one began; null for none.'),
  })
  .meta({ id: 'ScreenAlarms', description: 'The alarms that a screen on a wall shows.' });

export const acknowledgeRequest = z
  .strictObject({
    alarms: z
      .array(z.strictObject({ incident: ulid, severity }))
      .min(1)
      .max(MOST_ALARMS),
  })
  .meta({ id: 'DeskAlarmAcknowledgement' });
export const acknowledgeAnswer = z
  .object({
    items: z.array(
      z.object({
        incident: ulid.describe('As it was asked for.'),
        state: z
          .enum(['acknowledged', 'before', 'risen', 'over', 'unknown'])
          .describe(
            '`before`: another person was first. `risen`: it is more severe by now and stays open. `over`: it has a verdict or is older than a day. `unknown`: there is none within reach.',
          ),
        acknowledged: deskAlarm.shape.acknowledged,
      }),
    ),
  })
  .meta({ id: 'DeskAlarmAcknowledged' });
export type AcknowledgeAnswer = z.infer<typeof acknowledgeAnswer>;

export const restingSnooze = z.object({
  id: ulid,
  camera: slug,
  cameraName: bilingual.nullable(),
  zone: slug.nullable(),
  rule: slug.nullable(),
  reason: z.string().describe('Why it rests.'),
  untilAt: instant.describe('When it ends by itself.'),
});

export const shiftNote = z
  .object({ id: ulid, text: z.string().describe('What happened.'), by: person, at: instant })
  .meta({ id: 'ShiftNote' });

const counts = z
  .object({
    open: z.number().int().describe('Alarms without an acknowledgement.'),
    acknowledged: z.number().int().describe('Alarms acknowledged during the shift.'),
    ended: z
      .number()
      .int()
      .default(0)
      .describe('Alarms that ended after a day during the shift, and no person acknowledged them.'),
    snoozed: z.number().int().describe('Cameras, zones and rules that rest.'),
  })
  .describe('As they stood.');

export const handoverSchema = z
  .object({
    id: ulid,
    site: slug.describe('Id of the site.'),
    from: instant.nullable().describe('The handover before; null for the first one.'),
    given: z.object({ by: person, at: instant }),
    note: z.string().nullable().describe('What the next shift should know.'),
    stood: counts.nullable().describe('Null for readers who do not see the whole site.'),
    state: z.enum(['waiting', 'accepted', 'withdrawn']).describe('Whether it was accepted.'),
    accepted: z.object({ by: person, at: instant, note: z.string().nullable() }).nullable(),
    mayAccept: z.boolean().describe('Whether this account may accept it.'),
    mayWithdraw: z.boolean().describe('Whether this account may take it back.'),
  })
  .meta({ id: 'ShiftHandover' });
export type Handover = z.infer<typeof handoverSchema>;

export const handoverDetail = handoverSchema
  .extend({
    open: z.array(deskAlarm).describe('The alarms that were open, as they are now.'),
    acknowledged: z.array(deskAlarm).describe('Those that were acknowledged during the shift.'),
    ended: z
      .array(deskAlarm)
      .describe('Those that ended after a day without an acknowledgement, as they are now.'),
    snoozes: z.array(restingSnooze).describe('What rested.'),
    notes: z.array(shiftNote).describe('The notes of the shift, oldest first.'),
  })
  .meta({ id: 'ShiftHandoverDetail' });
export type HandoverDetail = z.infer<typeof handoverDetail>;

export const shiftLogQuery = z.strictObject({ site: slug.describe('Id of the site.') });
export const shiftLog = z
  .object({
    site: slug.describe('Id of the site.'),
    since: instant.nullable().describe('When the last shift was handed over; null for never.'),
    counts,
    open: z.array(deskAlarm).describe('Alarms without an acknowledgement, newest first.'),
    acknowledged: z.array(deskAlarm).describe('Alarms acknowledged since, newest first.'),
    ended: z
      .array(deskAlarm)
      .describe('Alarms that ended after a day since, without an acknowledgement, newest first.'),
    snoozes: z.array(restingSnooze).describe('What rests now.'),
    notes: z.array(shiftNote).describe('Notes since, oldest first.'),
    waiting: handoverSchema.nullable().describe('The handover that waits; null for none.'),
  })
  .meta({ id: 'ShiftLog', description: 'What the shift that is on hands to the next.' });
export type ShiftLog = z.infer<typeof shiftLog>;

export const noteRequest = z
  .strictObject({ site: slug.describe('Id of the site.'), text: prose(1000).min(1) })
  .meta({ id: 'ShiftNoteRequest' });
export const handoverRequest = z
  .strictObject({
    site: slug.describe('Id of the site.'),
    note: prose(1000).nullable().default(null),
  })
  .meta({ id: 'ShiftHandoverRequest' });
export const acceptanceRequest = z
  .strictObject({ note: prose(1000).nullable().default(null) })
  .meta({ id: 'ShiftAcceptance' });
export const handoverQuery = z.strictObject({
  ...pageQuery(),
  site: slug.optional().describe('Of this site alone.'),
});
export const handoverPage = pageOf(handoverSchema).meta({ id: 'ShiftHandoverPage' });
