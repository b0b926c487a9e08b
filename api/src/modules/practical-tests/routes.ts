import type { App } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import * as schema from './schema.ts';
import type { PracticalTests } from './service.ts';

/** Practical tests of people in trades of special work. */
export function registerPracticalTests(app: App, tests: PracticalTests): void {
  const route = routesOf(app, 'practical tests');
  route.get('/persons/:id/practical-tests', {
    permission: 'qualification:read',
    operationId: 'listPersonPracticalTests',
    summary: 'Lists the practical tests of a person, the newest first',
    answer: schema.testList,
    handle: ({ user, params }) => tests.ofPerson(user, params.id),
  });
  route.post('/persons/:id/practical-tests', {
    permission: 'qualification:manage',
    operationId: 'addPracticalTest',
    summary: 'Enters a practical test that a person passed',
    body: schema.testInput,
    created: schema.testList,
    problems: [409, 422],
    handle: ({ user, params, body }) => tests.add(user, params.id, body),
  });
  route.post('/practical-tests/:id/revoke', {
    permission: 'qualification:manage',
    operationId: 'revokePracticalTest',
    summary: 'Revokes a practical test; the one before it counts again',
    body: schema.revokeBody,
    answer: schema.testList,
    handle: ({ user, params, body }) => tests.revoke(user, params.id, body),
  });
  route.get('/me/practical-tests', {
    permission: 'self',
    operationId: 'listOwnPracticalTests',
    summary: 'Lists your practical tests',
    answer: schema.testList,
    handle: ({ user }) => tests.own(user),
  });
}
