import { z } from 'zod';
import type { App } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import { accountRequestSchema } from './request-rows.ts';
import type { AccountRequests } from './requests.ts';
import { approvedSchema, approveRequest, userParams as params, requestQuery } from './schema.ts';

/** Requests that wait for a second person. */
export function requestRoutes(app: App, requests: AccountRequests): void {
  const route = routesOf(app, 'users');
  route.get('/account-requests', {
    permission: 'user:read',
    operationId: 'listAccountRequests',
    summary: 'Lists what was asked about accounts with guarded duties, the newest first',
    query: requestQuery,
    answer: z.object({ items: z.array(accountRequestSchema) }),
    handle: async ({ user, query }) => ({ items: await requests.list(user, query.open) }),
  });
  route.post('/account-requests/:id/approve', {
    permission: 'user:manage',
    operationId: 'approveAccountRequest',
    summary: "Carries a request out, as its second person or with a code of the account's owner",
    params,
    body: approveRequest,
    answer: approvedSchema,
    problems: [409, 429],
    handle: ({ user, params, body }) => requests.approve(user, params.id, body.code),
  });
  route.post('/account-requests/:id/refuse', {
    permission: 'user:manage',
    operationId: 'refuseAccountRequest',
    summary: 'Refuses a request; whoever made it takes it back',
    params,
    answer: accountRequestSchema,
    problems: [409],
    handle: ({ user, params }) => requests.refuse(user, params.id),
  });
}
