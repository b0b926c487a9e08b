import { slug } from '@anshi/contracts';
import { z } from 'zod';
import type { App } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { createAcknowledge } from './acknowledge.ts';
import type { createClose } from './close.ts';
import type { LocationLists } from './lists.ts';
import * as schema from './schema.ts';
import type { LocationSettings } from './settings.ts';

/** How often badges are heard, what is wrong with them, and the settings of both. */
export function registerKept(
  app: App,
  {
    lists,
    settings,
    acknowledge,
    close,
  }: {
    lists: LocationLists;
    settings: LocationSettings;
    acknowledge: ReturnType<typeof createAcknowledge>;
    close: ReturnType<typeof createClose>;
  },
): void {
  const route = routesOf(app, 'locations');
  route.get('/locations/badges', {
    permission: 'location:read',
    operationId: 'listBadgesHeard',
    summary: 'Lists how often badges are heard, against the setting',
    query: schema.badgeQuery,
    answer: schema.badgesHeard,
    handle: ({ user, query }) => lists.badges(user, query),
  });
  route.get('/locations/conditions', {
    permission: 'location:read',
    operationId: 'listBadgeConditions',
    summary:
      'Lists badges that are silent, low on battery, call for help, or are not worn as they should be',
    query: schema.conditionQuery,
    answer: schema.badgeConditions,
    handle: ({ user, query }) => lists.conditions(user, query),
  });
  route.post('/locations/conditions/:id/acknowledge', {
    permission: 'badge:acknowledge',
    operationId: 'acknowledgeBadgeCondition',
    summary: 'Notes that the account looks after a condition of a badge',
    body: schema.acknowledgement,
    problems: [404, 409],
    handle: ({ user, params, body }) => acknowledge(user, params.id, body),
  });
  route.post('/locations/conditions/:id/close', {
    permission: 'badge:acknowledge',
    operationId: 'closeHandOver',
    summary: 'Closes a hand-over in view: both badges can be names again',
    body: schema.handOverFinding,
    problems: [403, 404, 409],
    handle: ({ user, params, body }) => close(user, params.id, body),
  });
  route.get('/locations/settings', {
    permission: 'device:manage',
    operationId: 'listLocationSettings',
    summary: 'Lists for each site how positions are kept and when a badge is silent',
    answer: schema.locationSettings,
    handle: ({ user }) => settings.list(user),
  });
  route.put('/locations/settings/:site', {
    permission: 'device:manage',
    operationId: 'setLocationSetting',
    summary: 'Sets how positions of a site are kept and when a badge is silent',
    params: z.object({ site: slug }),
    body: schema.locationSettingBody,
    answer: schema.locationSetting,
    problems: [404, 409, 422],
    handle: ({ user, params, body }) => settings.change(user, params.site, body),
  });
}
