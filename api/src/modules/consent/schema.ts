import { bilingual, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';

const at = z.iso.datetime({ offset: true });

export const purposeInput = z
  .strictObject({
    version: z.number().int().min(0).describe('The version that was read; 0 for a new one.'),
    name: bilingual,
    notice: bilingual.describe(
      'The notice to people: controller, purpose, data, retention, their rights.',
    ),
    scope: z.array(slug).min(1).max(20),
    sensitive: z.boolean(),
    renew: z.boolean().describe('Whether those who agreed before have to be asked again.'),
    active: z.boolean().default(true),
  })
  .meta({ id: 'ConsentPurposeBody' });
export type PurposeInput = z.infer<typeof purposeInput>;

export const purposeSchema = z
  .object({
    id: slug,
    version: z.number().int(),
    name: bilingual,
    notice: bilingual,
    scope: z.array(z.string()),
    sensitive: z.boolean(),
    validFrom: z.number().int().describe('A consent to an earlier version does not count.'),
    active: z.boolean(),
    createdAt: at,
  })
  .meta({ id: 'ConsentPurpose' });
export type Purpose = z.infer<typeof purposeSchema>;
export const purposeList = z
  .object({ items: z.array(purposeSchema) })
  .meta({ id: 'ConsentPurposeList' });

export const consentLine = z.object({
  purpose: slug,
  noticeVersion: z.number().int(),
  scope: z.array(z.string()),
  decision: z.enum(['given', 'refused', 'withdrawn']),
  how: z.enum(['phone', 'paper', 'desk']),
  note: z.string().nullable(),
  at,
});
export const consentState = z.object({
  purpose: purposeSchema,
  state: z.enum(['given', 'refused', 'withdrawn', 'outdated', 'unasked']),
  at: at.nullable(),
  noticeVersion: z.number().int().nullable(),
});
export const consents = z
  .object({ items: z.array(consentState), history: z.array(consentLine) })
  .meta({ id: 'Consents' });
export type Consents = z.infer<typeof consents>;

const people = z.number().int();
/** Null: too few people, or derivable from the others. */
const answers = people.nullable();
export const consentOverview = z
  .object({
    people: people.describe('Who works here now.'),
    minGroupSize: z.number().int(),
    items: z.array(
      z.object({
        purpose: purposeSchema,
        counts: z.object({
          given: answers,
          refused: answers,
          withdrawn: answers,
          outdated: answers.describe('Agreed to a notice that no longer counts.'),
          unasked: answers.describe('Did not answer yet.'),
        }),
      }),
    ),
  })
  .meta({ id: 'ConsentOverview' });
export type ConsentOverview = z.infer<typeof consentOverview>;

export const ownConsent = z
  .strictObject({
    purpose: slug,
    noticeVersion: z.number().int().describe('The version of the notice that was shown.'),
    decision: z.enum(['given', 'refused', 'withdrawn']),
  })
  .meta({ id: 'OwnConsent' });
const note = z.string().trim().min(2).max(500);
export const consentRequest = z
  .strictObject({
    purpose: slug,
    noticeVersion: z.number().int(),
    decision: z.enum(['given', 'refused']),
    how: z.enum(['paper', 'desk']),
    note: note.describe('Where the signed form is filed, or who was present.'),
  })
  .meta({ id: 'ConsentRequest' });
export const withdrawRequest = z
  .strictObject({ purpose: slug, note })
  .meta({ id: 'WithdrawRequest' });

export const personParams = z.object({ id: ulid });
export const purposeParams = z.object({ id: slug });
