import { ulid } from '@anshi/contracts';
import { z } from 'zod';
import { callerOf } from '../../platform/access/caller.ts';
import { accountOf } from '../../platform/access/request-account.ts';
import type { App, Module } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import { registerRecordRoutes } from '../../platform/workflow/record-routes.ts';
import { actionBody } from '../../platform/workflow/record-schema.ts';
import type { Penalties } from './penalties.ts';
import { registerPenalties } from './penalty-routes.ts';
import { hazardPage, hazardSchema, listQuery, reportBody } from './schema.ts';
import type { HazardsService } from './service.ts';
import { registerHazardSetup } from './setup-routes.ts';
import type { HazardSetup } from './setup-service.ts';
import { registerHazardStatistics } from './statistics/routes.ts';
import type { HazardStatistics } from './statistics/service.ts';

const params = z.strictObject({ id: ulid });
const tags = ['hazards'];

/** Hazards: report, review, rectify, accept and close; their numbers; what a tenant sets up. */
export function hazardsModule(services: {
  hazards: HazardsService;
  setup: HazardSetup;
  statistics: HazardStatistics;
  penalties: Penalties;
}): Module {
  return {
    name: 'hazards',
    feature: 'hazards',
    register(app) {
      // Before those with an id: `heatmap` is none.
      registerHazardStatistics(app, services.statistics);
      registerHazards(app, services.hazards);
      registerHazardSetup(app, services.setup);
      registerPenalties(app, services.penalties);
    },
  };
}

function registerHazards(app: App, service: HazardsService): void {
  app.post(
    '/api/v1/hazards',
    {
      config: { permission: 'hazard:report' },
      schema: {
        tags,
        operationId: 'reportHazard',
        summary: 'Reports a hazard',
        description:
          'The client makes the id: sending the same report again answers 200 with what is there.',
        body: reportBody,
        response: {
          200: hazardSchema,
          201: hazardSchema,
          ...problems(400, 401, 403, 404, 409, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const device = request.headers['user-agent'] ?? null;
      const { hazard, again } = await service.report(callerOf(request), {
        ...request.body,
        device,
      });
      return reply.code(again ? 200 : 201).send(hazard);
    },
  );
  app.get(
    '/api/v1/hazards',
    {
      config: { permission: 'hazard:read' },
      schema: {
        tags,
        operationId: 'listHazards',
        summary: 'Lists the hazards that the account may see',
        querystring: listQuery,
        response: { 200: hazardPage, ...problems(400, 401, 403, 503) },
      },
    },
    async (request, reply) =>
      // The one answer that does not go through its schema. For 50 hazards that takes 0.21 ms of CPU
      // instead of 0.09 (`bench api`: listSchemaMs, listJsonMs); the integration tests compare it
      // with the schema as they do every answer.
      reply
        .serializer((body: unknown) => JSON.stringify(body))
        .send(await service.list(accountOf(request), request.query)),
  );
  app.get(
    '/api/v1/hazards/:id',
    {
      config: { permission: 'hazard:read' },
      schema: {
        tags,
        operationId: 'getHazard',
        summary: 'Reads one hazard, with what this account may do now',
        params,
        response: { 200: hazardSchema, ...problems(400, 401, 403, 404, 503) },
      },
    },
    (request) => service.get(callerOf(request), request.params.id),
  );
  registerRecordRoutes(app, service.record, {
    path: '/api/v1/hazards/:id',
    permission: 'hazard:read',
    tags,
    noun: 'a hazard',
    operations: { history: 'getHazardHistory', assignable: 'listAssignable', act: 'actOnHazard' },
    action: actionBody,
    answer: hazardSchema,
  });
  app.post(
    '/api/v1/violations/:id/hazard',
    {
      config: { permission: 'hazard:report' },
      schema: {
        tags,
        operationId: 'makeViolationHazard',
        summary: 'Makes a confirmed violation a hazard',
        description: 'Pressed again, the answer is 200 with the hazard that is there.',
        params,
        response: {
          200: hazardSchema,
          201: hazardSchema,
          ...problems(400, 401, 403, 404, 409, 503),
        },
      },
    },
    async (request, reply) => {
      const { hazard, again } = await service.fromViolation(callerOf(request), request.params.id);
      return reply.code(again ? 200 : 201).send(hazard);
    },
  );
}
