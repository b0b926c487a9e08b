import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { anyId, defineFilters, oneOf, searchText } from '$lib/kit/filters.ts';

export type Match = Answer<'/api/v1/match', 'post'>;
export type Candidate = Match['items'][number];
export type Reason = Candidate['reasons'][number];
export type Hint = Candidate['hints'][number];
export type Place = Answer<'/api/v1/match/places', 'get'>['items'][number];
export type PersonPlaces = Answer<'/api/v1/match/persons/{id}', 'get'>;

export const matchFilters = defineFilters({
  /** `machine:welder-1`, `area:…`, `post:…`. */
  place: anyId(),
  /** The value of an `<input type="datetime-local">`; empty is now. */
  at: anyId(),
  department: anyId(),
  q: searchText(64),
});

export const askMatch = operation.POST('/api/v1/match');
export const readPersonPlaces = operation.GET('/api/v1/match/persons/{id}');
export const listPlaces = operation.GET('/api/v1/match/places');
export const readMatchDecision = operation.GET('/api/v1/match/decisions/{id}');
export const setRequirement = operation.PUT('/api/v1/match/requirements');

export type Misfit = Answer<'/api/v1/match/misfits', 'get'>['items'][number];
export const misfitFilters = defineFilters({
  state: oneOf(['open', 'closed'], 'open'),
  decision: oneOf(['', 'deny', 'hold'], ''),
  department: anyId(),
  q: searchText(64),
});
export const listMisfits = operation.GET('/api/v1/match/misfits');
