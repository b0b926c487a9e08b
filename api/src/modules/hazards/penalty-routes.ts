import type { App } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { Penalties } from './penalties.ts';
import {
  appealBody,
  appealDecisionBody,
  hazardPenalties,
  hazardPenalty,
  penaltyBody,
  penaltyQuery,
} from './setup-schema.ts';

/** Decisions on false reports and forged rectifications. */
export function registerPenalties(app: App, penalties: Penalties): void {
  const route = routesOf(app, 'hazards');
  route.get('/hazard-penalties', {
    permission: 'hazard:read',
    operationId: 'listHazardPenalties',
    summary: 'Lists the decisions about oneself; for the safety department all of them',
    query: penaltyQuery,
    answer: hazardPenalties,
    handle: ({ user, query }) => penalties.list(user, query),
  });
  route.post('/hazards/:id/penalties', {
    permission: 'hazard:accept',
    operationId: 'penaliseHazard',
    summary: 'Confirms a false report or a forged rectification',
    body: penaltyBody,
    created: hazardPenalty,
    problems: [409],
    handle: ({ user, params, body }) => penalties.decide(user, params.id, body),
  });
  route.post('/hazard-penalties/:id/appeal', {
    permission: 'hazard:read',
    operationId: 'appealHazardPenalty',
    summary: 'Appeals against a decision about oneself',
    body: appealBody,
    answer: hazardPenalty,
    problems: [409],
    handle: ({ user, params, body }) => penalties.appeal(user, params.id, body.text),
  });
  route.post('/hazard-penalties/:id/decision', {
    permission: 'hazard:accept',
    operationId: 'decideHazardAppeal',
    summary: 'Decides on an appeal; not by who made the first decision',
    body: appealDecisionBody,
    answer: hazardPenalty,
    problems: [409],
    handle: ({ user, params, body }) => penalties.decideAppeal(user, params.id, body),
  });
}
