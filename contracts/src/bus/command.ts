import { z } from 'zod';
import { readOutsideTime } from '../outside-time.ts';
import { instant, slug, ulid } from '../primitives.ts';

/** Names of outputs or parameters with their values: `{ light: 'flash', sound: true }`. */
export const outputs = z.record(
  slug,
  z.union([z.string().max(64), z.number(), z.boolean()]).describe('Its value.'),
);
export type Outputs = z.infer<typeof outputs>;

/** Why a command was given. */
export const commandCause = z.enum(['test', 'manual', 'rule', 'reversal']);
export type CommandCause = z.infer<typeof commandCause>;

/**
 * A command to a device on site, which sets outputs of it. It is sent again with the same id until it is
 * answered; the device carries out each id once, and none whose time is over ({@link commandTiming}).
 *
 * It is no safety function: emergency stops and guards stay hard-wired.
 */
export const command = z.object({
  id: ulid.describe('Id of the command; one that comes again is the same.'),
  device: slug.describe('Name of the device, as in the topic.'),
  action: slug.describe('What it does; which actions there are depends on the kind of device.'),
  parameters: outputs.describe('How the action is done.'),
  holdSeconds: z
    .number()
    .int()
    .min(1)
    .max(86_400)
    .nullable()
    .describe(
      'How long what it sets lasts; then the device goes to its safe state by itself. Null: until another command.',
    ),
  cause: commandCause.describe('Why it was given.'),
  requestedBy: z
    .object({
      kind: z.enum(['person', 'rule']).describe('A person, or a rule of the program.'),
      id: z.string().max(128).describe('Id of the user, or name of the rule.'),
    })
    .describe('Who gave it.'),
  act: ulid
    .nullable()
    .describe(
      'Commands with the same one belong to one occasion: they prolong what runs and do not begin it again. Null: alone.',
    ),
  reverses: ulid.nullable().describe('The command that it undoes; null where it undoes none.'),
  at: instant.describe('When it was given: requested, or approved where a second person must.'),
  validUntil: instant.describe('The device does not begin it from this time on.'),
});
export type Command = z.infer<typeof command>;

/** What a device can say to a command. */
export const commandAnswer = z.enum(['accepted', 'done', 'refused', 'failed']);
export type CommandAnswer = z.infer<typeof commandAnswer>;

/** Why a device refused a command or failed. */
export const commandFault = z.enum([
  // Refused.
  'late',
  'clock',
  'unknown-action',
  'not-allowed',
  'busy',
  // Failed.
  'output',
  'no-connection',
]);

/** The answer of a device to a command; the same again where the command comes again. */
export const commandResult = z.object({
  id: ulid.describe('Id of the command.'),
  device: slug.describe('Name of the device, as in the topic.'),
  result: commandAnswer.describe('`accepted` is followed by one of the others.'),
  fault: commandFault.nullable().describe('Why not; null where nothing is wrong.'),
  readBack: outputs
    .nullable()
    .describe(
      'What the device reads back of its outputs, not what it was told; null where it cannot.',
    ),
  at: instant.describe('When it was so.'),
});
export type CommandResult = z.infer<typeof commandResult>;

/**
 * What a device that takes commands does now: retained, sent when it changes and every few seconds; its
 * last will says that it is offline.
 */
export const actuatorState = z.object({
  device: slug.describe('Name of the device, as in the topic.'),
  online: z.boolean().describe('False in its last will, and where it stops in order.'),
  outputs: outputs.describe('What it reads back of its outputs.'),
  until: instant
    .nullable()
    .describe('When its outputs go to their safe state by themselves; null where they are in it.'),
  at: instant.describe('When it was so.'),
});
export type ActuatorState = z.infer<typeof actuatorState>;

/** A state that was not sent again for longer than this says nothing of now, ms. */
export const ACTUATOR_STALE_MS = 30_000;

/** Whether a device may begin a command: `late` and `ahead` are never carried out. */
export type CommandTiming = 'due' | 'late' | 'ahead';

/**
 * Looks at the times of a command. The API asks before it sends, the device before it begins.
 *
 * @param now the own clock, ms since the epoch.
 * @returns `ahead` where the command is of the future: the own clock is slow, and would take a late
 *   command for one that is due.
 */
export function commandTiming(
  { at, validUntil }: Pick<Command, 'at' | 'validUntil'>,
  now: number = Date.now(),
): CommandTiming {
  const given = readOutsideTime('command', at, now);
  if (given.result !== 'taken') return given.why === 'ahead' ? 'ahead' : 'late';
  return now < Date.parse(validUntil) ? 'due' : 'late';
}
