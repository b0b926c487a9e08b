import { z } from 'zod';
import { instant } from '../primitives.ts';

/**
 * The API's acknowledgement of one event, sent to the worker that published it. `committed`: the
 * record is in the database (or already was), the sender may drop it. `rejected`: permanently
 * refused; the sender keeps it for manual inspection. No acknowledgement: send it again.
 */
export const acknowledgement = z.object({
  source: z.string().describe('`source` of the event.'),
  id: z.string().describe('`id` of the event.'),
  result: z
    .enum(['committed', 'rejected'])
    .describe(
      '`committed`: it is in the database, the sender may forget it. `rejected`: it can never be taken.',
    ),
  reason: z.string().optional().describe('Why it is rejected.'),
  at: instant.describe('When this was decided.'),
});
export type Acknowledgement = z.infer<typeof acknowledgement>;
