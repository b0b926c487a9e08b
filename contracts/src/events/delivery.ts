import { z } from 'zod';
import { instant } from '../primitives.ts';

/**
 * The API's word on one event, sent to the worker that published it. `committed`: the record is in
 * the database (or already was), the sender may forget it. `rejected`: the event can never be
 * taken; the sender keeps it aside for a person to look at. No word: send it again.
 */
export const acknowledgement = z.object({
  source: z.string(),
  id: z.string(),
  result: z.enum(['committed', 'rejected']),
  reason: z.string().optional(),
  at: instant,
});
export type Acknowledgement = z.infer<typeof acknowledgement>;
