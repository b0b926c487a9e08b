import { bilingual, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { inputOf, recordOf } from '../../platform/kit/records.ts';
import { fileLink } from '../../platform/kit/rows.ts';
import { day, line, lookedAtVersion, prose } from '../../platform/kit/schemas.ts';

export const methods = ['drill', 'exam', 'assessment'] as const;
const level = z
  .number()
  .int()
  .min(1)
  .max(4)
  .describe('1 under instruction, 2 alone, 3 reliable under stress, 4 leads others.');
const kind = slug.describe('A word of the dictionary emergency-kind.');

const fields = {
  kind,
  method: z.enum(methods).describe('How it was assessed.'),
  level,
  score: z
    .number()
    .int()
    .min(0)
    .max(100)
    .nullable()
    .describe('Points of 100, where there are some.'),
  assessedOn: day.describe('The day of the drill, exam or assessment.'),
  assessorId: ulid.describe('Who assessed it: another person of the register.'),
  source: line(200).min(1).describe('Which drill, exam or record it is from.'),
};
export const assessmentInput = inputOf(fields)
  .extend({
    validUntil: day
      .nullable()
      .default(null)
      .describe('The last day on which it counts; null for a year after it was assessed.'),
    fileIds: z.array(z.string().max(64)).max(10).default([]).describe('Documents to add.'),
  })
  .meta({ id: 'EmergencyAssessmentRequest' });
export type AssessmentInput = z.infer<typeof assessmentInput>;

export const states = ['valid', 'expired', 'replaced', 'revoked'] as const;
export const assessmentSchema = recordOf(fields)
  .extend({
    person: z.object({ id: ulid, name: z.string(), employeeNo: z.string() }).describe('Of whom.'),
    kindName: bilingual.describe('The word of the dictionary.'),
    assessor: z.string().describe('Name of who assessed it.'),
    validUntil: day.describe('The last day on which it counts.'),
    state: z.enum(states).describe('The newest of a kind counts; earlier ones are replaced.'),
    revokeReason: z.string().nullable().describe('Why it was revoked.'),
    files: z.array(fileLink).describe('Documents.'),
    createdAt: instant.describe('When it was entered.'),
  })
  .meta({ id: 'EmergencyAssessment' });
export type AssessmentView = z.infer<typeof assessmentSchema>;
export const assessmentList = z
  .object({
    items: z.array(assessmentSchema),
    missing: z
      .array(z.object({ kind, kindName: bilingual.describe('In words.'), level }))
      .describe('What the post of the person asks for and no assessment shows.'),
  })
  .meta({ id: 'EmergencyAssessments' });
export type AssessmentList = z.infer<typeof assessmentList>;

export const revokeBody = z
  .strictObject({ version: lookedAtVersion, reason: prose(500).min(4).describe('Why.') })
  .meta({ id: 'EmergencyAssessmentRevocation' });

const need = z.object({ kind, level });
export const needsInput = z
  .strictObject({ needs: z.array(need).max(50).describe('All of them; others are removed.') })
  .meta({ id: 'EmergencyNeedsRequest' });
export type NeedsInput = z.infer<typeof needsInput>;
export const postNeeds = z
  .object({
    needs: z
      .array(need.extend({ kindName: bilingual.describe('In words.') }))
      .describe('What the post asks for.'),
    people: z
      .array(
        z.object({
          id: ulid.describe('The person.'),
          name: z.string().describe('Their name.'),
          missing: z.array(kind).describe('Kinds that no assessment of theirs shows now.'),
        }),
      )
      .describe('Who holds the post, within reach.'),
  })
  .meta({ id: 'EmergencyNeeds' });
export type PostNeeds = z.infer<typeof postNeeds>;
