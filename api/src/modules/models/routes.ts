import { ulid } from '@anshi/contracts';
import { z } from 'zod';
import { callerOf } from '../../platform/access/caller.ts';
import type { App, Module } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import { sendBytes, sheetQuery, workbookAnswer, XLSX } from '../../platform/kit/list-export.ts';
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
} from './schema.ts';

const tags = ['models'];
const read = { permission: 'model:read' } as const;
const manage = { permission: 'model:manage' } as const;
const usual = problems(400, 401, 403, 503);
const params = z.strictObject({ id: ulid });

/** The recognition models: what runs, how right it is, its reviews, and what can be learnt anew. */
export function modelsModule(parts: ModelParts): Module {
  return {
    name: 'models',
    feature: 'monitoring',
    register(app) {
      registerVersions(app, parts);
      registerPrecision(app, parts);
      registerModelReviews(app, parts.reviews);
      registerLabelExports(app, parts.exports, parts.store);
    },
  };
}

function registerVersions(app: App, { versions, settings }: ModelParts): void {
  app.get(
    '/api/v1/models/versions',
    {
      config: read,
      schema: {
        tags,
        operationId: 'listModelVersions',
        summary: 'Lists every version of a model that a worker announced, those that run first',
        response: { 200: z.object({ items: z.array(modelVersion) }), ...usual },
      },
    },
    (request) => versions.list(callerOf(request)),
  );
  app.get(
    '/api/v1/models/versions/:id',
    {
      config: read,
      schema: {
        tags,
        operationId: 'getModelVersion',
        summary: 'Reads a version: its card, where and when it ran, what was decided',
        params,
        response: { 200: modelVersionDetail, ...problems(400, 401, 403, 404, 503) },
      },
    },
    (request) => versions.get(callerOf(request), request.params.id),
  );
  app.post(
    '/api/v1/models/versions/:id/decisions',
    {
      config: manage,
      schema: {
        tags,
        operationId: 'decideModelVersion',
        summary: 'Puts a version to use, or retires it, with the reason',
        description: 'An activation needs the result of a bench of these weights as a file.',
        params,
        body: decisionBody,
        response: { 200: modelVersionDetail, ...problems(400, 401, 403, 404, 409, 422, 503) },
      },
    },
    (request) => versions.decide(callerOf(request), request.params.id, request.body),
  );
  app.get(
    '/api/v1/models/log',
    {
      config: read,
      schema: {
        tags,
        operationId: 'listModelLog',
        summary: 'Which model judged which camera, from when to when; newest first',
        querystring: logQuery,
        response: { 200: logPage, ...usual },
      },
    },
    (request) => versions.log(callerOf(request), request.query),
  );
  app.get(
    '/api/v1/models/settings',
    {
      config: read,
      schema: {
        tags,
        operationId: 'getModelSettings',
        summary: 'How this company handles its models',
        response: { 200: modelSettings, ...usual },
      },
    },
    (request) => settings.get(callerOf(request)),
  );
  app.put(
    '/api/v1/models/settings',
    {
      config: manage,
      schema: {
        tags,
        operationId: 'putModelSettings',
        summary: 'Changes it',
        body: modelSettings,
        response: { 200: modelSettings, ...problems(400, 401, 403, 409, 503) },
      },
    },
    (request) => settings.put(callerOf(request), request.body),
  );
}

function registerPrecision(app: App, { precision }: ModelParts): void {
  app.get(
    '/api/v1/models/precision',
    {
      config: read,
      schema: {
        tags,
        operationId: 'getModelPrecision',
        summary: 'How often people agreed with what the cameras said',
        description:
          'By rule, camera, version and week, with Wilson intervals; no share below the minimum number.',
        querystring: precisionQuery,
        response: { 200: precisionAnswer, ...usual },
      },
    },
    (request) => precision.find(callerOf(request), request.query),
  );
  app.get(
    '/api/v1/models/precision.xlsx',
    {
      config: read,
      schema: {
        tags,
        operationId: 'getModelPrecisionSheet',
        summary: 'The same as a workbook',
        querystring: precisionQuery.extend(sheetQuery),
        response: { ...workbookAnswer, ...usual },
      },
    },
    async (request, reply) => {
      const { lang, ...query } = request.query;
      const bytes = await precision.workbook(callerOf(request), query, lang);
      return sendBytes(reply, { name: 'model-precision.xlsx', type: XLSX, bytes });
    },
  );
}
