import { z } from 'zod';
import { severity } from '../cameras/schema.ts';
import { cloudEvent } from '../events/cloud-event.ts';
import { violationRule } from '../events/violation.ts';
import { instant, slug, ulid } from '../primitives.ts';
import { outputs } from './command.ts';

/** Longest time for which one alarm message asks, and longest time that an alarm lasts in all, seconds. */
export const LONGEST_ALARM_SECONDS = 600;
export const LONGEST_ALARM_IN_ALL_SECONDS = 3600;
/** A device does not begin an alarm later than this after it was given, ms. */
export const ALARM_VALID_MS = 10_000;
/** A device that has not answered after this is silent, ms; a notice follows within 5 s of the alarm. */
export const ALARM_SILENT_MS = 3_000;

export const alarmLight = z.enum(['off', 'steady', 'flash']);
export type AlarmLight = z.infer<typeof alarmLight>;

/** The two outputs of an alarm, which are muted apart. */
export const alarmOutput = z.enum(['light', 'sound']);
export type AlarmOutput = z.infer<typeof alarmOutput>;

const signal = {
  light: alarmLight.describe('What the light does.'),
  sound: z.boolean().describe('Whether it sounds.'),
  holdSeconds: z
    .number()
    .int()
    .min(1)
    .max(LONGEST_ALARM_SECONDS)
    .describe('How long light and sound last from now on.'),
  maxSeconds: z
    .number()
    .int()
    .min(1)
    .max(LONGEST_ALARM_IN_ALL_SECONDS)
    .describe('How long the alarm lasts at most, however often it is prolonged.'),
};

/**
 * An alarm of a worker to a device on site, published when the judge confirms a violation. It needs
 * neither the database nor the API. It is sent again with the same id until it is answered.
 *
 * It is no safety function: emergency stops and guards stay hard-wired.
 */
export const alarm = z.object({
  id: ulid.describe('Id of the alarm; one that comes again is the same.'),
  device: slug.describe('Name of the device, as in the topic.'),
  worker: slug.describe('Id of the worker, as in the topic.'),
  violation: ulid.describe('The violation that is the cause.'),
  camera: slug.describe('Id of the camera.'),
  act: z
    .string()
    .min(1)
    .max(200)
    .describe('Alarms with the same one belong to one act: camera and actor.'),
  ...signal,
  at: instant.describe('When it was given.'),
  validUntil: instant.describe('The device does not begin it from this time on.'),
});
export type Alarm = z.infer<typeof alarm>;

/** Why a device did not do all that an alarm asks for. */
export const alarmFault = z.enum([
  'late',
  'clock',
  'not-allowed',
  'muted',
  'out-of-use',
  'output',
  'no-output',
  'no-connection',
  'snoozed',
]);
export type AlarmFault = z.infer<typeof alarmFault>;

/** The answer of a device to an alarm; the same again where the alarm comes again. */
export const alarmAnswer = z.object({
  id: ulid.describe('Id of the alarm.'),
  device: slug.describe('Name of the device, as in the topic.'),
  worker: slug.describe('Id of the worker, as in the topic.'),
  result: z
    .enum(['done', 'refused', 'failed'])
    .describe(
      '`done`: light or sound is on. `refused`: nothing was switched. `failed`: it could not.',
    ),
  fault: alarmFault.nullable().describe('Why not; null where nothing is wrong.'),
  muted: z.array(alarmOutput).max(2).describe('What stayed off because it is muted.'),
  runs: ulid
    .nullable()
    .describe('The alarm that this one prolongs; its own id where it began one.'),
  readBack: outputs.nullable().describe('What the device reads back of its outputs.'),
  until: instant.nullable().describe('When the outputs go off by themselves.'),
  at: instant.describe('When it was so.'),
});
export type AlarmAnswer = z.infer<typeof alarmAnswer>;

/** That an output of a device stays off for a while. Why is not said on the bus. */
export const alarmMute = z.object({
  id: ulid.describe('Id of the mute.'),
  light: z.boolean().describe('Whether the light stays off.'),
  sound: z.boolean().describe('Whether the sound stays off.'),
  from: instant.describe('From when.'),
  until: instant.describe('Until when; it ends by itself.'),
});
export type AlarmMute = z.infer<typeof alarmMute>;

/**
 * Whose alarms a device takes, and what of it is muted: retained, by the API. It holds without the API;
 * one with an earlier `at` than the last one is not believed.
 */
export const alarmRules = z.object({
  device: slug.describe('Name of the device, as in the topic.'),
  active: z.boolean().describe('One that is out of use takes no alarms.'),
  workers: z.array(slug).max(1000).describe('The workers whose alarms it takes.'),
  mutes: z.array(alarmMute).max(50).describe('What is muted, and until when.'),
  at: instant.describe('When this was so.'),
});
export type AlarmRules = z.infer<typeof alarmRules>;

/** One line of the alarm plan. An empty list of cameras, areas or rules stands for all. */
export const alarmLine = z.object({
  id: ulid.describe('Id of the line.'),
  cameras: z.array(slug).max(200).describe('Cameras; empty for all.'),
  areas: z.array(slug).max(200).describe('Areas of the violation; empty for all.'),
  rules: z.array(violationRule).max(50).describe('Rules; empty for all.'),
  severities: z.array(severity).min(1).max(3).describe('Severities.'),
  soundIn: z
    .array(slug)
    .max(200)
    .describe('Areas whose devices give the alarm; empty for the area of the violation.'),
  ...signal,
});
export type AlarmLine = z.infer<typeof alarmLine>;

/** That alarms of a camera, zone or rule are not given for a while. Why is not said on the bus. */
export const alarmSnooze = z.object({
  id: ulid.describe('Id of the snooze.'),
  camera: slug.describe('Id of the camera.'),
  zone: slug.nullable().describe('Id of the zone; null for all.'),
  rule: slug.nullable().describe('Id of the rule; null for all.'),
  high: z.boolean().describe('High severity rests as well.'),
  from: instant.describe('From when.'),
  until: instant.describe('Until when; it ends by itself.'),
});
export type AlarmSnooze = z.infer<typeof alarmSnooze>;

/**
 * Which device gives an alarm for what: retained, by the API to one worker, which keeps it on its disk.
 * One with an earlier `at` than the last one is not believed.
 */
export const alarmPlan = z.object({
  worker: slug.describe('Id of the worker, as in the topic.'),
  lines: z.array(alarmLine).max(200).describe('The lines of the plan.'),
  devices: z
    .array(
      z.object({
        device: slug.describe('Name of the device.'),
        area: slug.nullable().describe('The area in which it is seen and heard.'),
        outputs: z
          .array(alarmOutput)
          .min(1)
          .max(2)
          .default(['light', 'sound'])
          .describe('What it has: a speaker has no light.'),
      }),
    )
    .max(2000)
    .describe('The devices in use.'),
  snoozes: z
    .array(alarmSnooze)
    .max(200)
    .default([])
    .describe('What gives no alarm for a while; violations are recorded all the same.'),
  keys: z
    .string()
    .max(400_000)
    .describe(
      'The keys for alarms to each device, sealed for this worker (AES-256-GCM, base64url).',
    ),
  at: instant.describe('When this was so.'),
});
export type AlarmPlan = z.infer<typeof alarmPlan>;

/** What became of an alarm, as far as its worker knows. */
export const alarmState = z.enum(['raised', 'done', 'refused', 'failed', 'silent', 'no-device']);
export type AlarmState = z.infer<typeof alarmState>;

/**
 * What a worker reports of an alarm: once when it was raised, and again with each answer. It waits in
 * the worker's folder until the API has committed it.
 */
export const alarmReported = cloudEvent(
  'cn.anshi.alarm.reported.v1',
  z.object({
    alarm: ulid.describe('Id of the alarm.'),
    worker: slug.describe('Id of the worker.'),
    device: slug.nullable().describe('Name of the device; null where the area has none for it.'),
    line: ulid.describe('The line of the plan.'),
    violation: ulid.describe('The violation that is the cause.'),
    camera: slug.describe('Id of the camera.'),
    area: slug.nullable().describe('The area of the violation; null where it is in none.'),
    rule: violationRule.describe('The rule that was broken.'),
    severity: severity.describe('Severity of the violation.'),
    act: z.string().min(1).max(200).describe('Camera and actor.'),
    ...signal,
    raisedAt: instant.describe('When the alarm was given.'),
    state: alarmState.describe('What became of it.'),
    fault: alarmFault.nullable().describe('Why not; null where nothing is wrong.'),
    muted: z.array(alarmOutput).max(2).describe('What stayed off because it is muted.'),
    snooze: ulid
      .optional()
      .describe('The snooze for which it was not given; left out where there is none.'),
    runs: ulid.nullable().describe('The alarm that it prolongs; its own id where it began one.'),
    readBack: outputs.nullable().describe('What the device reads back.'),
    until: instant.nullable().describe('When the outputs go off by themselves.'),
    at: instant.describe('When this was so.'),
  }),
);
export type AlarmReported = z.infer<typeof alarmReported>;

/** The snooze that holds for a violation at a moment; null for none. */
export function snoozeFor(
  snoozes: readonly AlarmSnooze[],
  about: { camera: string; zone: string | null; ruleId: string; severity: string },
  now: number,
): AlarmSnooze | null {
  return (
    snoozes.find(
      ({ camera, zone, rule, high, from, until }) =>
        camera === about.camera &&
        (zone === null || zone === about.zone) &&
        (rule === null || rule === about.ruleId) &&
        (high || about.severity !== 'high') &&
        Date.parse(from) <= now &&
        now < Date.parse(until),
    ) ?? null
  );
}

/** An alarm that a device gives now. Times in ms since the epoch. */
export interface RunningAlarm {
  readonly id: string;
  /** When the first alarm of each act of this run began. */
  readonly begun: Readonly<Record<string, number>>;
  readonly until: number;
  readonly light: AlarmLight;
  readonly sound: boolean;
}

/** What of a device is muted at a moment. */
export function mutedOutputs(mutes: readonly AlarmMute[], now: number): AlarmOutput[] {
  const counts = mutes.filter(
    ({ from, until }) => Date.parse(from) <= now && now < Date.parse(until),
  );
  return alarmOutput.options.filter((output) => counts.some((mute) => mute[output]));
}

/** What of a signal a device with these outputs gives; null where that is nothing. */
export function signalWith(
  outputs: readonly AlarmOutput[],
  asked: { light: AlarmLight; sound: boolean },
): { light: AlarmLight; sound: boolean } | null {
  const light = outputs.includes('light') ? asked.light : 'off';
  const sound = asked.sound && outputs.includes('sound');
  return light === 'off' && !sound ? null : { light, sound };
}

const strength: Readonly<Record<AlarmLight, number>> = { off: 0, steady: 1, flash: 2 };

/**
 * What a device gives after an alarm. One that comes while another runs prolongs that one and begins
 * none; what either of them switches on stays on. The longest time counts from the first alarm of the
 * same act: what goes on cannot sound for ever, and what is new is heard in full.
 *
 * @param running what it gives now; null for nothing.
 * @param now ms since the epoch.
 */
export function runAlarm(running: RunningAlarm | null, given: Alarm, now: number): RunningAlarm {
  const { id, act, light, sound, holdSeconds, maxSeconds } = given;
  const goesOn = running !== null && running.until > now ? running : null;
  const begun = { ...goesOn?.begun, [act]: goesOn?.begun[act] ?? now };
  const until = Math.min(now + holdSeconds * 1000, begun[act]! + maxSeconds * 1000);
  if (!goesOn) return { id, begun, until, light, sound };
  return {
    ...goesOn,
    begun,
    until: Math.max(goesOn.until, until),
    light: strength[light] > strength[goesOn.light] ? light : goesOn.light,
    sound: goesOn.sound || sound,
  };
}
