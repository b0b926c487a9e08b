import { client, take } from '$lib/api/client.ts';
import { operation } from '$lib/api/operation.ts';
import type { Answer, Incident, IncidentDetail } from '$lib/api/types.ts';
import { type Filters, listQuery } from '$lib/features/violations/filters.ts';
import type { ReviewApi } from '$lib/review/review-queue.svelte.ts';
import type { GroupsApi } from './queue-groups.svelte.ts';

const pageSize = 100;

/** What the queue read last of an incident, and when, ms. */
let lastRead: { detail: IncidentDetail; at: number } | null = null;
/** A page that is shown so long after the queue read its incident needs no answer of its own, ms. */
const FRESH_MS = 2_000;

/** The details that the queue has just read of an incident, once; null where they have to be asked for. */
export function takeDetail({ id, version }: Incident): IncidentDetail | null {
  const found = lastRead;
  if (found?.detail.id !== id) return null;
  lastRead = null;
  return found.detail.version === version && Date.now() - found.at <= FRESH_MS
    ? found.detail
    : null;
}

/** What both lists are filtered by. */
const filtersOf = (filters: Filters) => ({
  ...listQuery(filters),
  ...(filters.claim === 'all' ? {} : { claim: filters.claim }),
  ...(filters.opened ? { openedFrom: filters.opened } : {}),
});

const listPage = (filters: Filters, cursor: string | null, group?: string) =>
  take(
    client.GET('/api/v1/incidents', {
      params: {
        query: {
          limit: pageSize,
          ...(cursor ? { cursor } : {}),
          ...filtersOf(filters),
          ...(group === undefined ? {} : { group }),
        },
      },
    }),
  );

export const incidentsApi: ReviewApi<Incident> & { inGroups: GroupsApi } = {
  list: (filters, cursor) => listPage(filters, cursor),
  inGroups: {
    groups(by, filters, cursor) {
      const { order: _, ...query } = filtersOf(filters);
      return take(
        client.GET('/api/v1/incident-groups', {
          params: { query: { by, limit: pageSize, ...(cursor ? { cursor } : {}), ...query } },
        }),
      );
    },
    rows: (group, filters, cursor) => listPage(filters, cursor, group),
  },
  async get(id) {
    const detail = await readIncident({ id });
    lastRead = { detail, at: Date.now() };
    return detail;
  },
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
