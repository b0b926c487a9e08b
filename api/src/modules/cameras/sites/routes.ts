import type { App } from '../../../platform/http/app-types.ts';
import { routesOf } from '../../../platform/kit/routes.ts';
import * as schema from './schema.ts';
import type { SiteConfigurations } from './service.ts';

const permission = 'camera:manage';

/** How sites and floor plans are set up. */
export function registerSites(app: App, sites: SiteConfigurations): void {
  const route = routesOf(app, 'cameras');
  const { siteParams, planParams, removalQuery: query } = schema;
  route.get('/sites/configurations', {
    permission,
    operationId: 'listSiteConfigurations',
    summary: 'Lists the sites and floor plans to be set up',
    answer: schema.siteConfigurations,
    handle: ({ user }) => sites.list(user),
  });
  route.post('/sites', {
    permission,
    operationId: 'createSite',
    summary: 'Adds a site',
    body: schema.siteInput,
    created: schema.siteConfiguration,
    problems: [409],
    handle: ({ user, body }) => sites.create(user, body),
  });
  route.patch('/sites/:site', {
    permission,
    operationId: 'changeSite',
    summary: 'Renames a site',
    params: siteParams,
    body: schema.sitePatch,
    answer: schema.siteConfiguration,
    handle: ({ user, params, body }) => sites.rename(user, params.site, body),
  });
  route.delete('/sites/:site', {
    permission,
    operationId: 'removeSite',
    summary: 'Removes a site that nothing uses',
    params: siteParams,
    query,
    problems: [409],
    handle: ({ user, params, query: { version } }) => sites.remove(user, params.site, version),
  });
  route.get('/sites/:site/uses', {
    permission,
    operationId: 'listSiteUses',
    summary: 'Says what uses a site',
    params: siteParams,
    answer: schema.placeUses,
    handle: ({ user, params }) => sites.uses(user, params.site, null),
  });
  route.post('/sites/:site/floor-plans', {
    permission,
    operationId: 'createFloorPlan',
    summary: 'Adds a floor plan to a site',
    description: 'Its picture is uploaded before: PNG, JPEG or WebP.',
    params: siteParams,
    body: schema.planInput,
    created: schema.siteConfiguration,
    problems: [409, 422],
    handle: ({ user, params, body }) => sites.addPlan(user, params.site, body),
  });
  route.patch('/sites/:site/floor-plans/:plan', {
    permission,
    operationId: 'changeFloorPlan',
    summary: 'Changes the name, the size or the picture of a floor plan',
    params: planParams,
    body: schema.planPatch,
    answer: schema.siteConfiguration,
    problems: [422],
    handle: ({ user, params, body }) => sites.changePlan(user, params.site, params.plan, body),
  });
  route.delete('/sites/:site/floor-plans/:plan', {
    permission,
    operationId: 'removeFloorPlan',
    summary: 'Removes a floor plan that nothing uses',
    params: planParams,
    query,
    answer: schema.siteConfiguration,
    problems: [409],
    handle: ({ user, params, query: { version } }) =>
      sites.removePlan(user, params.site, params.plan, version),
  });
  route.get('/sites/:site/floor-plans/:plan/uses', {
    permission,
    operationId: 'listFloorPlanUses',
    summary: 'Says what uses a floor plan',
    params: planParams,
    answer: schema.placeUses,
    handle: ({ user, params }) => sites.uses(user, params.site, params.plan),
  });
}
