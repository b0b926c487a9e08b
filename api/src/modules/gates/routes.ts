import type { App } from '../../platform/http/app-types.ts';
import { historySchema } from '../../platform/kit/history.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { GateDecisions } from './decisions.ts';
import type { createOperationHistory } from './operation-history.ts';
import type { GateOverrides } from './overrides.ts';
import type { GatePoints } from './points.ts';
import * as schema from './schema.ts';
import type { createSignOn } from './sign-on.ts';

/** What people do with gates. */
export function registerGates(
  app: App,
  parts: {
    decisions: GateDecisions;
    overrides: GateOverrides;
    points: GatePoints;
    signOn: ReturnType<typeof createSignOn>;
    history: ReturnType<typeof createOperationHistory>;
  },
): void {
  const { decisions, overrides, points, signOn, history } = parts;
  const route = routesOf(app, 'gates');
  route.get('/persons/:id/operation-history', {
    permission: 'gate:read',
    operationId: 'getOperationHistory',
    summary: 'Reads which machines a person operated, how long, and what happened meanwhile',
    answer: schema.operationHistory,
    handle: ({ user, params }) => history.ofPerson(user, params.id),
  });
  route.get('/me/operation-history', {
    permission: 'self',
    operationId: 'getOwnOperationHistory',
    summary: 'Reads which machines one operated oneself, and what happened meanwhile',
    answer: schema.operationHistory,
    handle: ({ user }) => history.own(user),
  });
  route.get('/gates/decisions', {
    permission: 'gate:read',
    operationId: 'listGateDecisions',
    summary: 'Lists what points were answered, newest first',
    query: schema.decisionQuery,
    answer: schema.decisionPage,
    handle: ({ user, query }) => decisions.list(user, query),
  });
  route.get('/gates/decisions/:id', {
    permission: 'gate:read',
    operationId: 'getGateDecision',
    summary: 'Reads what a point was answered',
    answer: schema.decisionSchema,
    handle: ({ user, params }) => decisions.get(user, params.id),
  });
  route.post('/gates/decisions/:id/override', {
    permission: 'gate:override',
    operationId: 'overrideGateDecision',
    summary: 'Lets the person of a refusal start or enter, until an end',
    body: schema.overrideBody,
    created: schema.overrideSchema,
    problems: [409],
    handle: ({ user, params, body }) => overrides.give(user, params.id, body),
  });
  route.get('/gates/overrides', {
    permission: 'gate:read',
    operationId: 'listGateOverrides',
    summary: 'Lists the overrides in force',
    answer: schema.overrideList,
    handle: ({ user }) => overrides.list(user),
  });
  route.post('/gates/overrides/:id/end', {
    permission: 'gate:override',
    operationId: 'endGateOverride',
    summary: 'Ends an override before its time',
    answer: schema.overrideSchema,
    handle: ({ user, params }) => overrides.end(user, params.id),
  });
  route.get('/gates/points', {
    permission: 'gate:read',
    operationId: 'listGatePoints',
    summary: 'Lists the points with their credentials and operators',
    answer: schema.pointList,
    handle: ({ user }) => points.list(user),
  });
  route.post('/gates/points', {
    permission: 'gate:manage',
    operationId: 'createGatePoint',
    summary: 'Enters a point at a machine or a door',
    description: 'Its credential is made at /devices, of the kind gate.',
    body: schema.pointInput,
    created: schema.pointSchema,
    problems: [409, 422],
    handle: ({ user, body }) => points.create(user, body),
  });
  route.get('/gates/points/:id', {
    permission: 'gate:read',
    operationId: 'getGatePoint',
    summary: 'Reads a point',
    answer: schema.pointSchema,
    handle: ({ user, params }) => points.get(user, params.id),
  });
  route.patch('/gates/points/:id', {
    permission: 'gate:manage',
    operationId: 'changeGatePoint',
    summary: 'Changes a point, or puts it out of use',
    body: schema.pointPatch,
    answer: schema.pointSchema,
    problems: [422],
    handle: ({ user, params, body }) => points.change(user, params.id, body),
  });
  route.get('/gates/points/:id/history', {
    permission: 'gate:read',
    operationId: 'getGatePointHistory',
    summary: 'The changes of a point, newest first',
    answer: historySchema,
    handle: ({ user, params }) => points.history(user, params.id),
  });
  route.get('/me/gates', {
    permission: 'self',
    operationId: 'listOwnGateDecisions',
    summary: 'What points answered to this person, with all reasons and what to do',
    query: schema.ownQuery,
    answer: schema.ownDecisionPage,
    handle: ({ user, query }) => decisions.own(user, query),
  });
  route.post('/me/gates/sign-on', {
    permission: 'self',
    operationId: 'signOnAtGate',
    summary: 'Gives a code with which this person signs on at a point without a card',
    created: schema.signOnAnswer,
    problems: [409],
    handle: ({ user }) => signOn.give(user),
  });
}
