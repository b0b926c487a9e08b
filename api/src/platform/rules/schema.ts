import { bilingual, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { commaSeparated, day, line, pageOf, pageQuery, prose } from '../kit/schemas.ts';
import { lawCertainties } from './certainty.ts';
import { bounds, subjects, units } from './types.ts';

export const certainty = z
  .enum(lawCertainties)
  .describe(
    'text: the full text was read. page: a stored page says so. repeated: several sources repeat it. memory: to be checked before relying on it.',
  );
const amount = z.object({
  kind: z.literal('amount').describe('A number.'),
  amount: z.number().int().describe('The number.'),
  unit: z.enum(units).describe('Of the number.'),
  bound: z.enum(bounds),
});
const value = z.discriminatedUnion('kind', [
  amount,
  z.object({
    kind: z.literal('list').describe('A list of the law.'),
    items: z
      .array(
        z.object({
          id: slug,
          zh: z.string().describe('In Chinese.'),
          en: z.string().describe('In English.'),
        }),
      )
      .describe('The words, each with its id.'),
  }),
  z.object({ kind: z.literal('duty').describe('A duty in words.') }),
]);
const instead = z.object({
  id: z.enum(['certificate-date', 'issuing-authority']),
  text: bilingual,
});

const version = z
  .object({
    from: day.nullable().describe('The first day; null where it is not recorded.'),
    to: day.nullable().describe('The last day; null while it is in force.'),
    law: bilingual,
    number: z.string().nullable().describe('Number of the order or standard.'),
    article: z.string().nullable().describe('The article; null where it is not recorded.'),
    link: z.string().nullable().describe('Where its text can be read; null where not recorded.'),
    citation: bilingual.describe('The source as one line.'),
    certainty,
    text: bilingual.describe('What it asks, in words that are not the law’s own.'),
    value: value.nullable().describe('Null where it is not known.'),
    instead: instead.nullable(),
  })
  .meta({ id: 'RuleVersion' });
export type VersionView = z.infer<typeof version>;

const override = z
  .object({
    id: ulid,
    value: amount,
    from: day.describe('The first day.'),
    until: day.nullable().describe('The last day; null for no end.'),
    reason: z.string().describe('Why.'),
    state: z
      .enum(['planned', 'in-force', 'over', 'withdrawn'])
      .describe('`withdrawn`: ended before it began.'),
    weaker: z.boolean().describe('It asks less than the law did when it was set.'),
    lawChanged: z
      .boolean()
      .describe('The law is another than when it was set: the override is to be looked at again.'),
    lawThen: version.nullable().describe('The version of the law that it was set against.'),
    setBy: bilingual.nullable().describe('Who set it.'),
    setAt: instant.describe('When it was set.'),
    endedBy: bilingual.nullable().describe('Who ended it.'),
    endedAt: instant.nullable().describe('When it was ended by hand; null where not.'),
    endReason: z.string().nullable().describe('Why it was ended.'),
  })
  .meta({ id: 'RuleOverride' });
export type OverrideView = z.infer<typeof override>;

const row = {
  id: slug,
  subject: z.enum(subjects),
  title: bilingual,
  state: z.enum(['law', 'override', 'not-known', 'not-in-force']).describe('What decides today.'),
  value: value.nullable().describe('What holds today; null where it is not known.'),
  instead: instead.nullable(),
  version: version.nullable().describe('The version of the law of today.'),
  override: override.nullable().describe('The override of today, else the next one.'),
  keepsTerms: z
    .boolean()
    .describe('What was issued under a version keeps its terms until it is renewed.'),
  unit: z.enum(units).nullable().describe('Unit of an override; null where there can be none.'),
};
export const ruleRow = z.object(row).meta({ id: 'RuleRow' });
export type RuleRow = z.infer<typeof ruleRow>;
export const ruleDetail = z
  .object({
    ...row,
    versions: z.array(version).describe('All versions, the newest first.'),
    overrides: z.array(override).describe('All overrides, the newest first.'),
    today: day.describe('The day of today in the time zone of the plant.'),
    timeZone: z.string().describe('Days begin at its midnight.'),
  })
  .meta({ id: 'Rule' });
export type RuleDetail = z.infer<typeof ruleDetail>;

export const ruleQuery = z.strictObject({
  ...pageQuery(),
  q: line(100).optional().describe('In title, text or source.'),
  subject: commaSeparated(z.enum(subjects)).optional(),
  certainty: commaSeparated(z.enum(lawCertainties)).optional(),
  state: z
    .enum(['override', 'not-known', 'law-changed'])
    .optional()
    .describe(
      'override: the company set a value, for today or later. not-known: today. law-changed: with an override to be looked at again.',
    ),
});
export type RuleQuery = z.infer<typeof ruleQuery>;
export const rulePage = pageOf(ruleRow).meta({ id: 'RulePage' });
export const ruleParams = z.object({ id: slug });

export const overrideInput = z
  .strictObject({
    amount: z.number().int().min(1).max(1_000_000).describe('The number, in the unit of the rule.'),
    from: day.optional().describe('The first day; left out, today.'),
    until: day.nullable().default(null).describe('The last day; null for no end.'),
    reason: prose(500).min(4).describe('Why.'),
  })
  .meta({ id: 'RuleOverrideRequest' });
export type OverrideInput = z.infer<typeof overrideInput>;
export const overrideEnd = z
  .strictObject({
    reason: prose(500).min(4).describe('Why.'),
    lastDay: day.optional().describe('Its last day; left out, today.'),
  })
  .meta({ id: 'RuleOverrideEnd' });
export type OverrideEnd = z.infer<typeof overrideEnd>;
