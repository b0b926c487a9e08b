import { client, take } from '$lib/api/client.ts';
import type { RecordApi } from '$lib/workflow/open-record.svelte.ts';
import type { Assignable, Step, WorkflowAction } from '$lib/workflow/types.ts';
import { type HazardFilters, listQuery } from './filters.ts';
import type { Hazard, HazardPage, HazardReport, HazardType } from './types.ts';

/** The API of the hazard list. */
export interface HazardsApi extends RecordApi<Hazard, WorkflowAction> {
  list(filters: HazardFilters, cursor: string | null): Promise<HazardPage>;
}

const pageSize = 100;
const at = (id: string) => ({ params: { path: { id } } });

export const hazardsApi: HazardsApi = {
  list: (filters, cursor) =>
    take(
      client.GET('/api/v1/hazards', {
        params: {
          query: { limit: pageSize, ...(cursor ? { cursor } : {}), ...listQuery(filters) },
        },
      }),
    ),
  get: (id) => take(client.GET('/api/v1/hazards/{id}', at(id))),
  act: (id, body) => take(client.POST('/api/v1/hazards/{id}/actions', { ...at(id), body })),
};

export const hazardHistory = async (id: string): Promise<Step[]> =>
  (await take(client.GET('/api/v1/hazards/{id}/history', at(id)))).items;

export const hazardTypes = async (): Promise<HazardType[]> =>
  (await take(client.GET('/api/v1/hazard-types'))).items;

/** Candidates for the next step. */
export const assignablePeople = async (id: string): Promise<Assignable[]> =>
  (await take(client.GET('/api/v1/hazards/{id}/assignable', at(id)))).items;

/** Submits a report, idempotent by its id. */
export const reportHazard = (
  id: string,
  report: HazardReport,
  fileIds: string[],
): Promise<Hazard> =>
  take(client.POST('/api/v1/hazards', { body: { id, ...report, fileIds, links: [] } }));

/** Makes a hazard of a confirmed violation. */
export const hazardOfViolation = (id: string): Promise<Hazard> =>
  take(client.POST('/api/v1/violations/{id}/hazard', at(id)));
