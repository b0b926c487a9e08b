import type { App, Module } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
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

/** Hazards: report, review, rectification, acceptance and closing; statistics; set-up. */
export function hazardsModule(services: {
  hazards: HazardsService;
  setup: HazardSetup;
  statistics: HazardStatistics;
  penalties: Penalties;
}): Module {
  return {
    name: 'hazards',
    register(app) {
      // Before the routes with an id, so that `heatmap` is not taken for one.
      registerHazardStatistics(app, services.statistics);
      registerHazards(app, services.hazards);
      registerHazardSetup(app, services.setup);
      registerPenalties(app, services.penalties);
    },
  };
}

function registerHazards(app: App, service: HazardsService): void {
  const route = routesOf(app, 'hazards');
  route.post('/hazards', {
    permission: 'hazard:report',
    operationId: 'reportHazard',
    summary: 'Reports a hazard',
    description:
      'The client makes the id: sending the same report again answers 200 with what is there.',
    body: reportBody,
    answer: hazardSchema,
    created: hazardSchema,
    problems: [404, 409, 422],
    handle: async ({ user, body, request, reply }) => {
      const device = request.headers['user-agent'] ?? null;
      const { hazard, again } = await service.report(user, {
        ...body,
        device,
      });
      return reply.code(again ? 200 : 201).send(hazard);
    },
  });
  route.get('/hazards', {
    permission: 'hazard:read',
    operationId: 'listHazards',
    summary: 'Lists the hazards that the account may see',
    query: listQuery,
    answer: hazardPage,
    handle: async ({ user, query, reply }) =>
      reply
        .type('application/json; charset=utf-8')
        .serializer((body: unknown) => JSON.stringify(body))
        .send(await service.list(user.account, query)),
  });
  route.get('/hazards/:id', {
    permission: 'hazard:read',
    operationId: 'getHazard',
    summary: 'Reads one hazard, with what this account may do now',
    answer: hazardSchema,
    handle: ({ user, params }) => service.get(user, params.id),
  });
  registerRecordRoutes(app, service.record, {
    path: '/hazards/:id',
    permission: 'hazard:read',
    tag: 'hazards',
    noun: 'a hazard',
    operations: { history: 'getHazardHistory', assignable: 'listAssignable', act: 'actOnHazard' },
    action: actionBody,
    answer: hazardSchema,
  });
  route.post('/violations/:id/hazard', {
    permission: 'hazard:report',
    operationId: 'makeViolationHazard',
    summary: 'Makes a confirmed violation a hazard',
    description: 'A repetition answers 200 with the existing hazard.',
    answer: hazardSchema,
    created: hazardSchema,
    problems: [409],
    handle: async ({ user, params, reply }) => {
      const { hazard, again } = await service.fromViolation(user, params.id);
      return reply.code(again ? 200 : 201).send(hazard);
    },
  });
}
