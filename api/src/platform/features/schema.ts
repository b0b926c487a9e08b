import { bilingual, instant } from '@anshi/contracts';
import { z } from 'zod';
import { dictionaries } from './presets/presets.ts';

export const featureSchema = z
  .object({
    id: z.string(),
    name: bilingual,
    description: bilingual,
    kind: z.enum(['base', 'industry']),
    on: z.boolean(),
    required: z.boolean().describe('Cannot be switched off.'),
    depends: z.array(z.string()).describe('What must be on for it.'),
  })
  .meta({ id: 'Feature', description: 'A module that a tenant can switch on and off.' });

export const featureList = z.object({
  items: z.array(featureSchema),
  preset: z.object({ id: z.string(), appliedAt: instant }).nullable(),
});

export const switchRequest = z
  .strictObject({ on: z.boolean(), reason: z.string().max(500).optional() })
  .meta({ id: 'SwitchFeatureRequest' });

export const presetSchema = z
  .object({
    id: z.string(),
    name: bilingual,
    description: bilingual,
    features: z.array(z.string()),
    words: z.record(z.string(), z.number().int()).describe('Entries by dictionary.'),
    current: z.boolean(),
  })
  .meta({ id: 'Preset', description: 'What a kind of company starts with.' });

export const appliedSchema = z.object({
  preset: z.string(),
  switchedOn: z.array(z.string()),
  switchedOff: z.array(z.string()),
  words: z.object({ added: z.number().int(), hidden: z.number().int() }),
});

export const questionsSchema = z.object({
  questions: z.array(z.object({ id: z.string(), text: bilingual })),
});

export const surveyRequest = z
  .strictObject({ answers: z.record(z.string().max(64), z.boolean()) })
  .meta({ id: 'SurveyRequest' });

const advice = z.object({
  feature: z.string(),
  name: bilingual,
  on: z.boolean(),
  reasons: z.array(bilingual),
});

export const surveyAnswer = z
  .object({
    required: z.array(z.string()),
    optional: z.array(z.string()),
    reasons: z.array(advice),
    preset: z.string().describe('The preset that is nearest.'),
  })
  .meta({ id: 'SurveyAnswer' });

export const dictionaryId = z.enum(
  Object.keys(dictionaries) as [keyof typeof dictionaries, ...(keyof typeof dictionaries)[]],
);

export const entrySchema = z
  .object({
    id: z.string(),
    name: bilingual,
    data: z.record(z.string(), z.unknown()),
    active: z.boolean(),
    own: z.boolean().describe('Added or changed by the tenant: presets leave it as it is.'),
  })
  .meta({ id: 'DictionaryEntry' });

export const entryRequest = z
  .strictObject({
    name: bilingual,
    data: z.record(z.string().max(64), z.unknown()).default({}),
    active: z.boolean().default(true),
  })
  .meta({ id: 'DictionaryEntryRequest' });
