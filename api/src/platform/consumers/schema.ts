import { instant, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { line, pageOf, pageQuery } from '../kit/schemas.ts';

const state = z.enum(['dead', 'waiting', 'replayed', 'dismissed']);

export const deadLetterSchema = z
  .object({
    id: ulid,
    consumer: z.string().describe('The reaction that failed: module.reaction.'),
    event: z.object({ id: ulid, type: z.string(), subject: z.string().nullable() }),
    state: state.describe('`waiting`: somebody asked for a replay, which has not run yet.'),
    error: z.string().describe('Of the last try.'),
    tries: z.number().int(),
    since: instant,
    handled: z
      .object({ at: instant, by: z.string(), reason: z.string().nullable() })
      .nullable()
      .describe('Who asked for a replay or dismissed it last.'),
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
