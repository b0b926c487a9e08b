import { bilingual, instant, slug } from '@anshi/contracts';
import { z } from 'zod';
import { inputOf, recordOf } from '../../platform/kit/records.ts';
import { day, line, lookedAtVersion, prose } from '../../platform/kit/schemas.ts';

const fields = {
  category: slug.describe('The trade: a word of the dictionary special-work-category.'),
  passedOn: day.describe('The day on which it was passed.'),
  source: line(200).min(1).describe('Where it was taken, or which record shows it.'),
};
export const testInput = inputOf(fields).meta({ id: 'PracticalTestRequest' });
export type TestInput = z.infer<typeof testInput>;

export const testSchema = recordOf(fields)
  .extend({
    categoryName: bilingual.describe('The trade in words.'),
    revokeReason: z.string().nullable().describe('Why it was revoked; null for one that counts.'),
    mayRevoke: z.boolean().describe('This account may revoke it.'),
    createdAt: instant.describe('When it was entered.'),
  })
  .meta({ id: 'PracticalTest' });
export const testList = z
  .object({ items: z.array(testSchema).describe('The newest first.') })
  .meta({ id: 'PracticalTests' });
export type TestList = z.infer<typeof testList>;

export const revokeBody = z
  .strictObject({ version: lookedAtVersion, reason: prose(500).min(4).describe('Why.') })
  .meta({ id: 'PracticalTestRevocation' });
export type Revocation = z.infer<typeof revokeBody>;
