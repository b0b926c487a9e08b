import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';

/** Who looks at an incident, or is to. */
export type Claim = Answer<'/api/v1/incident-claims', 'get'>['items'][number];

export const claimsApi = {
  list: operation.GET('/api/v1/incident-claims'),
  claim: operation.PUT('/api/v1/incidents/{id}/claim'),
  release: operation.DELETE('/api/v1/incidents/{id}/claim'),
};
export const listReviewers = operation.GET('/api/v1/incidents/{id}/reviewers');
