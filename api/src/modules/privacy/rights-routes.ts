import type { Module } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { createOwnData } from './own-data.ts';
import type { createRequests } from './requests.ts';
import * as schema from './schema.ts';

/** People's rights about their own data, and the privacy officer's answers. */
export function rightsModule(parts: {
  ownData: ReturnType<typeof createOwnData>;
  requests: ReturnType<typeof createRequests>;
}): Module {
  const { ownData, requests } = parts;
  return {
    name: 'rights',
    register(app) {
      const route = routesOf(app, 'own data');
      route.get('/me/data', {
        permission: 'self',
        operationId: 'getOwnData',
        summary: 'Shows one’s own personal data, and who accessed it',
        answer: schema.ownData,
        problems: [404],
        handle: ({ user }) => ownData.show(user) as Promise<never>,
      });
      route.get('/me/data.export', {
        permission: 'self',
        operationId: 'exportOwnData',
        summary: 'Exports one’s own personal data as one JSON file',
        answer: schema.ownData.loose(),
        problems: [404],
        handle: async ({ user, reply }) => {
          const data = await ownData.export(user);
          reply
            .header('cache-control', 'no-store')
            .header('content-disposition', 'attachment; filename="my-data.json"');
          return data as never;
        },
      });
      route.get('/me/requests', {
        permission: 'self',
        operationId: 'listOwnRequests',
        summary: 'Lists what one asked for, and the answers',
        answer: schema.requestList,
        problems: [404],
        handle: ({ user }) => requests.own(user),
      });
      route.post('/me/requests', {
        permission: 'self',
        operationId: 'createOwnRequest',
        summary: 'Asks for a correction or a removal',
        body: schema.ownRequest,
        created: schema.requestSchema,
        problems: [404],
        handle: ({ user, body }) => requests.create(user, body),
      });
      route.get('/privacy/requests', {
        permission: 'privacy:manage',
        operationId: 'listDataRequests',
        summary: 'Lists what people asked for, the most urgent first',
        query: schema.requestQuery,
        answer: schema.requestList,
        handle: ({ user, query }) => requests.list(user, query.state),
      });
      route.post('/privacy/requests/:id/decision', {
        permission: 'privacy:manage',
        operationId: 'decideDataRequest',
        summary: 'Grants or refuses a request',
        description:
          'What is granted is done at once. What a law keeps is named in `result.kept` with the reason.',
        params: schema.requestParams,
        body: schema.decisionRequest,
        answer: schema.requestSchema,
        problems: [409],
        handle: ({ user, params, body }) => requests.decide(user, params.id, body),
      });
    },
  };
}
