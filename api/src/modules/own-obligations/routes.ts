import type { App } from '../../platform/http/app-types.ts';
import { historySchema } from '../../platform/kit/history.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { OwnObligations } from './own-obligations.ts';
import * as schema from './schema.ts';

/** Obligations that people add by hand. Their cases are those of /obligations. */
export function registerOwnObligations(app: App, own: OwnObligations): void {
  const route = routesOf(app, 'obligations');
  route.post('/own-obligations', {
    permission: 'own-obligation:manage',
    operationId: 'createOwnObligation',
    summary: 'Adds an obligation by hand',
    description:
      'Its first case opens by its rule. For the whole plant it needs the permission for all; else for the place of the subject.',
    body: schema.ownObligationInput,
    created: schema.ownObligationSchema,
    problems: [422],
    handle: ({ user, body }) => own.create(user, body),
  });
  route.get('/own-obligations/choices', {
    permission: 'own-obligation:manage',
    operationId: 'listOwnObligationChoices',
    summary: 'Lists what an obligation that is added by hand may name',
    description:
      'Machines, areas and departments within reach, roles, and the rules of law that say an interval.',
    answer: schema.ownObligationChoices,
    handle: ({ user }) => own.choices(user),
  });
  route.get('/own-obligations/:id', {
    permission: 'obligation:read',
    operationId: 'getOwnObligation',
    summary: 'Reads an obligation that was added by hand',
    description: 'For all who see its cases.',
    answer: schema.ownObligationSchema,
    handle: ({ user, params }) => own.get(user, params.id),
  });
  route.patch('/own-obligations/:id', {
    permission: 'own-obligation:manage',
    operationId: 'changeOwnObligation',
    summary: 'Changes an obligation that was added by hand',
    description: 'Its open case follows. The subject and the way of counting stay.',
    body: schema.ownObligationPatch,
    answer: schema.ownObligationSchema,
    problems: [422],
    handle: ({ user, params, body }) => own.change(user, params.id, body),
  });
  route.post('/own-obligations/:id/end', {
    permission: 'own-obligation:manage',
    operationId: 'endOwnObligation',
    summary: 'Ends an obligation that was added by hand, with the reason',
    description: 'Its open cases are closed.',
    body: schema.ownObligationEnd,
    answer: schema.ownObligationSchema,
    handle: ({ user, params, body }) => own.end(user, params.id, body),
  });
  route.post('/own-obligations/:id/decision', {
    permission: 'own-obligation:record',
    operationId: 'decideOwnObligation',
    summary: 'Confirms as a second person that it was done, or refuses it',
    description: 'Confirmed, the case ends with the day that was recorded. Refused, it stays open.',
    body: schema.ownObligationDecision,
    answer: schema.ownObligationSchema,
    problems: [409, 422],
    handle: ({ user, params, body }) => own.decide(user, params.id, body),
  });
  route.get('/own-obligations/:id/history', {
    permission: 'obligation:read',
    operationId: 'getOwnObligationHistory',
    summary: 'Lists the changes of an obligation that was added by hand, newest first',
    answer: historySchema,
    handle: ({ user, params }) => own.history(user, params.id),
  });
}
