import { z } from 'zod';
import { callerOf } from '../../platform/access/caller.ts';
import type { Module } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import {
  ownRights,
  roleParams as params,
  permissionList,
  roleChange,
  roleSchema,
} from './schema.ts';
import type { RolesService } from './service.ts';

const tags = ['roles'];
const read = { permission: 'user:read' } as const;
const manage = { permission: 'role:manage' } as const;

export function rolesModule(service: RolesService): Module {
  return {
    name: 'roles',
    register(app) {
      app.get(
        '/api/v1/permissions',
        {
          config: read,
          schema: {
            tags,
            operationId: 'listPermissions',
            summary: 'Lists what a role can give, and what must not lie in one hand',
            response: { 200: permissionList, ...problems(401, 403, 503) },
          },
        },
        async () => service.permissions(),
      );
      app.get(
        '/api/v1/me/rights',
        {
          config: { permission: 'self' },
          schema: {
            tags,
            operationId: 'listOwnRights',
            summary: 'Tells in plain words what one may do, and how far',
            response: { 200: ownRights, ...problems(401, 503) },
          },
        },
        (request) => service.own(callerOf(request)),
      );
      app.get(
        '/api/v1/roles',
        {
          config: read,
          schema: {
            tags,
            operationId: 'listRoles',
            summary: 'Lists the roles',
            response: {
              200: z.object({ items: z.array(roleSchema) }),
              ...problems(401, 403, 503),
            },
          },
        },
        async (request) => ({ items: await service.list(callerOf(request)) }),
      );
      app.get(
        '/api/v1/roles/:id',
        {
          config: read,
          schema: {
            tags,
            operationId: 'getRole',
            summary: 'Shows a role',
            params,
            response: { 200: roleSchema, ...problems(400, 401, 403, 404, 503) },
          },
        },
        (request) => service.get(callerOf(request), request.params.id),
      );
      app.put(
        '/api/v1/roles/:id',
        {
          config: manage,
          schema: {
            tags,
            operationId: 'saveRole',
            summary: 'Makes a role or changes it; its holders have it at once',
            params,
            body: roleChange,
            response: { 200: roleSchema, ...problems(400, 401, 403, 404, 409, 503) },
          },
        },
        (request) => service.save(callerOf(request), request.params.id, request.body),
      );
      app.delete(
        '/api/v1/roles/:id',
        {
          config: manage,
          schema: {
            tags,
            operationId: 'deleteRole',
            summary: 'Deletes a role that nobody holds',
            params,
            response: {
              204: z.undefined().describe('Gone.'),
              ...problems(400, 401, 403, 404, 409, 503),
            },
          },
        },
        async (request, reply) => {
          await service.remove(callerOf(request), request.params.id);
          return reply.code(204).send();
        },
      );
    },
  };
}
