import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { defineFilters, oneOf, searchText } from '$lib/kit/filters.ts';

export type BadgeHeard = Answer<'/api/v1/locations/badges', 'get'>['items'][number];
export const badgeFilters = defineFilters({
  state: oneOf(['', 'silent', 'late', 'in-time', 'away'], ''),
  q: searchText(64),
});
export const listBadges = operation.GET('/api/v1/locations/badges');
export type BadgeCondition = Answer<'/api/v1/locations/conditions', 'get'>['items'][number];
export const listConditions = operation.GET('/api/v1/locations/conditions');
