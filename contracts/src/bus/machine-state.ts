import { z } from 'zod';
import { instant, slug } from '../primitives.ts';

/** What a machine can be doing. */
export const machineActivity = z.enum(['running', 'idle', 'stopped', 'fault']);
export type MachineActivity = z.infer<typeof machineActivity>;

/**
 * What a machine does now, retained on the bus: told when it changes, and again every few seconds,
 * so that whoever listens knows that it still holds.
 */
export const machineState = z.object({
  machine: slug.describe('Id of the machine.'),
  state: machineActivity.describe('What it is doing.'),
  at: instant.describe('When it was so.'),
  source: slug
    .optional()
    .describe(
      'Who tells it, where more than one does: a gateway, a light curtain … Left out: the machine itself.',
    ),
});
export type MachineState = z.infer<typeof machineState>;

/**
 * A machine as a worker knew it when it judged a frame. `unknown` where its state was not told, was
 * not told for a while, or where two states were told at once: it may be running, and rules take it so.
 */
export const machineSeen = z.object({
  machine: slug.describe('Id of the machine.'),
  state: z
    .enum([...machineActivity.options, 'unknown'])
    .describe('What it was doing; `unknown` counts as running.'),
  at: instant.nullable().describe('When it was last told; null where it never was.'),
  told: z
    .array(machineActivity)
    .optional()
    .describe(
      'What was told of it where that contradicts itself: `state` is `unknown` then. Left out where it does not.',
    ),
});
export type MachineSeen = z.infer<typeof machineSeen>;
