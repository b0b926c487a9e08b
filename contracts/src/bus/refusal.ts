import { z } from 'zod';
import { instant } from '../primitives.ts';

/** What a broker, or the API, did not take of a user of the bus. */
export const busRefusalKind = z.enum([
  // By the broker.
  'sign-in',
  'publish',
  'subscribe',
  'packet-size',
  'rate',
  'retained',
  'queue',
  // By the API.
  'signature',
  'revoked',
  'sender',
  'camera',
  'evidence',
  'handle',
  'time',
  'schema',
]);
export type BusRefusalKind = z.infer<typeof busRefusalKind>;

/** The same kind of refusal of the same user, counted. */
export const busRefusal = z.object({
  user: z.string().max(160).describe('Name of the user, as it was given: it may be nobody.'),
  what: busRefusalKind.describe('What was refused.'),
  topic: z.string().max(256).nullable().describe('Topic of the last one; null where it has none.'),
  count: z.number().int().positive().describe('How many since the last report.'),
  at: instant.describe('When the last one came.'),
});
export type BusRefusal = z.infer<typeof busRefusal>;
