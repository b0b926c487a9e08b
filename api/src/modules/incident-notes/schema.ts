import { bilingual, instant, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { idempotencyKey } from '../../platform/commands/schema.ts';
import { lookedAtVersion, prose } from '../../platform/kit/schemas.ts';

/** As many notes has an incident at most. */
export const MOST_NOTES = 200;

const text = prose(1000).min(1).describe('What was seen, done or agreed.');

export const noteSchema = z
  .object({
    id: ulid,
    text: z.string().describe('What was seen, done or agreed.'),
    by: z
      .object({ id: z.string(), name: bilingual.nullable() })
      .describe('The author; the name is null where the account is gone.'),
    at: instant.describe('When it was written.'),
    correctedAt: instant.nullable().describe('When its author corrected it; null for never.'),
    mayCorrect: z.boolean().describe('Whether this account may correct it.'),
    version: z.number().int(),
  })
  .meta({ id: 'IncidentNote' });
export type IncidentNote = z.infer<typeof noteSchema>;

export const noteList = z
  .object({
    items: z.array(noteSchema).describe('Oldest first.'),
    most: z.number().int().describe('How many an incident has at most.'),
  })
  .meta({ id: 'IncidentNoteList' });
export const noteRequest = z
  .strictObject({ key: idempotencyKey, text })
  .meta({ id: 'IncidentNoteRequest' });
export type NoteRequest = z.infer<typeof noteRequest>;
export const noteChange = z
  .strictObject({ version: lookedAtVersion, text })
  .meta({ id: 'IncidentNotePatch' });
export type NoteChange = z.infer<typeof noteChange>;
