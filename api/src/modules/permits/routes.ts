import type { App } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import { registerRecordRoutes } from '../../platform/workflow/record-routes.ts';
import type { createPermitList } from './list.ts';
import type { Permits } from './permits.ts';
import * as schema from './schema.ts';

/** Permits for special work. */
export function registerPermits(
  app: App,
  { list, permits }: { list: ReturnType<typeof createPermitList>; permits: Permits },
): void {
  const route = routesOf(app, 'permits');
  route.get('/permits', {
    permission: 'permit:read',
    operationId: 'listPermits',
    summary: 'Lists work permits, those that begin last first',
    query: schema.permitQuery,
    answer: schema.permitPage,
    handle: ({ user, query }) => list.list(user, query),
  });
  route.get('/permits/people', {
    permission: 'permit:apply',
    operationId: 'listPermitPeople',
    summary: 'Lists the people of the register whom a permit can name, the first 20',
    query: schema.peopleQuery,
    answer: schema.peopleList,
    handle: ({ user, query }) => list.people(user, query),
  });
  route.post('/permits', {
    permission: 'permit:apply',
    operationId: 'createPermit',
    summary: 'Applies for a work permit, as a draft',
    description: 'It is submitted by a step, and approved by another person than its applicant.',
    body: schema.permitInput,
    created: schema.permitSchema,
    problems: [422],
    handle: ({ user, body }) => permits.create(user, body),
  });
  route.get('/permits/:id', {
    permission: 'permit:read',
    operationId: 'getPermit',
    summary: 'Reads a work permit with what this account may do',
    answer: schema.permitSchema,
    handle: ({ user, params }) => permits.get(user, params.id),
  });
  route.patch('/permits/:id', {
    permission: 'permit:apply',
    operationId: 'changePermit',
    summary: 'Changes a draft of one’s own',
    body: schema.permitPatch,
    answer: schema.permitSchema,
    problems: [409, 422],
    handle: ({ user, params, body }) => permits.change(user, params.id, body),
  });
  registerRecordRoutes(app, permits.record, {
    path: '/permits/:id',
    permission: 'permit:read',
    tag: 'permits',
    noun: 'a work permit',
    operations: {
      history: 'getPermitHistory',
      assignable: 'listPermitAssignable',
      act: 'actOnPermit',
    },
    action: schema.permitAction,
    answer: schema.permitSchema,
    description: 'Work begins and is resumed within the times of the permit only.',
  });
}
