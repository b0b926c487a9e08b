import type { App } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import { groupPage, groupQuery } from './groups-schema.ts';
import type { HandChanges } from './hand.ts';
import { decideMany } from './many.ts';
import {
  incidentDetail,
  incidentPage,
  incidentQuery,
  incidentVerdict,
  joinRequest,
  manyDecided,
  manyVerdicts,
  settingList,
  settingRequest,
  settingSchema,
  siteParams,
  splitRequest,
  takeOutRequest,
  undoRequest,
} from './schema.ts';
import type { IncidentsService } from './service.ts';
import type { IncidentSettings } from './settings.ts';

export function registerIncidents(
  app: App,
  parts: { incidents: IncidentsService; hand: HandChanges; settings: IncidentSettings },
): void {
  const { incidents, hand, settings } = parts;
  const route = routesOf(app, 'incidents');
  route.get('/incidents', {
    permission: 'violation:read',
    operationId: 'listIncidents',
    summary: 'Lists incidents',
    query: incidentQuery,
    answer: incidentPage,
    handle: ({ user, query }) => incidents.list(user.account, query),
  });
  route.get('/incident-groups', {
    permission: 'violation:read',
    operationId: 'listIncidentGroups',
    summary: 'Lists the groups of incidents, by person, rule or camera',
    description:
      'The most severe first, of those the one that waits longest. Incidents that name no person, and those whose person the account may not see, are one group.',
    query: groupQuery,
    answer: groupPage,
    handle: ({ user, query }) => incidents.groups(user.account, query),
  });
  route.get('/incidents/:id', {
    permission: 'violation:read',
    operationId: 'getIncident',
    summary: 'Reads one incident with its findings',
    description: 'For one that was merged into another, the answer is that other one.',
    answer: incidentDetail,
    handle: ({ user, params }) => incidents.get(user.account, params.id),
  });
  route.post('/incidents/:id/verdict', {
    permission: 'violation:review',
    operationId: 'decideIncident',
    summary: 'Confirms, dismisses or reopens an incident with all of its findings',
    description:
      'Covers the findings that have no verdict yet. Where something joined or left since, the answer is 409 with the incident as it is now in `current`.',
    body: incidentVerdict,
    answer: incidentDetail,
    problems: [409],
    handle: ({ user, params, body }) => incidents.decide(user, params.id, body),
  });
  route.post('/incidents/verdicts', {
    permission: 'violation:review',
    operationId: 'decideIncidents',
    summary: 'Confirms, dismisses or reopens up to 100 incidents by one decision',
    description:
      'Each is decided as if it were alone, or not at all; the answer says for each what became of it. The reasons that teach the models are refused with 422, and no incident that names a person is confirmed.',
    body: manyVerdicts,
    answer: manyDecided,
    problems: [422],
    handle: ({ user, body, request }) => decideMany(incidents, user, body, request.log),
  });
  route.post('/incidents/:id/take-out', {
    permission: 'violation:review',
    operationId: 'takeOutFinding',
    summary: 'Takes one finding out of an incident and dismisses it',
    body: takeOutRequest,
    answer: incidentDetail,
    problems: [422],
    handle: ({ user, params, body }) => hand.takeOut(user, params.id, body),
  });
  route.post('/incidents/:id/split', {
    permission: 'violation:review',
    operationId: 'splitIncident',
    summary: 'Makes some findings an incident of their own',
    description: 'The answer is the incident that stays; its newest operation names the other.',
    body: splitRequest,
    answer: incidentDetail,
    problems: [422],
    handle: ({ user, params, body }) => hand.split(user, params.id, body),
  });
  route.post('/incidents/:id/join', {
    permission: 'violation:review',
    operationId: 'joinIncidents',
    summary: 'Joins two incidents',
    description: 'The answer is the one that stays: the one with a verdict, else the older one.',
    body: joinRequest,
    answer: incidentDetail,
    handle: ({ user, params, body }) => hand.join(user, params.id, body),
  });
  route.post('/incidents/:id/undo', {
    permission: 'violation:review',
    operationId: 'undoIncidentChange',
    summary: 'Undoes the last change by hand of an incident',
    body: undoRequest,
    answer: incidentDetail,
    handle: ({ user, params, body }) => hand.undo(user, params.id, body.version),
  });
  route.get('/incident-settings', {
    permission: 'registry:manage',
    operationId: 'listIncidentSettings',
    summary: 'Lists how findings are joined on each site',
    answer: settingList,
    handle: ({ user }) => settings.list(user),
  });
  route.put('/incident-settings/:site', {
    permission: 'registry:manage',
    operationId: 'changeIncidentSetting',
    summary: 'Sets the longest gap between two findings of one act, for a site',
    params: siteParams,
    body: settingRequest,
    answer: settingSchema,
    handle: ({ user, params, body }) => settings.change(user, params.site, body),
  });
}
