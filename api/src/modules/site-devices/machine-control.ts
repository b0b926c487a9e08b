import { z } from 'zod';
import type { CommandActions } from '../../platform/commands/actions.ts';

/** A request waits so long for the control, seconds. */
const VALID_SECONDS = 60;

/**
 * What the control of a machine can be asked: to run slower, or to stop at the end of what it does. It is a request to the
 * control, which decides how; an emergency stop stays hard-wired. Nothing here starts a machine or makes it faster: both
 * are released at the machine.
 */
export const machineControlActions: CommandActions = {
  'controlled-stop': {
    parameters: z.strictObject({}),
    validSeconds: VALID_SECONDS,
    secondPerson: true,
    holdSeconds: () => null,
    expects: () => ({ stop: true }),
    reversal: null,
    revertAfter: () => null,
  },
  derate: {
    /** Of its usual speed, percent. */
    parameters: z.strictObject({ percent: z.number().int().min(10).max(90) }),
    validSeconds: VALID_SECONDS,
    secondPerson: true,
    holdSeconds: () => null,
    expects: ({ percent }) => ({ limit: Number(percent) }),
    reversal: null,
    revertAfter: () => null,
  },
};
