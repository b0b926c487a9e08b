import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { anyDay, defineFilters, oneOf, searchText } from '$lib/kit/filters.ts';
import type { OfferedPerson } from '$lib/kit/OnePersonField.svelte';
import type { Tone } from '$lib/ui/Chip.svelte';

export type Visit = Answer<'/api/v1/visits/{id}', 'get'>;
export type VisitList = Answer<'/api/v1/visits', 'get'>;
export type OnSiteList = Answer<'/api/v1/visits/on-site', 'get'>;
export type WatchEntry = Answer<'/api/v1/watch-list', 'get'>['items'][number];
export type WatchMatch = Answer<'/api/v1/visits/{id}/watch-matches', 'get'>['items'][number];
export type Induction = Answer<'/api/v1/inductions', 'get'>['items'][number];
export type PoolBadge = Answer<'/api/v1/visitor-badges', 'get'>['items'][number];

export const states = ['announced', 'arrived', 'left', 'cancelled', 'not-come'] as const;
export const visitFilters = defineFilters({
  q: searchText(64),
  day: anyDay(),
  state: oneOf(['', ...states], ''),
});
export const stateTones: Readonly<Record<Visit['state'], Tone>> = {
  announced: 'neutral',
  arrived: 'ok',
  left: 'neutral',
  cancelled: 'neutral',
  'not-come': 'warn',
};

export const listVisits = operation.GET('/api/v1/visits');
export const listOnSite = operation.GET('/api/v1/visits/on-site');
export const readVisit = operation.GET('/api/v1/visits/{id}');
export const readVisitHistory = operation.GET('/api/v1/visits/{id}/history');
export const announceVisit = operation.POST('/api/v1/visits');
export const changeVisit = operation.PATCH('/api/v1/visits/{id}');
export const cancelVisit = operation.POST('/api/v1/visits/{id}/cancel');
export const enterArrival = operation.POST('/api/v1/visits/{id}/arrive');
export const enterLeaving = operation.POST('/api/v1/visits/{id}/leave');
export const returnBadge = operation.POST('/api/v1/visits/{id}/return-badge');
export const noteNotCome = operation.POST('/api/v1/visits/{id}/not-come');
export const listMatches = operation.GET('/api/v1/visits/{id}/watch-matches');
export const decideMatch = operation.POST('/api/v1/visits/{id}/watch-decision');
export const listWatchEntries = operation.GET('/api/v1/watch-list');
export const addWatchEntry = operation.POST('/api/v1/watch-list');
export const endWatchEntry = operation.POST('/api/v1/watch-list/{id}/end');
export const listInductions = operation.GET('/api/v1/inductions');
export const publishInduction = operation.POST('/api/v1/inductions');
export const listPool = operation.GET('/api/v1/visitor-badges');
export const addToPool = operation.POST('/api/v1/visitor-badges');
export const removeFromPool = operation.DELETE('/api/v1/visitor-badges/{id}');
const knownVisitors = operation.GET('/api/v1/visits/known');
const possibleHosts = operation.GET('/api/v1/visits/hosts');

/** Visitors and contractors who were here before, for a choice. */
export const findVisitors = async (q: string): Promise<OfferedPerson[]> =>
  (await knownVisitors({ q })).items.map(({ id, name, company }) => ({
    id,
    name,
    detail: company,
  }));
/** People who can be hosts, for a choice. */
export const findHosts = async (q: string): Promise<OfferedPerson[]> =>
  (await possibleHosts({ q })).items.map(({ id, name, employeeNo }) => ({
    id,
    name,
    detail: employeeNo,
  }));
