import { getJson, postJson } from '$lib/api/json.ts';
import { type HazardFilters, listQuery } from './filters.ts';
import type {
  Hazard,
  HazardAction,
  HazardCounts,
  HazardPage,
  HazardReport,
  HazardStep,
  HazardType,
} from './types.ts';

/** What the list of hazards needs of the API. */
export interface HazardsApi {
  list(filters: HazardFilters, cursor: string | null): Promise<HazardPage>;
  get(id: string): Promise<Hazard>;
  act(id: string, action: HazardAction): Promise<Hazard>;
}

const base = '/api/v1/hazards';
const pageSize = 100;

export const hazardsApi: HazardsApi = {
  list: (filters, cursor) =>
    getJson<HazardPage>(base, { limit: pageSize, cursor, ...listQuery(filters) }),
  get: (id) => getJson<Hazard>(`${base}/${id}`),
  act: (id, action) => postJson<Hazard>(`${base}/${id}/actions`, action),
};

export const hazardHistory = async (id: string): Promise<HazardStep[]> =>
  (await getJson<{ items: HazardStep[] }>(`${base}/${id}/history`)).items;

export const hazardTypes = async (): Promise<HazardType[]> =>
  (await getJson<{ items: HazardType[] }>('/api/v1/hazard-types')).items;

/** Hands in a report. The same id again is answered with the same hazard. */
export const reportHazard = (
  id: string,
  report: HazardReport,
  fileIds: string[],
): Promise<Hazard> => postJson<Hazard>(base, { id, ...report, fileIds });

/** Makes a confirmed violation a hazard. */
export const hazardOfViolation = (violation: string): Promise<Hazard> =>
  postJson<Hazard>(`/api/v1/violations/${violation}/hazard`, {});

/** How many are open, overdue and wait for this person; null where the API does not say. */
export const hazardCounts = async (): Promise<HazardCounts | null> =>
  (await getJson<HazardPage>(base, { limit: 1 })).counts ?? null;
