import { slug } from '@anshi/contracts';
import { z } from 'zod';
import type { App } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import { hazardLawVersions } from './laws.ts';
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

const params = z.strictObject({ id: slug });

/** A tenant's set-up of hazards. */
export function registerHazardSetup(app: App, setup: HazardSetup): void {
  const route = routesOf(app, 'hazards');
  route.get('/hazard-types', {
    permission: 'hazard:report',
    operationId: 'listHazardTypes',
    summary: 'Lists the types of hazards',
    answer: hazardTypes,
    handle: async ({ user }) => ({ items: await setup.types(user) }),
  });
  route.put('/hazard-types/:id', {
    permission: 'hazard:manage',
    operationId: 'saveHazardType',
    summary: 'Adds a type of hazards, or changes it',
    params,
    body: hazardTypeBody,
    answer: hazardType,
    handle: ({ user, params, body }) => setup.saveType(user, params.id, body),
  });
  route.get('/hazard-routing', {
    permission: 'hazard:review',
    operationId: 'getHazardRouting',
    summary: 'Reads which department a hazard goes to',
    answer: hazardRouting,
    handle: ({ user }) => setup.routing(user),
  });
  route.put('/hazard-routing', {
    permission: 'hazard:manage',
    operationId: 'saveHazardRouting',
    summary: 'Replaces the routing table',
    body: hazardRoutingBody,
    answer: hazardRouting,
    problems: [409],
    handle: ({ user, body }) => setup.saveRouting(user, body),
  });
  route.get('/hazard-routing/preview', {
    permission: 'hazard:review',
    operationId: 'previewHazardRouting',
    summary: 'Returns where a hazard would be routed, and by which rule',
    query: routingQuestion,
    answer: routingAnswer,
    handle: ({ user, query }) => setup.route(user, query),
  });
  route.get('/hazard-laws', {
    permission: 'hazard:report',
    operationId: 'listHazardLaws',
    summary: 'Lists the rules of law that the flow follows, with source and certainty',
    answer: hazardLaws,
    handle: async () => ({ items: hazardLawVersions() }),
  });
  route.get('/hazard-sites', {
    permission: 'hazard:manage',
    operationId: 'listHazardSites',
    summary: 'Lists where on earth the sites are',
    answer: hazardSites,
    handle: async ({ user }) => ({ items: await setup.sites(user) }),
  });
  route.put('/hazard-sites/:id', {
    permission: 'hazard:manage',
    operationId: 'saveHazardSite',
    summary: 'Says where on earth a site is',
    params,
    body: hazardSiteBody,
    answer: hazardSite,
    problems: [422],
    handle: ({ user, params, body }) => setup.saveSite(user, params.id, body),
  });
}
