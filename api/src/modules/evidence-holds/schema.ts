import { bilingual, instant, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { day, line, lookedAtVersion, pageOf, pageQuery } from '../../platform/kit/schemas.ts';
import { incidentSchema } from '../incidents/schema.ts';

const person = z.object({ id: z.string(), displayName: bilingual });
const reason = line(500).min(2);

export const holdSchema = z
  .object({
    id: ulid,
    incident: ulid.describe('The incident whose evidence is held.'),
    reason: z.string().describe('Why the evidence is needed.'),
    reviewOn: day.describe('The day on which it is looked at again.'),
    isDue: z.boolean().describe('Whether that day has come, and the hold is still set.'),
    findings: z.number().int().describe('How many findings the incident had when it was held.'),
    setBy: person,
    setAt: instant.describe('When it was set.'),
    lifted: z
      .object({ by: person, at: instant, reason: z.string() })
      .nullable()
      .describe('Who lifted it, and why; null while it holds.'),
    version: z.number().int(),
  })
  .meta({ id: 'EvidenceHold', description: 'No purge removes the evidence of the incident.' });
export type EvidenceHold = z.infer<typeof holdSchema>;

export const listedHold = holdSchema
  .extend({ of: incidentSchema.nullable().describe('The incident; null where it is gone.') })
  .meta({ id: 'ListedEvidenceHold' });
export const holdPage = pageOf(listedHold)
  .extend({ counts: z.object({ holding: z.number().int(), due: z.number().int() }) })
  .meta({ id: 'EvidenceHoldPage' });
export const holdQuery = z.strictObject({
  ...pageQuery(),
  state: z
    .enum(['holding', 'due', 'lifted'])
    .optional()
    .describe('`due`: its review date has come.'),
  hold: ulid.optional().describe('This one alone.'),
});
export type HoldQuery = z.infer<typeof holdQuery>;

/** The hold of an incident. */
export const holdOfIncident = z
  .object({ hold: holdSchema.nullable().describe('Null where its evidence is not held.') })
  .meta({ id: 'IncidentHold' });

export const holdRequest = z
  .strictObject({ reason, reviewOn: day.describe('A day after today.') })
  .meta({ id: 'EvidenceHoldRequest' });
export const holdChange = z
  .strictObject({
    version: lookedAtVersion,
    reviewOn: day.describe('A day after today.'),
    reason: reason.optional(),
  })
  .meta({ id: 'EvidenceHoldPatch' });
export const liftRequest = z
  .strictObject({ version: lookedAtVersion, reason })
  .meta({ id: 'EvidenceHoldLift' });
