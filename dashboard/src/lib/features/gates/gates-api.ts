import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { anyId, defineFilters, oneOf, searchText } from '$lib/kit/filters.ts';

export type GateDecision = Answer<'/api/v1/gates/decisions/{id}', 'get'>;
export type GateOverride = Answer<'/api/v1/gates/overrides', 'get'>['items'][number];
export type GatePoint = Answer<'/api/v1/gates/points/{id}', 'get'>;
export type OperationHistory = Answer<'/api/v1/me/operation-history', 'get'>;
export type OwnDecision = Answer<'/api/v1/me/gates', 'get'>['items'][number];

export const decisions = ['allow', 'hold', 'deny'] as const;
export const kinds = ['start', 'entry', 'exit'] as const;
export const directions = ['entry', 'exit'] as const;
export const gateFilters = defineFilters({
  q: searchText(),
  decision: oneOf(['', ...decisions], ''),
  kind: oneOf(['', ...kinds], ''),
  target: anyId(),
  person: anyId(),
});

export const listDecisions = operation.GET('/api/v1/gates/decisions');
export const readDecision = operation.GET('/api/v1/gates/decisions/{id}');
export const overrideDecision = operation.POST('/api/v1/gates/decisions/{id}/override');
export const listOverrides = operation.GET('/api/v1/gates/overrides');
export const endOverride = operation.POST('/api/v1/gates/overrides/{id}/end');
export const listPoints = operation.GET('/api/v1/gates/points');
export const readPoint = operation.GET('/api/v1/gates/points/{id}');
export const createPoint = operation.POST('/api/v1/gates/points');
export const changePoint = operation.PATCH('/api/v1/gates/points/{id}');
export const readPointHistory = operation.GET('/api/v1/gates/points/{id}/history');
export const listOwn = operation.GET('/api/v1/me/gates');
export const readOperation = operation.GET('/api/v1/persons/{id}/operation-history');
export const readOwnOperation = operation.GET('/api/v1/me/operation-history');
export const signOn = operation.POST('/api/v1/me/gates/sign-on');
