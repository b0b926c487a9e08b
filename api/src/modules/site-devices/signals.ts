import type { AlarmOutput, Outputs } from '@anshi/contracts';
import { z } from 'zod';
import type { CommandActions } from '../../platform/commands/actions.ts';

/** A test is as short as can be seen and heard. */
const TEST_SECONDS = 3;
/** No person holds an alarm longer by one command. */
const LONGEST_SIGNAL_SECONDS = 600;

/** An action without parameters that no other one reverses. */
const plain = { parameters: z.strictObject({}), reversal: null, revertAfter: () => null };

const seconds = z.number().int().min(1).max(LONGEST_SIGNAL_SECONDS);

/** What each kind of device that gives signals has; a device of another kind gives no alarm. */
export const signalOutputs = {
  beacon: ['light', 'sound'],
  speaker: ['sound'],
} as const satisfies Readonly<Record<string, readonly AlarmOutput[]>>;

/** The outputs for signals of a kind; none where it gives no signals. */
export const signalOutputsOf = (kind: string): readonly AlarmOutput[] =>
  Object.hasOwn(signalOutputs, kind) ? signalOutputs[kind as keyof typeof signalOutputs] : [];

/** What a device with light and sound can be told. Its safe state is off. */
export const beaconActions = signalActions(
  signalOutputs.beacon,
  z
    .strictObject({ light: z.enum(['off', 'steady', 'flash']), sound: z.boolean(), seconds })
    .refine(({ light, sound }) => light !== 'off' || sound, 'light or sound must be on'),
);

/**
 * What a device that sounds and has no light can be told, such as a siren. That it is to sound is in the
 * message: what carries it out switches what the message names.
 */
export const speakerActions = signalActions(
  signalOutputs.speaker,
  z.strictObject({ sound: z.literal(true).default(true), seconds }),
);

/**
 * Test, signal and off of a device with these outputs.
 *
 * @param parameters of a signal.
 */
function signalActions(
  has: readonly AlarmOutput[],
  parameters: z.ZodType<Outputs>,
): CommandActions {
  const only = (outputs: Outputs): Outputs =>
    Object.fromEntries(has.map((name) => [name, outputs[name] as Outputs[string]]));
  return {
    // It ends by itself at the device.
    test: {
      ...plain,
      validSeconds: 15,
      secondPerson: false,
      holdSeconds: () => TEST_SECONDS,
      expects: () => only({ light: 'flash', sound: true }),
    },
    signal: {
      parameters,
      validSeconds: 30,
      secondPerson: true,
      holdSeconds: (given) => Number(given.seconds),
      expects: ({ light = 'off', sound = false }) => only({ light, sound }),
      reversal: 'off',
      // The device ends it by itself, too; by the command it is known that it did.
      revertAfter: (given) => Number(given.seconds),
    },
    off: {
      ...plain,
      validSeconds: 30,
      secondPerson: true,
      holdSeconds: () => null,
      expects: () => only({ light: 'off', sound: false }),
    },
  };
}
