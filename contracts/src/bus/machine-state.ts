import { z } from 'zod';
import { instant, slug } from '../primitives.ts';

/** What a machine does now, retained on the bus. */
export const machineState = z.object({
  machine: slug,
  state: z.enum(['running', 'idle', 'stopped', 'fault']),
  at: instant,
});
export type MachineState = z.infer<typeof machineState>;
