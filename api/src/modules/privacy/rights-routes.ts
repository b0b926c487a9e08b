import { callerOf } from '../../platform/access/caller.ts';
import type { Module } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import type { createOwnData } from './own-data.ts';
import type { createRequests } from './requests.ts';
import * as schema from './schema.ts';

const tags = ['own data'];
const self = { permission: 'self' } as const;
const manage = { permission: 'privacy:manage' } as const;

/** What a person may do with their own data, and how the privacy officer answers. */
export function rightsModule(parts: {
  ownData: ReturnType<typeof createOwnData>;
  requests: ReturnType<typeof createRequests>;
}): Module {
  const { ownData, requests } = parts;
  return {
    name: 'rights',
    register(app) {
      app.get(
        '/api/v1/me/data',
        {
          config: self,
          schema: {
            tags,
            operationId: 'getOwnData',
            summary: 'Shows what is held about oneself, and who looked at it',
            response: { 200: schema.ownData, ...problems(401, 404, 503) },
          },
        },
        (request) => ownData.show(callerOf(request)) as Promise<never>,
      );
      app.get(
        '/api/v1/me/data.export',
        {
          config: self,
          schema: {
            tags,
            operationId: 'exportOwnData',
            summary: 'Hands out everything about oneself as one JSON file',
            response: { 200: schema.ownData.loose(), ...problems(401, 404, 503) },
          },
        },
        async (request, reply) => {
          const data = await ownData.export(callerOf(request));
          reply
            .header('cache-control', 'no-store')
            .header('content-disposition', 'attachment; filename="my-data.json"');
          return data as never;
        },
      );
      app.get(
        '/api/v1/me/requests',
        {
          config: self,
          schema: {
            tags,
            operationId: 'listOwnRequests',
            summary: 'Lists what one asked for, and the answers',
            response: { 200: schema.requestList, ...problems(401, 404, 503) },
          },
        },
        (request) => requests.own(callerOf(request)),
      );
      app.post(
        '/api/v1/me/requests',
        {
          config: self,
          schema: {
            tags,
            operationId: 'createOwnRequest',
            summary: 'Asks for a correction or a removal',
            body: schema.ownRequest,
            response: { 201: schema.requestSchema, ...problems(400, 401, 404, 503) },
          },
        },
        async (request, reply) =>
          reply.code(201).send(await requests.create(callerOf(request), request.body)),
      );
      app.get(
        '/api/v1/privacy/requests',
        {
          config: manage,
          schema: {
            tags,
            operationId: 'listDataRequests',
            summary: 'Lists what people asked for, the most urgent first',
            querystring: schema.requestQuery,
            response: { 200: schema.requestList, ...problems(400, 401, 403, 503) },
          },
        },
        (request) => requests.list(callerOf(request), request.query.state),
      );
      app.post(
        '/api/v1/privacy/requests/:id/decision',
        {
          config: manage,
          schema: {
            tags,
            operationId: 'decideDataRequest',
            summary: 'Grants or refuses a request',
            description:
              'What is granted is done at once. What a law keeps is named in `result.kept` with the reason.',
            params: schema.requestParams,
            body: schema.decisionRequest,
            response: { 200: schema.requestSchema, ...problems(400, 401, 403, 404, 409, 503) },
          },
        },
        (request) => requests.decide(callerOf(request), request.params.id, request.body),
      );
    },
  };
}
