import { fetchRaw } from '$lib/api/client.ts';
import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';

export type ShareList = Answer<'/api/v1/incidents/{id}/shares', 'get'>;
export type Share = ShareList['items'][number];
export type Candidate = Answer<'/api/v1/incidents/{id}/share-candidates', 'get'>['items'][number];
export type SharedIncident = Answer<'/api/v1/shared-incidents/{code}', 'get'>;

export const listShares = operation.GET('/api/v1/incidents/{id}/shares');
export const listCandidates = operation.GET('/api/v1/incidents/{id}/share-candidates');
export const giveShare = operation.POST('/api/v1/incidents/{id}/shares');
export const endShare = operation.POST('/api/v1/incident-shares/{id}/end');
export const openShared = operation.GET('/api/v1/shared-incidents/{code}');

/** A picture or a clip of a link; not kept beyond the page. */
export const sharedFile = async (
  code: string,
  finding: string,
  which: 'snapshot' | 'clip',
): Promise<Blob> => {
  const path = `/api/v1/shared-incidents/${encodeURIComponent(code)}/findings/${finding}/${which}`;
  return (await fetchRaw(path)).blob();
};
