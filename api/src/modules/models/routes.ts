import { slug } from '@anshi/contracts';
import { z } from 'zod';
import type { App, Module } from '../../platform/http/app-types.ts';
import { sendBytes, sheetQuery, workbookAnswer, XLSX } from '../../platform/kit/list-export.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import { registerLabelExports } from './label-routes.ts';
import type { ModelParts } from './open.ts';
import { registerModelReviews } from './review-routes.ts';
import {
  decisionBody,
  logPage,
  logQuery,
  modelSettings,
  modelVersion,
  modelVersionDetail,
  precisionAnswer,
  precisionQuery,
  readablePlaces,
  rulePrecision,
  rulePrecisionQuery,
} from './schema.ts';

/** The recognition models: usage, accuracy, reviews, and labelled data for training. */
export function modelsModule(parts: ModelParts): Module {
  return {
    name: 'models',
    register(app) {
      registerVersions(app, parts);
      registerPrecision(app, parts);
      registerModelReviews(app, parts.reviews);
      registerLabelExports(app, parts.exports, parts.store);
    },
  };
}

function registerVersions(app: App, { versions, settings, readable }: ModelParts): void {
  const route = routesOf(app, 'models');
  route.get('/models/versions', {
    permission: 'model:read',
    operationId: 'listModelVersions',
    summary: 'Lists every version of a model that a worker announced, those that run first',
    answer: z.object({ items: z.array(modelVersion) }),
    handle: ({ user }) => versions.list(user),
  });
  route.get('/models/versions/:id', {
    permission: 'model:read',
    operationId: 'getModelVersion',
    summary: 'Reads a version: its card, where and when it ran, what was decided',
    answer: modelVersionDetail,
    handle: ({ user, params }) => versions.get(user, params.id),
  });
  route.post('/models/versions/:id/decisions', {
    permission: 'model:manage',
    operationId: 'decideModelVersion',
    summary: 'Puts a version to use, or retires it, with the reason',
    description: 'An activation needs the result of a bench of these weights as a file.',
    body: decisionBody,
    answer: modelVersionDetail,
    problems: [409, 422],
    handle: ({ user, params, body }) => versions.decide(user, params.id, body),
  });
  route.get('/cameras/:camera/readable-places', {
    permission: 'camera:manage',
    operationId: 'getReadablePlaces',
    summary: 'Where in the picture of a camera people are tall enough to tell their equipment',
    params: z.object({ camera: slug }),
    answer: readablePlaces,
    handle: ({ user, params }) => readable(user, params.camera),
  });
  route.get('/models/log', {
    permission: 'model:read',
    operationId: 'listModelLog',
    summary: 'Which model judged which camera, from when to when; newest first',
    query: logQuery,
    answer: logPage,
    handle: ({ user, query }) => versions.log(user, query),
  });
  route.get('/models/settings', {
    permission: 'model:read',
    operationId: 'getModelSettings',
    summary: 'How this company handles its models',
    answer: modelSettings,
    handle: ({ user }) => settings.get(user),
  });
  route.put('/models/settings', {
    permission: 'model:manage',
    operationId: 'putModelSettings',
    summary: 'Changes it',
    body: modelSettings,
    answer: modelSettings,
    problems: [409],
    handle: ({ user, body }) => settings.put(user, body),
  });
}

function registerPrecision(app: App, { precision, rulePrecisions }: ModelParts): void {
  const route = routesOf(app, 'models');
  route.get('/models/precision', {
    permission: 'model:read',
    operationId: 'getModelPrecision',
    summary: 'How often people agreed with what the cameras said',
    description:
      'By rule, camera, version and week, with Wilson intervals; no share below the minimum number.',
    query: precisionQuery,
    answer: precisionAnswer,
    handle: ({ user, query }) => precision.find(user, query),
  });
  route.get('/models/rule-precision', {
    permission: 'violation:review',
    operationId: 'getRulePrecision',
    summary: 'How often people agreed with the rule of a finding, at its camera',
    query: rulePrecisionQuery,
    answer: rulePrecision,
    problems: [404],
    handle: ({ user, query }) => rulePrecisions.find(user, query.violation, query.days),
  });
  route.get('/models/precision.xlsx', {
    permission: 'model:read',
    operationId: 'getModelPrecisionSheet',
    summary: 'The same as a workbook',
    query: precisionQuery.extend(sheetQuery),
    file: workbookAnswer,
    handle: async ({ user, query: { lang, ...query }, reply }) => {
      const bytes = await precision.workbook(user, query, lang);
      return sendBytes(reply, { name: 'model-precision.xlsx', type: XLSX, bytes });
    },
  });
}
