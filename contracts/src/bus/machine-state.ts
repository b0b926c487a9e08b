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
});
export type MachineState = z.infer<typeof machineState>;

/**
 * A machine as a worker knew it when it judged a frame. `unknown` where nobody told its state, or
 * not for a while: it may be running, and rules take it so.
 */
export const machineSeen = z.object({
  machine: slug.describe('Id of the machine.'),
  state: z
    .enum([...machineActivity.options, 'unknown'])
    .describe('What it was doing; `unknown` counts as running.'),
  at: instant.nullable().describe('When it was last told; null where it never was.'),
});
export type MachineSeen = z.infer<typeof machineSeen>;
