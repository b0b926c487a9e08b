import { bilingual, instant } from '@anshi/contracts';
import { z } from 'zod';
import { dictionaries } from './presets/presets.ts';

const menuEntry = z.object({ id: z.string(), path: z.string(), name: bilingual });

export const featureSchema = z
  .object({
    id: z.string(),
    name: bilingual,
    description: bilingual,
    kind: z.enum(['base', 'industry']),
    on: z.boolean(),
    required: z.boolean().describe('Cannot be switched off.'),
    planned: z.boolean().describe('Not part of this version yet: it cannot be switched on.'),
    wanted: z.boolean().describe('Planned, and chosen by a preset: it comes on with its version.'),
    depends: z.array(z.string()).describe('What must be on for it.'),
    menu: z.array(menuEntry).describe('Its entries of the menu; empty while it is off.'),
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
  wanted: z.array(z.string()).describe('Comes on with the version that brings it.'),
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
  planned: z.boolean(),
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
