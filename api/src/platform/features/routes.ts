import { slug } from '@anshi/contracts';
import { z } from 'zod';
import type { Module } from '../http/app-types.ts';
import { routesOf } from '../kit/routes.ts';
import type { Dictionaries } from './dictionaries.ts';
import {
  appliedSchema,
  dictionaryId,
  entryRequest,
  entrySchema,
  featureList,
  featureSchema,
  presetSchema,
  questionsSchema,
  surveyAnswer,
  surveyRequest,
  switchRequest,
} from './schema.ts';
import type { FeaturesService } from './service.ts';

const params = z.object({ id: slug });

/** The tenant's features and industry set-up. */
export function featuresModule(options: {
  service: FeaturesService;
  dictionaries: Dictionaries;
}): Module {
  const { service, dictionaries } = options;
  return {
    name: 'features',
    register(app) {
      const route = routesOf(app, 'features');
      route.get('/features', {
        permission: 'self',
        operationId: 'listFeatures',
        summary: 'Lists the modules and whether they are on',
        answer: featureList,
        handle: ({ user }) => service.list(user.account),
      });
      route.put('/features/:id', {
        permission: 'module:manage',
        operationId: 'switchFeature',
        summary: 'Switches a module on or off, while everything runs; no data are lost',
        params,
        body: switchRequest,
        answer: featureSchema,
        problems: [409],
        handle: ({ user, params, body }) => service.switch(user, params.id, body),
      });
      route.get('/presets', {
        permission: 'module:manage',
        operationId: 'listPresets',
        summary: 'Lists the presets by industry',
        answer: z.object({ items: z.array(presetSchema) }),
        handle: async ({ user }) => ({ items: await service.presets(user.account) }),
      });
      route.post('/presets/:id/apply', {
        permission: 'module:manage',
        operationId: 'applyPreset',
        summary: 'Sets modules and dictionaries for an industry; nothing of the tenant is deleted',
        params,
        answer: appliedSchema,
        handle: ({ user, params }) => service.apply(user, params.id),
      });
      route.get('/features/survey', {
        permission: 'module:manage',
        operationId: 'getSurvey',
        summary: 'Reads the questions that find out what a plant needs',
        answer: questionsSchema,
        handle: async () => ({ questions: [...service.questions] }),
      });
      route.post('/features/survey', {
        permission: 'module:manage',
        operationId: 'answerSurvey',
        summary: 'Tells which modules the plant needs and which would serve it, with reasons',
        body: surveyRequest,
        answer: surveyAnswer,
        handle: ({ user, body }) => service.survey(user.account, body.answers),
      });
      route.get('/dictionaries/:id', {
        permission: 'self',
        operationId: 'getDictionary',
        summary: 'Lists the words that the tenant chooses from',
        params: z.object({ id: dictionaryId }),
        answer: z.object({ items: z.array(entrySchema) }),
        handle: async ({ user, params }) => ({
          items: await dictionaries.list(user.account, params.id),
        }),
      });
      route.put('/dictionaries/:id/:entry', {
        permission: 'module:manage',
        operationId: 'putDictionaryEntry',
        summary: 'Adds a word or changes one; from then on presets leave it as it is',
        params: z.object({ id: dictionaryId, entry: slug }),
        body: entryRequest,
        answer: entrySchema,
        handle: ({ user, params, body }) => dictionaries.put(user, params.id, params.entry, body),
      });
    },
  };
}
