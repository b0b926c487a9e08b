import { client, settle, take } from '$lib/api/client.ts';
import type { Answer } from '$lib/api/types.ts';

export type PersonOverview = Answer<'/api/v1/persons/{id}/overview', 'get'>;
export type PersonLineage = Answer<'/api/v1/persons/{id}/lineage', 'get'>;
export type PlaceOverview = Answer<'/api/v1/areas/{id}/overview', 'get'>;
export type Consents = Answer<'/api/v1/persons/{id}/consents', 'get'>;

const at = (id: string) => ({ params: { path: { id } } });

export const personOverview = (id: string): Promise<PersonOverview> =>
  take(client.GET('/api/v1/persons/{id}/overview', at(id)));
export const personLineage = (id: string): Promise<PersonLineage> =>
  take(client.GET('/api/v1/persons/{id}/lineage', at(id)));
export const areaOverview = (id: string): Promise<PlaceOverview> =>
  take(client.GET('/api/v1/areas/{id}/overview', at(id)));
export const equipmentOverview = (id: string): Promise<PlaceOverview> =>
  take(client.GET('/api/v1/equipment/{id}/overview', at(id)));

export const bindBadge = (id: string, badge: string, dueBack: string | null) =>
  take(client.POST('/api/v1/persons/{id}/badges', { ...at(id), body: { badge, dueBack } }));
export const releaseBadge = (id: string, binding: string): Promise<void> =>
  settle(
    client.DELETE('/api/v1/persons/{id}/badges/{binding}', { params: { path: { id, binding } } }),
  );

export const readConsents = (id: string): Promise<Consents> =>
  take(client.GET('/api/v1/persons/{id}/consents', at(id)));
export const recordConsent = (
  id: string,
  body: {
    purpose: string;
    noticeVersion: number;
    decision: 'given' | 'refused';
    how: 'paper' | 'desk';
    note: string;
  },
): Promise<Consents> => take(client.POST('/api/v1/persons/{id}/consents', { ...at(id), body }));
export const withdrawConsent = (
  id: string,
  body: { purpose: string; note: string },
): Promise<Consents> =>
  take(client.POST('/api/v1/persons/{id}/consents/withdraw', { ...at(id), body }));
