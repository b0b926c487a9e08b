import { ulid } from '@anshi/contracts';
import { z } from 'zod';
import { callerOf } from '../../platform/access/caller.ts';
import type { App } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import type { Penalties } from './penalties.ts';
import {
  appealBody,
  appealDecisionBody,
  hazardPenalties,
  hazardPenalty,
  penaltyBody,
  penaltyQuery,
} from './setup-schema.ts';

const tags = ['hazards'];
const params = z.strictObject({ id: ulid });
const usual = problems(400, 401, 403, 404, 409, 503);

/** Decisions on false reports and forged rectifications. */
export function registerPenalties(app: App, penalties: Penalties): void {
  app.get(
    '/api/v1/hazard-penalties',
    {
      config: { permission: 'hazard:read' },
      schema: {
        tags,
        operationId: 'listHazardPenalties',
        summary: 'Lists the decisions about oneself; for the safety department all of them',
        querystring: penaltyQuery,
        response: { 200: hazardPenalties, ...problems(401, 403, 503) },
      },
    },
    (request) => penalties.list(callerOf(request), request.query),
  );
  app.post(
    '/api/v1/hazards/:id/penalties',
    {
      config: { permission: 'hazard:accept' },
      schema: {
        tags,
        operationId: 'penaliseHazard',
        summary: 'Confirms a false report or a forged rectification',
        params,
        body: penaltyBody,
        response: { 201: hazardPenalty, ...usual },
      },
    },
    async (request, reply) =>
      reply
        .code(201)
        .send(await penalties.decide(callerOf(request), request.params.id, request.body)),
  );
  app.post(
    '/api/v1/hazard-penalties/:id/appeal',
    {
      config: { permission: 'hazard:read' },
      schema: {
        tags,
        operationId: 'appealHazardPenalty',
        summary: 'Appeals against a decision about oneself',
        params,
        body: appealBody,
        response: { 200: hazardPenalty, ...usual },
      },
    },
    (request) => penalties.appeal(callerOf(request), request.params.id, request.body.text),
  );
  app.post(
    '/api/v1/hazard-penalties/:id/decision',
    {
      config: { permission: 'hazard:accept' },
      schema: {
        tags,
        operationId: 'decideHazardAppeal',
        summary: 'Decides on an appeal; not by who made the first decision',
        params,
        body: appealDecisionBody,
        response: { 200: hazardPenalty, ...usual },
      },
    },
    (request) => penalties.decideAppeal(callerOf(request), request.params.id, request.body),
  );
}
