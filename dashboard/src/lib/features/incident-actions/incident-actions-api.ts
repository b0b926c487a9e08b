import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';

export type ActionList = Answer<'/api/v1/incidents/{id}/actions', 'get'>;
export type ActionDevice = ActionList['devices'][number];
export type IncidentAction = ActionDevice['actions'][number];

/** In the order of what they change on site. */
export const incidentActions = ['alarm', 'derate', 'controlled-stop'] as const;

export const listActions = operation.GET('/api/v1/incidents/{id}/actions');
export const actOnIncident = operation.POST('/api/v1/incidents/{id}/actions');
