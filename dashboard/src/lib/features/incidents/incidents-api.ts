import { client, take } from '$lib/api/client.ts';
import { operation } from '$lib/api/operation.ts';
import type { Answer, Incident } from '$lib/api/types.ts';
import { listQuery } from '$lib/features/violations/filters.ts';
import type { ReviewApi } from '$lib/review/review-queue.svelte.ts';

const pageSize = 100;

export const incidentsApi: ReviewApi<Incident> = {
  list: (filters, cursor) =>
    take(
      client.GET('/api/v1/incidents', {
        params: {
          query: {
            limit: pageSize,
            ...(cursor ? { cursor } : {}),
            ...listQuery(filters),
            ...(filters.claim === 'all' ? {} : { claim: filters.claim }),
            ...(filters.opened ? { openedFrom: filters.opened } : {}),
          },
        },
      }),
    ),
  get: (id) => take(client.GET('/api/v1/incidents/{id}', { params: { path: { id } } })),
  decide: (id, body) =>
    take(client.POST('/api/v1/incidents/{id}/verdict', { params: { path: { id } }, body })),
};

export const readIncident = operation.GET('/api/v1/incidents/{id}');
export const listIncidents = operation.GET('/api/v1/incidents');
export const decideIncident = operation.POST('/api/v1/incidents/{id}/verdict');
export const takeOutFinding = operation.POST('/api/v1/incidents/{id}/take-out');
export const splitIncident = operation.POST('/api/v1/incidents/{id}/split');
export const joinIncidents = operation.POST('/api/v1/incidents/{id}/join');
export const undoChange = operation.POST('/api/v1/incidents/{id}/undo');

export type SiteSetting = Answer<'/api/v1/incident-settings', 'get'>['items'][number];
export const listSettings = operation.GET('/api/v1/incident-settings');
export const changeSetting = operation.PUT('/api/v1/incident-settings/{site}');
