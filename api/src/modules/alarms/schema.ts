import {
  alarmFault,
  alarmLight,
  alarmOutput,
  alarmState,
  bilingual,
  instant,
  LONGEST_ALARM_IN_ALL_SECONDS,
  LONGEST_ALARM_SECONDS,
  outputs,
  severity,
  slug,
  ulid,
  violationRule,
} from '@anshi/contracts';
import { z } from 'zod';
import { changeOf, inputOf, recordOf } from '../../platform/kit/records.ts';
import { commaSeparated, pageOf, pageQuery, prose } from '../../platform/kit/schemas.ts';

/** A mute ends by itself, at the latest after a shift. */
export const LONGEST_MUTE_MINUTES = 12 * 60;

const fields = {
  name: bilingual.describe('What people call the line.'),
  cameras: z.array(slug).max(200).describe('Cameras; empty for all.'),
  areas: z.array(slug).max(200).describe('Areas of the violation; empty for all.'),
  rules: z.array(violationRule).max(50).describe('Rules; empty for all.'),
  severities: z.array(severity).min(1).max(3).describe('Severities that give an alarm.'),
  soundIn: z
    .array(slug)
    .max(200)
    .describe('Areas whose devices give the alarm; empty for the area of the violation.'),
  light: alarmLight.describe('What the light does.'),
  sound: z.boolean().describe('Whether it sounds.'),
  holdSeconds: z
    .number()
    .int()
    .min(1)
    .max(LONGEST_ALARM_SECONDS)
    .describe('How long each violation keeps it on, seconds.'),
  maxSeconds: z
    .number()
    .int()
    .min(1)
    .max(LONGEST_ALARM_IN_ALL_SECONDS)
    .describe('How long an alarm lasts at most, seconds.'),
};
const active = z.boolean().describe('A line that is not in use gives no alarm.');

const signals = (line: { light?: string | undefined; sound?: boolean | undefined }) =>
  line.light !== 'off' || line.sound !== false;
const noSignal = { path: ['light'], message: 'light or sound must be on' };

export const alarmLineInput = inputOf(fields)
  .refine(signals, noSignal)
  .meta({ id: 'AlarmLineRequest' });
export const alarmLinePatch = changeOf({ ...fields, active })
  .refine(signals, noSignal)
  .meta({ id: 'AlarmLinePatch' });
const place = z.object({ id: slug, name: bilingual.nullable().describe('Null where it is gone.') });
export const alarmLineSchema = recordOf(fields)
  .extend({
    active,
    createdAt: instant,
    places: z.array(place).describe('Names of the areas and cameras that it lists.'),
    devices: z
      .array(z.object({ device: slug, name: bilingual }))
      .nullable()
      .describe(
        'Devices of the areas in soundIn that can give it; null where the violation decides the area.',
      ),
  })
  .meta({
    id: 'AlarmLine',
    description: 'Which violations give an alarm where. It is no safety function.',
  });
export type AlarmLineView = z.infer<typeof alarmLineSchema>;
export const alarmLineList = z.object({ items: z.array(alarmLineSchema) }).meta({
  id: 'AlarmLineList',
});

export const alarmMuteInput = z
  .strictObject({
    device: slug.describe('Name of the device on the bus.'),
    light: z.boolean().describe('Whether the light stays off.'),
    sound: z.boolean().describe('Whether the sound stays off.'),
    minutes: z
      .number()
      .int()
      .min(1)
      .max(LONGEST_MUTE_MINUTES)
      .describe('For how long; then it ends by itself.'),
    reason: prose(500).min(1).describe('Why.'),
  })
  .refine(({ light, sound }) => light || sound, {
    path: ['sound'],
    message: 'light or sound must be muted',
  })
  .meta({ id: 'AlarmMuteRequest' });
export const alarmMuteSchema = z
  .object({
    id: ulid,
    device: slug.describe('Name of the device on the bus.'),
    light: z.boolean().describe('Whether the light stays off.'),
    sound: z.boolean().describe('Whether the sound stays off.'),
    reason: z.string().describe('Why.'),
    fromAt: instant.describe('From when.'),
    untilAt: instant.describe('Until when; it ends by itself.'),
    mutedBy: bilingual.nullable().describe('Who muted it.'),
    endedAt: instant
      .nullable()
      .describe('When it was ended before its time; null where it was not.'),
    endedBy: bilingual.nullable().describe('Who ended it.'),
    inForce: z.boolean().describe('Whether it holds now.'),
  })
  .meta({ id: 'AlarmMute', description: 'Light or sound of a device that stays off for a while.' });
export type AlarmMuteView = z.infer<typeof alarmMuteSchema>;
export const alarmMuteQuery = z.strictObject({
  device: slug.optional().describe('Name of the device on the bus.'),
  inForce: z.enum(['true', 'false']).optional().describe('Only those that hold now.'),
});
export const alarmMuteList = z.object({ items: z.array(alarmMuteSchema) }).meta({
  id: 'AlarmMuteList',
});

export const alarmSchema = z
  .object({
    id: ulid,
    device: slug.nullable().describe('Name of the device; null where the area has none for it.'),
    deviceName: bilingual.nullable().describe('What people call it.'),
    siteDevice: ulid.nullable().describe('Its id in the register.'),
    worker: slug.describe('The worker that gave it.'),
    lineId: ulid.describe('The line of the plan.'),
    violation: ulid.describe('The violation that is the cause.'),
    camera: slug.describe('Id of the camera.'),
    area: slug.nullable().describe('The area of the violation; null where it is in none.'),
    areaName: bilingual.nullable().describe('The name of its area.'),
    rule: violationRule.describe('The rule that was broken.'),
    severity: severity.describe('Severity of the violation.'),
    light: alarmLight.describe('What the light was to do.'),
    sound: z.boolean().describe('Whether it was to sound.'),
    holdSeconds: z.number().int().describe('How long it was to last, seconds.'),
    raisedAt: instant.describe('When the worker gave it.'),
    state: alarmState.describe(
      '`raised`: no answer yet. `done`: light or sound is on. `silent`: the device did not answer.',
    ),
    fault: z
      .union([alarmFault, z.literal('worker-lost')])
      .nullable()
      .describe('Why not, or why not all of it.'),
    muted: z.array(alarmOutput).describe('What stayed off because it is muted.'),
    muteReason: z.string().nullable().describe('Why it is muted.'),
    prolongs: ulid.nullable().describe('The alarm that it prolongs; null where it began one.'),
    readBack: outputs.nullable().describe('What the device read back of its outputs.'),
    untilAt: instant.nullable().describe('When the outputs go off by themselves.'),
    endedAt: instant.nullable().describe('When the device answered, or was found silent.'),
    version: z.number().int(),
  })
  .meta({ id: 'Alarm', description: 'An alarm that a worker gave, and what became of it.' });
export type AlarmView = z.infer<typeof alarmSchema>;
export const alarmQuery = z.strictObject({
  ...pageQuery(),
  violation: commaSeparated(ulid).optional().describe('Of these violations.'),
  device: slug.optional().describe('Name of the device on the bus.'),
  state: commaSeparated(alarmState).optional(),
});
export type AlarmQuery = z.infer<typeof alarmQuery>;
export const alarmPage = pageOf(alarmSchema).meta({ id: 'AlarmPage' });
