import { client, fetchRaw, take } from '$lib/api/client.ts';
import type { Answer } from '$lib/api/types.ts';

export type AuditLine = Answer<'/api/v1/audit', 'get'>['items'][number];
export type Verification = Answer<'/api/v1/audit/verification', 'get'>;
export type Finding = Answer<'/api/v1/audit/findings', 'get'>['items'][number];
export type FindingDetail = Answer<'/api/v1/audit/findings/{id}', 'get'>;

/** As entered: days in the browser's time zone. */
export interface AuditFilters {
  user: string;
  person: string;
  entity: string;
  entityId: string;
  action: string;
  from: string;
  to: string;
}

export const noFilters: AuditFilters = {
  user: '',
  person: '',
  entity: '',
  entityId: '',
  action: '',
  from: '',
  to: '',
};

/** The API query: without empty values, and including the whole last day. */
export function queryOf(filters: AuditFilters): Partial<AuditFilters> {
  const query: Partial<AuditFilters> = {};
  for (const name of ['user', 'person', 'entity', 'entityId', 'action'] as const) {
    const value = filters[name].trim();
    if (value) query[name] = value;
  }
  if (filters.from) query.from = new Date(`${filters.from}T00:00:00`).toISOString();
  if (filters.to) {
    const after = new Date(`${filters.to}T00:00:00`);
    after.setDate(after.getDate() + 1);
    query.to = after.toISOString();
  }
  return query;
}

export const listLines = (filters: AuditFilters, cursor: string | null) =>
  take(
    client.GET('/api/v1/audit', {
      params: { query: { ...queryOf(filters), limit: 50, ...(cursor ? { cursor } : {}) } },
    }),
  );
export async function exportLines(filters: AuditFilters, format: 'csv' | 'ndjson'): Promise<Blob> {
  const query = new URLSearchParams({ ...queryOf(filters), format });
  return (await fetchRaw(`/api/v1/audit/export?${query}`)).blob();
}
export const readVerification = (): Promise<Verification> =>
  take(client.GET('/api/v1/audit/verification'));
export const verifyNow = (): Promise<Verification> =>
  take(client.POST('/api/v1/audit/verification'));
export const listFindings = (state: '' | 'open' | 'handled', cursor: string | null) =>
  take(
    client.GET('/api/v1/audit/findings', {
      params: { query: { ...(state ? { state } : {}), ...(cursor ? { cursor } : {}) } },
    }),
  );
export const readFinding = (id: string): Promise<FindingDetail> =>
  take(client.GET('/api/v1/audit/findings/{id}', { params: { path: { id } } }));
export const handleFinding = (id: string, note: string): Promise<Finding> =>
  take(
    client.POST('/api/v1/audit/findings/{id}/handle', { params: { path: { id } }, body: { note } }),
  );
