import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { anyId, defineFilters, oneOf, searchText } from '$lib/kit/filters.ts';

export type Permit = Answer<'/api/v1/permits/{id}', 'get'>;
export type PermitRow = Answer<'/api/v1/permits', 'get'>['items'][number];
export type PermitPerson = Permit['people'][number];

export const states = [
  'draft',
  'submitted',
  'approved',
  'active',
  'suspended',
  'closed',
  'expired',
  'cancelled',
] as const;
export const permitFilters = defineFilters({
  q: searchText(),
  kind: anyId(),
  area: anyId(),
  state: oneOf(['', ...states], ''),
});

export const listPermits = operation.GET('/api/v1/permits');
export const readPermit = operation.GET('/api/v1/permits/{id}');
export const createPermit = operation.POST('/api/v1/permits');
export const changePermit = operation.PATCH('/api/v1/permits/{id}');
export const listPeople = operation.GET('/api/v1/permits/people');
export const actOnPermit = operation.POST('/api/v1/permits/{id}/actions');
export const readHistory = operation.GET('/api/v1/permits/{id}/history');
export const listAssignable = operation.GET('/api/v1/permits/{id}/assignable');
export const listAreas = operation.GET('/api/v1/areas');
