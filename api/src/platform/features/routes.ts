import { slug } from '@anshi/contracts';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import { accountOf } from '../access/request-account.ts';
import type { Module } from '../http/app-types.ts';
import { problems } from '../http/problems.ts';
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
import { questions } from './survey.ts';

const tags = ['features'];
const params = z.object({ id: slug });

/** Which modules the tenant has, and how it is set up for its industry. */
export function featuresModule(options: {
  service: FeaturesService;
  dictionaries: Dictionaries;
}): Module {
  const { service, dictionaries } = options;
  return {
    name: 'features',
    register(app) {
      app.get(
        '/api/v1/features',
        {
          config: { permission: 'self' },
          schema: {
            tags,
            operationId: 'listFeatures',
            summary: 'Lists the modules and whether they are on',
            response: { 200: featureList, ...problems(401, 503) },
          },
        },
        (request) => service.list(accountOf(request)),
      );
      app.put(
        '/api/v1/features/:id',
        {
          config: { permission: 'module:manage' },
          schema: {
            tags,
            operationId: 'switchFeature',
            summary: 'Switches a module on or off, while everything runs; no data are lost',
            params,
            body: switchRequest,
            response: { 200: featureSchema, ...problems(400, 401, 403, 404, 409, 503) },
          },
        },
        (request) => service.switch(callerOf(request), request.params.id, request.body),
      );
      app.get(
        '/api/v1/presets',
        {
          config: { permission: 'module:manage' },
          schema: {
            tags,
            operationId: 'listPresets',
            summary: 'Lists the presets by industry',
            response: {
              200: z.object({ items: z.array(presetSchema) }),
              ...problems(401, 403, 503),
            },
          },
        },
        async (request) => ({ items: await service.presets(accountOf(request)) }),
      );
      app.post(
        '/api/v1/presets/:id/apply',
        {
          config: { permission: 'module:manage' },
          schema: {
            tags,
            operationId: 'applyPreset',
            summary:
              'Sets modules and dictionaries for an industry; nothing of the tenant is deleted',
            params,
            response: { 200: appliedSchema, ...problems(401, 403, 404, 503) },
          },
        },
        (request) => service.apply(callerOf(request), request.params.id),
      );
      app.get(
        '/api/v1/features/survey',
        {
          config: { permission: 'module:manage' },
          schema: {
            tags,
            operationId: 'getSurvey',
            summary: 'Reads the questions that find out what a plant needs',
            response: { 200: questionsSchema, ...problems(401, 403, 503) },
          },
        },
        async () => ({ questions: [...questions] }),
      );
      app.post(
        '/api/v1/features/survey',
        {
          config: { permission: 'module:manage' },
          schema: {
            tags,
            operationId: 'answerSurvey',
            summary: 'Tells which modules the plant needs and which would serve it, with reasons',
            body: surveyRequest,
            response: { 200: surveyAnswer, ...problems(400, 401, 403, 503) },
          },
        },
        (request) => service.survey(accountOf(request), request.body.answers),
      );
      app.get(
        '/api/v1/dictionaries/:id',
        {
          config: { permission: 'self' },
          schema: {
            tags,
            operationId: 'getDictionary',
            summary: 'Lists the words that the tenant chooses from',
            params: z.object({ id: dictionaryId }),
            response: {
              200: z.object({ items: z.array(entrySchema) }),
              ...problems(400, 401, 503),
            },
          },
        },
        async (request) => ({
          items: await dictionaries.list(accountOf(request), request.params.id),
        }),
      );
      app.put(
        '/api/v1/dictionaries/:id/:entry',
        {
          config: { permission: 'module:manage' },
          schema: {
            tags,
            operationId: 'putDictionaryEntry',
            summary: 'Adds a word or changes one; from then on presets leave it as it is',
            params: z.object({ id: dictionaryId, entry: slug }),
            body: entryRequest,
            response: { 200: entrySchema, ...problems(400, 401, 403, 503) },
          },
        },
        (request) =>
          dictionaries.put(
            callerOf(request),
            request.params.id,
            request.params.entry,
            request.body,
          ),
      );
    },
  };
}
