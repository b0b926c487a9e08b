import { slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { systemCaller } from '../../platform/access/caller.ts';
import { deviceOf } from '../../platform/access/devices.ts';
import type { App } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { Aliases } from './aliases.ts';
import type { createStatementList } from './list.ts';
import * as schema from './schema.ts';
import type { Personnel } from './service.ts';

export function registerPersonnel(
  app: App,
  parts: {
    personnel: Personnel;
    list: ReturnType<typeof createStatementList>;
    aliases: Aliases;
    tenant: string;
  },
): void {
  const { personnel, list, aliases, tenant } = parts;
  app.put(
    '/api/v1/ingest/persons/:externalId',
    {
      config: { device: { kinds: ['personnel'] } },
      schema: {
        tags: ['personnel'],
        operationId: 'putPersonStatement',
        summary: 'Takes what a personnel system states of a person',
        description:
          'By the credential of the system, whose name is the system of the id. Joining, moving and leaving follow, with roles and sessions. The same statement may be sent again.',
        params: schema.statementParams,
        body: schema.personnelStatement,
        response: {
          200: schema.statementTaken,
          ...problems(400, 401, 403, 409, 413, 415, 422, 503),
        },
      },
    },
    (request) => {
      const { name } = deviceOf(request);
      const caller = { ...systemCaller(tenant), address: request.ip, requestId: request.id };
      const { externalId } = request.params;
      return personnel.take(caller, { system: name ?? '', externalId }, request.body);
    },
  );

  const route = routesOf(app, 'personnel');
  route.get('/personnel-statements', {
    permission: 'personnel:read',
    operationId: 'listPersonnelStatements',
    summary: 'Lists what personnel systems stated, newest first',
    query: schema.statementQuery,
    answer: schema.statementPage,
    handle: ({ user, query }) => list.list(user, query),
  });
  route.post('/personnel-statements/:id/retry', {
    permission: 'personnel:manage',
    operationId: 'retryPersonnelStatement',
    summary: 'Tries a refused statement again',
    answer: schema.statementSchema,
    problems: [409, 422],
    handle: ({ user, params }) => personnel.retry(user, params.id),
  });
  route.get('/persons/:id/aliases', {
    permission: 'person:read',
    operationId: 'listPersonAliases',
    summary: 'Lists what other systems call a person',
    answer: schema.aliasList,
    handle: ({ user, params }) => aliases.list(user, params.id),
  });
  route.post('/persons/:id/aliases', {
    permission: 'person:manage',
    operationId: 'addPersonAlias',
    summary: 'Enters what another system calls a person',
    body: schema.aliasInput,
    answer: schema.aliasList,
    problems: [409],
    handle: ({ user, params, body }) => aliases.add(user, params.id, body),
  });
  route.delete('/persons/:id/aliases/:alias', {
    permission: 'person:manage',
    operationId: 'removePersonAlias',
    summary: 'Removes what another system calls a person',
    params: z.object({ id: ulid, alias: ulid }),
    handle: ({ user, params }) => aliases.remove(user, params.id, params.alias),
  });
  route.get('/persons/by-alias', {
    permission: 'person:read',
    operationId: 'getPersonByAlias',
    summary: 'Finds the person whom another system calls so',
    query: z.strictObject({ system: slug, externalId: z.string().min(1).max(128) }),
    answer: schema.foundPerson,
    problems: [404],
    handle: ({ user, query }) => aliases.find(user, query),
  });
}
