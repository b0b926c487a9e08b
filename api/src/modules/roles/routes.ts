import { z } from 'zod';
import type { Module } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import {
  ownRights,
  roleParams as params,
  permissionList,
  roleChange,
  roleSchema,
} from './schema.ts';
import type { RolesService } from './service.ts';

export function rolesModule(service: RolesService): Module {
  return {
    name: 'roles',
    register(app) {
      const route = routesOf(app, 'roles');
      route.get('/permissions', {
        permission: 'user:read',
        operationId: 'listPermissions',
        summary: 'Lists what a role can give, and what must not lie in one hand',
        answer: permissionList,
        handle: async () => service.permissions(),
      });
      route.get('/me/rights', {
        permission: 'self',
        operationId: 'listOwnRights',
        summary: 'Returns one’s own permissions and scopes in plain words',
        answer: ownRights,
        handle: ({ user }) => service.own(user),
      });
      route.get('/roles', {
        permission: 'user:read',
        operationId: 'listRoles',
        summary: 'Lists the roles',
        answer: z.object({ items: z.array(roleSchema) }),
        handle: async ({ user }) => ({ items: await service.list(user) }),
      });
      route.get('/roles/:id', {
        permission: 'user:read',
        operationId: 'getRole',
        summary: 'Shows a role',
        params,
        answer: roleSchema,
        handle: ({ user, params }) => service.get(user, params.id),
      });
      route.put('/roles/:id', {
        permission: 'role:manage',
        operationId: 'saveRole',
        summary: 'Makes a role or changes it; its holders have it at once',
        params,
        body: roleChange,
        answer: roleSchema,
        problems: [409],
        handle: ({ user, params, body }) => service.save(user, params.id, body),
      });
      route.delete('/roles/:id', {
        permission: 'role:manage',
        operationId: 'deleteRole',
        summary: 'Deletes a role that nobody holds',
        params,
        problems: [409],
        handle: ({ user, params }) => service.remove(user, params.id),
      });
    },
  };
}
