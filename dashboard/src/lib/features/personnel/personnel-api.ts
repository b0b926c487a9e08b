import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { defineFilters, oneOf, searchText } from '$lib/kit/filters.ts';

export type StatementPage = Answer<'/api/v1/personnel-statements', 'get'>;
export type Statement = StatementPage['items'][number];
export type Alias = Answer<'/api/v1/persons/{id}/aliases', 'get'>['items'][number];

export const statementStates = ['applied', 'planned', 'outdated', 'refused'] as const;
export const statementFilters = defineFilters({
  q: searchText(),
  state: oneOf(['', ...statementStates], ''),
});

export const listStatements = operation.GET('/api/v1/personnel-statements');
export const retryStatement = operation.POST('/api/v1/personnel-statements/{id}/retry');
export const listAliases = operation.GET('/api/v1/persons/{id}/aliases');
export const addAlias = operation.POST('/api/v1/persons/{id}/aliases');
export const removeAlias = operation.DELETE('/api/v1/persons/{id}/aliases/{alias}');
