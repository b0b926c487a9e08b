import { z } from 'zod';
import { callerOf } from '../../platform/access/caller.ts';
import type { App } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import { accountRequestSchema } from './request-rows.ts';
import type { AccountRequests } from './requests.ts';
import { approvedSchema, approveRequest, userParams as params, requestQuery } from './schema.ts';

const tags = ['users'];
const manage = { permission: 'user:manage' } as const;

/** What waits for a second person. */
export function requestRoutes(app: App, requests: AccountRequests): void {
  app.get(
    '/api/v1/account-requests',
    {
      config: { permission: 'user:read' },
      schema: {
        tags,
        operationId: 'listAccountRequests',
        summary: 'Lists what was asked about accounts with guarded duties, the newest first',
        querystring: requestQuery,
        response: {
          200: z.object({ items: z.array(accountRequestSchema) }),
          ...problems(400, 401, 403, 503),
        },
      },
    },
    async (request) => ({ items: await requests.list(callerOf(request), request.query.open) }),
  );
  app.post(
    '/api/v1/account-requests/:id/approve',
    {
      config: manage,
      schema: {
        tags,
        operationId: 'approveAccountRequest',
        summary:
          "Carries a request out, as its second person or with a code of the account's owner",
        params,
        body: approveRequest,
        response: { 200: approvedSchema, ...problems(400, 401, 403, 404, 409, 429, 503) },
      },
    },
    (request) => requests.approve(callerOf(request), request.params.id, request.body.code),
  );
  app.post(
    '/api/v1/account-requests/:id/refuse',
    {
      config: manage,
      schema: {
        tags,
        operationId: 'refuseAccountRequest',
        summary: 'Refuses a request; whoever made it takes it back',
        params,
        response: { 200: accountRequestSchema, ...problems(400, 401, 403, 404, 409, 503) },
      },
    },
    (request) => requests.refuse(callerOf(request), request.params.id),
  );
}
