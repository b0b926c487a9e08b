import { z } from 'zod';
import { callerOf } from '../../platform/access/caller.ts';
import type { Module } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import { requestRoutes } from './request-routes.ts';
import { accountRequestSchema } from './request-rows.ts';
import type { AccountRequests } from './requests.ts';
import {
  accountChange,
  accountPage,
  accountQuery,
  accountSchema,
  lockRequest,
  newAccount,
  overrideRequest,
  overrideSchema,
  userParams as params,
  resetRequest,
  withPassword,
} from './schema.ts';
import type { UsersService } from './service.ts';

const tags = ['users'];

/** 202: the account has guarded duties, and a second person is asked. */
const orAsks = <Schema extends { response: object }>(schema: Schema) => ({
  ...schema,
  response: {
    ...schema.response,
    202: accountRequestSchema.describe('Nothing is done until a second person approves.'),
  } as Schema['response'] & { 202: typeof accountRequestSchema },
});
const read = { permission: 'user:read' } as const;
const manage = { permission: 'user:manage' } as const;

export function usersModule(service: UsersService, requests: AccountRequests): Module {
  return {
    name: 'users',
    register(app) {
      requestRoutes(app, requests);
      const one = <Ok extends z.ZodType>(operationId: string, summary: string, ok: Ok) => ({
        tags,
        operationId,
        summary,
        params,
        response: { 200: ok, ...problems(400, 401, 403, 404, 409, 503) },
      });
      app.get(
        '/api/v1/users',
        {
          config: read,
          schema: {
            tags,
            operationId: 'listUsers',
            summary: 'Lists accounts within reach, by user name',
            querystring: accountQuery,
            response: { 200: accountPage, ...problems(400, 401, 403, 503) },
          },
        },
        (request) => service.list(callerOf(request), request.query),
      );
      app.get(
        '/api/v1/users/:id',
        { config: read, schema: one('getUser', 'Shows an account', accountSchema) },
        (request) => service.get(callerOf(request), request.params.id),
      );
      app.post(
        '/api/v1/users',
        {
          config: manage,
          schema: {
            tags,
            operationId: 'createUser',
            summary: 'Makes an account, with a password for the first sign-in',
            body: newAccount,
            response: { 201: withPassword, ...problems(400, 401, 403, 404, 409, 503) },
          },
        },
        async (request, reply) =>
          reply.code(201).send(await service.create(callerOf(request), request.body)),
      );
      app.patch(
        '/api/v1/users/:id',
        {
          config: manage,
          schema: {
            ...one('changeUser', 'Changes an account or its roles', accountSchema),
            body: accountChange,
          },
        },
        (request) => service.change(callerOf(request), request.params.id, request.body),
      );
      app.post(
        '/api/v1/users/:id/lock',
        {
          config: manage,
          schema: {
            ...one('lockUser', 'Closes an account at once', accountSchema),
            body: lockRequest,
          },
        },
        (request) => service.lock(callerOf(request), request.params.id, request.body.reason),
      );
      app.post(
        '/api/v1/users/:id/unlock',
        {
          config: manage,
          schema: orAsks(
            one('unlockUser', 'Opens an account, also after too many wrong tries', accountSchema),
          ),
        },
        async (request, reply) => {
          const done = await service.unlock(callerOf(request), request.params.id);
          return 'requestedBy' in done ? reply.code(202).send(done) : reply.send(done);
        },
      );
      app.post(
        '/api/v1/users/:id/reset-password',
        {
          config: manage,
          schema: {
            ...orAsks(
              one(
                'resetPassword',
                'Gives a password for one sign-in and ends all sessions',
                withPassword,
              ),
            ),
            body: resetRequest,
          },
        },
        async (request, reply) => {
          const done = await service.resetPassword(
            callerOf(request),
            request.params.id,
            request.body,
          );
          return 'requestedBy' in done ? reply.code(202).send(done) : reply.send(done);
        },
      );
      app.get(
        '/api/v1/users/:id/duty-overrides',
        {
          config: read,
          schema: one(
            'listDutyOverrides',
            'Lists the exceptions from the separation of duties',
            z.object({ items: z.array(overrideSchema) }),
          ),
        },
        async (request) => ({
          items: await service.overrides(callerOf(request), request.params.id),
        }),
      );
      app.post(
        '/api/v1/users/:id/duty-overrides',
        {
          config: { permission: 'role:manage' },
          schema: {
            ...one(
              'addDutyOverride',
              'Records an exception; someone else gives the roles',
              overrideSchema,
            ),
            body: overrideRequest,
            response: { 201: overrideSchema, ...problems(400, 401, 403, 404, 503) },
          },
        },
        async (request, reply) =>
          reply
            .code(201)
            .send(await service.addOverride(callerOf(request), request.params.id, request.body)),
      );
    },
  };
}
