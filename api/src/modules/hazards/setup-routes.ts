import { slug } from '@anshi/contracts';
import { z } from 'zod';
import { callerOf } from '../../platform/access/caller.ts';
import type { App } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import {
  hazardLaws,
  hazardRouting,
  hazardRoutingBody,
  hazardSite,
  hazardSiteBody,
  hazardSites,
  hazardType,
  hazardTypeBody,
  hazardTypes,
  routingAnswer,
  routingQuestion,
} from './setup-schema.ts';
import type { HazardSetup } from './setup-service.ts';

const tags = ['hazards'];
const params = z.strictObject({ id: slug });
const manage = { permission: 'hazard:manage' } as const;
const usual = problems(400, 401, 403, 503);

/** What a tenant sets up for its hazards. */
export function registerHazardSetup(app: App, setup: HazardSetup): void {
  app.get(
    '/api/v1/hazard-types',
    {
      // Whoever reports chooses one.
      config: { permission: 'hazard:report' },
      schema: {
        tags,
        operationId: 'listHazardTypes',
        summary: 'Lists the types of hazards',
        response: { 200: hazardTypes, ...usual },
      },
    },
    async (request) => ({ items: await setup.types(callerOf(request)) }),
  );
  app.put(
    '/api/v1/hazard-types/:id',
    {
      config: manage,
      schema: {
        tags,
        operationId: 'saveHazardType',
        summary: 'Adds a type of hazards, or changes it',
        params,
        body: hazardTypeBody,
        response: { 200: hazardType, ...usual },
      },
    },
    (request) => setup.saveType(callerOf(request), request.params.id, request.body),
  );
  app.get(
    '/api/v1/hazard-routing',
    {
      config: { permission: 'hazard:review' },
      schema: {
        tags,
        operationId: 'getHazardRouting',
        summary: 'Reads which department a hazard goes to',
        response: { 200: hazardRouting, ...usual },
      },
    },
    (request) => setup.routing(callerOf(request)),
  );
  app.put(
    '/api/v1/hazard-routing',
    {
      config: manage,
      schema: {
        tags,
        operationId: 'saveHazardRouting',
        summary: 'Replaces the routing table',
        body: hazardRoutingBody,
        response: { 200: hazardRouting, ...problems(400, 401, 403, 409, 503) },
      },
    },
    (request) => setup.saveRouting(callerOf(request), request.body),
  );
  app.get(
    '/api/v1/hazard-routing/preview',
    {
      config: { permission: 'hazard:review' },
      schema: {
        tags,
        operationId: 'previewHazardRouting',
        summary: 'Tells where a hazard would go, and by which rule',
        querystring: routingQuestion,
        response: { 200: routingAnswer, ...usual },
      },
    },
    (request) => setup.route(callerOf(request), request.query),
  );
  app.get(
    '/api/v1/hazard-laws',
    {
      config: { permission: 'hazard:report' },
      schema: {
        tags,
        operationId: 'listHazardLaws',
        summary: 'Lists the rules of law that the flow follows, with source and certainty',
        response: { 200: hazardLaws, ...usual },
      },
    },
    async (request) => ({ items: await setup.laws(callerOf(request)) }),
  );
  app.get(
    '/api/v1/hazard-sites',
    {
      config: manage,
      schema: {
        tags,
        operationId: 'listHazardSites',
        summary: 'Lists where on earth the sites are',
        response: { 200: hazardSites, ...usual },
      },
    },
    async (request) => ({ items: await setup.sites(callerOf(request)) }),
  );
  app.put(
    '/api/v1/hazard-sites/:id',
    {
      config: manage,
      schema: {
        tags,
        operationId: 'saveHazardSite',
        summary: 'Says where on earth a site is',
        params,
        body: hazardSiteBody,
        response: { 200: hazardSite, ...problems(400, 401, 403, 422, 503) },
      },
    },
    (request) => setup.saveSite(callerOf(request), request.params.id, request.body),
  );
}
