import type { App } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { EvidenceHolds } from './holds.ts';
import {
  holdChange,
  holdOfIncident,
  holdPage,
  holdQuery,
  holdRequest,
  holdSchema,
  liftRequest,
} from './schema.ts';

export function registerEvidenceHolds(app: App, holds: EvidenceHolds): void {
  const route = routesOf(app, 'evidence-holds');
  route.get('/incidents/:id/hold', {
    permission: 'violation:read',
    operationId: 'getIncidentHold',
    summary: 'Says whether the evidence of an incident is held',
    answer: holdOfIncident,
    handle: ({ user, params }) => holds.ofIncident(user.account, params.id),
  });
  route.post('/incidents/:id/hold', {
    permission: 'evidence:hold',
    operationId: 'holdEvidence',
    summary: 'Holds the evidence of an incident: no purge removes it',
    body: holdRequest,
    created: holdSchema,
    problems: [409, 422],
    handle: ({ user, params, body }) => holds.set(user, params.id, body),
  });
  route.get('/evidence-holds', {
    permission: 'violation:read',
    operationId: 'listEvidenceHolds',
    summary: 'Lists holds on evidence by their review date',
    query: holdQuery,
    answer: holdPage,
    handle: ({ user, query }) => holds.list(user.account, query),
  });
  route.patch('/evidence-holds/:id', {
    permission: 'evidence:hold',
    operationId: 'reviewEvidenceHold',
    summary: 'Moves the review date of a hold',
    body: holdChange,
    answer: holdSchema,
    problems: [422],
    handle: ({ user, params, body }) => holds.change(user, params.id, body),
  });
  route.post('/evidence-holds/:id/lift', {
    permission: 'evidence:hold',
    operationId: 'liftEvidenceHold',
    summary: 'Lifts a hold: purges go by the term of the evidence again',
    body: liftRequest,
    answer: holdSchema,
    handle: ({ user, params, body }) => holds.lift(user, params.id, body),
  });
}
