import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { anyId, defineFilters, oneOf } from '$lib/kit/filters.ts';

export type HoldPage = Answer<'/api/v1/evidence-holds', 'get'>;
export type ListedHold = HoldPage['items'][number];
export type Hold = Answer<'/api/v1/evidence-holds/{id}', 'patch'>;

export const states = ['holding', 'due', 'lifted'] as const;
export const holdFilters = defineFilters({
  state: oneOf(['', ...states], 'holding'),
  hold: anyId(),
});

export const listHolds = operation.GET('/api/v1/evidence-holds');
export const readHold = operation.GET('/api/v1/incidents/{id}/hold');
export const setHold = operation.POST('/api/v1/incidents/{id}/hold');
export const reviewHold = operation.PATCH('/api/v1/evidence-holds/{id}');
export const liftHold = operation.POST('/api/v1/evidence-holds/{id}/lift');
