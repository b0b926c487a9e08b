import { z } from 'zod';
import type { CommandActions } from '../../platform/commands/actions.ts';

/**
 * What the control of a machine can be asked: to stop at the end of what it does. It is a request to the control, which
 * decides how; an emergency stop stays hard-wired. Nothing here starts a machine.
 */
export const machineControlActions: CommandActions = {
  'controlled-stop': {
    parameters: z.strictObject({}),
    validSeconds: 60,
    secondPerson: true,
    holdSeconds: () => null,
    expects: () => ({ stop: true }),
    reversal: null,
    revertAfter: () => null,
  },
};
