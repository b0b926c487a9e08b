import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { anyId, defineFilters, oneOf, searchText } from '$lib/kit/filters.ts';

export type BadgeHeard = Answer<'/api/v1/locations/badges', 'get'>['items'][number];
export const badgeFilters = defineFilters({
  state: oneOf(['', 'silent', 'late', 'in-time', 'away'], ''),
  q: searchText(64),
});
export const listBadges = operation.GET('/api/v1/locations/badges');
export type BadgeCondition = Answer<'/api/v1/locations/conditions', 'get'>['items'][number];
export const acknowledgeCondition = operation.POST('/api/v1/locations/conditions/{id}/acknowledge');
export const closeHandOver = operation.POST('/api/v1/locations/conditions/{id}/close');
export const listConditions = operation.GET('/api/v1/locations/conditions');

export const presenceStates = [
  'at-post',
  'elsewhere',
  'on-site',
  'silent',
  'gone',
  'not-tracked',
] as const;
export type Present = Answer<'/api/v1/presence', 'get'>['items'][number];
export type Counts = Answer<'/api/v1/presence', 'get'>['counts'];
export const stateTones = {
  'at-post': 'ok',
  elsewhere: 'warn',
  'on-site': 'neutral',
  silent: 'warn',
  gone: 'neutral',
  'not-tracked': 'neutral',
} as const;
export const boardFilters = defineFilters({
  state: oneOf(['', ...presenceStates], ''),
  department: anyId(),
  area: anyId(),
  q: searchText(64),
  by: oneOf(['department', 'area'], 'department'),
});
export const listPresence = operation.GET('/api/v1/presence');
export type Summary = Answer<'/api/v1/presence/summary', 'get'>['items'][number];
export const summarisePresence = operation.GET('/api/v1/presence/summary');
export type Way = Answer<'/api/v1/presence/ways', 'post'>;
export const playWay = operation.POST('/api/v1/presence/ways');
