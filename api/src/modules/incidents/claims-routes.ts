import type { App } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { Claims } from './claims.ts';
import { claimList, claimRequest, claimSchema, reviewerList } from './claims-schema.ts';

export function registerClaims(app: App, claims: Claims): void {
  const route = routesOf(app, 'incidents');
  route.get('/incident-claims', {
    permission: 'violation:review',
    operationId: 'listIncidentClaims',
    summary: 'Lists who looks at which incident now',
    answer: claimList,
    handle: ({ user }) => claims.list(user.account),
  });
  route.put('/incidents/:id/claim', {
    permission: 'violation:review',
    operationId: 'claimIncident',
    summary: 'Claims an incident, renews the claim, or assigns it to another reviewer',
    description:
      'A claim ends after ten minutes unless it is renewed, an assignment after eight hours; both end with a verdict. They keep no other reviewer from deciding.',
    body: claimRequest,
    answer: claimSchema,
    problems: [409, 422],
    handle: ({ user, params, body }) => claims.claim(user, params.id, body),
  });
  route.delete('/incidents/:id/claim', {
    permission: 'violation:review',
    operationId: 'releaseIncident',
    summary: 'Gives a claimed or assigned incident back',
    problems: [409],
    handle: ({ user, params }) => claims.release(user, params.id),
  });
  route.get('/incidents/:id/reviewers', {
    permission: 'violation:review',
    operationId: 'listIncidentReviewers',
    summary: 'Lists who may review an incident',
    answer: reviewerList,
    handle: ({ user, params }) => claims.reviewers(user.account, params.id),
  });
}
