import { z } from 'zod';
import { instant, slug } from '../primitives.ts';

/** What a machine can be doing. */
export const machineActivity = z.enum(['running', 'idle', 'stopped', 'fault']);
export type MachineActivity = z.infer<typeof machineActivity>;

/**
 * The current state of a machine, retained on the bus: sent when it changes, and again every few
 * seconds, so that subscribers know that it is still valid.
 */
export const machineState = z.object({
  machine: slug.describe('Id of the machine.'),
  state: machineActivity.describe('Its current activity.'),
  at: instant.describe('When it was so.'),
  source: slug
    .optional()
    .describe(
      'The source, where there is more than one: a gateway, a light curtain … Left out: the machine itself.',
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
  at: instant.nullable().describe('Time of the last message; null without one.'),
  told: z
    .array(machineActivity)
    .optional()
    .describe(
      'The contradicting states, where there are any: `state` is `unknown` then. Left out otherwise.',
    ),
});
export type MachineSeen = z.infer<typeof machineSeen>;
