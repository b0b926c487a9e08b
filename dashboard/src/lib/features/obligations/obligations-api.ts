import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { anyId, defineFilters, oneOf, searchText } from '$lib/kit/filters.ts';

export type ObligationPage = Answer<'/api/v1/obligations', 'get'>;
export type ObligationRow = ObligationPage['items'][number];
export type Obligation = Answer<'/api/v1/obligations/{id}', 'get'>;

export const windows = ['', 'overdue', '7', '30', '60', '90'] as const;
export const endedStates = ['done', 'closed'] as const;
export const obligationFilters = defineFilters({
  q: searchText(),
  window: oneOf(windows, ''),
  kind: anyId(),
  department: anyId(),
  subject: anyId(),
  person: anyId(),
  state: oneOf(['', ...endedStates], ''),
});

export const listObligations = operation.GET('/api/v1/obligations');
export const listKinds = operation.GET('/api/v1/obligations/kinds');
export const readObligation = operation.GET('/api/v1/obligations/{id}');
export const completeObligation = operation.POST('/api/v1/obligations/{id}/completion');
export const postponeObligation = operation.POST('/api/v1/obligations/{id}/postponement');
export type FeedState = Answer<'/api/v1/obligations/feed', 'get'>;
export const readFeed = operation.GET('/api/v1/obligations/feed');
export const makeFeed = operation.POST('/api/v1/obligations/feed');
export const withdrawFeed = operation.DELETE('/api/v1/obligations/feed');
export const listDepartments = operation.GET('/api/v1/departments');
export type OwnObligation = Answer<'/api/v1/own-obligations/{id}', 'get'>;
export type OwnChoices = Answer<'/api/v1/own-obligations/choices', 'get'>;
export const OWN = 'own-obligation';
export const readOwn = operation.GET('/api/v1/own-obligations/{id}');
export const readOwnChoices = operation.GET('/api/v1/own-obligations/choices');
export const createOwn = operation.POST('/api/v1/own-obligations');
export const changeOwn = operation.PATCH('/api/v1/own-obligations/{id}');
export const endOwn = operation.POST('/api/v1/own-obligations/{id}/end');
export const decideOwn = operation.POST('/api/v1/own-obligations/{id}/decision');
export const readOwnHistory = operation.GET('/api/v1/own-obligations/{id}/history');
export const findPeople = operation.GET('/api/v1/persons');
