import { instant, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { line, pageOf, pageQuery } from '../kit/schemas.ts';

const state = z.enum(['dead', 'waiting', 'replayed', 'dismissed']);

export const deadLetterSchema = z
  .object({
    id: ulid,
    consumer: z.string().describe('The consumer that failed: module.reaction.'),
    event: z.object({ id: ulid, type: z.string(), subject: z.string().nullable() }),
    state: state.describe('`waiting`: a replay was requested and has not run yet.'),
    error: z.string().describe('Of the last attempt.'),
    tries: z.number().int(),
    since: instant,
    handled: z
      .object({ at: instant, by: z.string(), reason: z.string().nullable() })
      .nullable()
      .describe('The user who last requested a replay or dismissed it.'),
  })
  .meta({ id: 'DeadLetter', description: 'An event that a consumer gave up.' });

export const deadLetterPage = pageOf(deadLetterSchema);

export const deadLetterQuery = z.object({
  consumer: z.string().max(48).optional(),
  state: state.optional(),
  ...pageQuery(),
});

export const dismissRequest = z
  .strictObject({ reason: line(500).pipe(z.string().min(5)) })
  .meta({ id: 'DismissDeadLetter' });
