import { z } from 'zod';
import type { CommandActions } from '../../platform/commands/actions.ts';

/** A test is as short as can be seen and heard. */
const TEST_SECONDS = 3;
/** No person holds an alarm longer by one command. */
const LONGEST_SIGNAL_SECONDS = 600;

const signal = z
  .strictObject({
    light: z.enum(['off', 'steady', 'flash']),
    sound: z.boolean(),
    seconds: z.number().int().min(1).max(LONGEST_SIGNAL_SECONDS),
  })
  .refine(({ light, sound }) => light !== 'off' || sound, 'light or sound must be on');

/** What a beacon, light and sound, can be told. Its safe state is off. */
export const beaconActions: CommandActions = {
  test: {
    parameters: z.strictObject({}),
    validSeconds: 15,
    secondPerson: false,
    holdSeconds: () => TEST_SECONDS,
    expects: () => ({ light: 'flash', sound: true }),
    // It ends by itself at the device.
    reversal: null,
    revertAfter: () => null,
  },
  signal: {
    parameters: signal,
    validSeconds: 30,
    secondPerson: true,
    holdSeconds: (parameters) => Number(parameters.seconds),
    expects: ({ light = 'off', sound = false }) => ({ light, sound }),
    reversal: 'off',
    // The device ends it by itself, too; by the command it is known that it did.
    revertAfter: (parameters) => Number(parameters.seconds),
  },
  off: {
    parameters: z.strictObject({}),
    validSeconds: 30,
    secondPerson: true,
    holdSeconds: () => null,
    expects: () => ({ light: 'off', sound: false }),
    reversal: null,
    revertAfter: () => null,
  },
};
