import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { defineFilters, oneOf, searchText } from '$lib/kit/filters.ts';

export type RuleRow = Answer<'/api/v1/rules', 'get'>['items'][number];
export type Rule = Answer<'/api/v1/rules/{id}', 'get'>;
export type Override = Rule['overrides'][number];
export type Version = Rule['versions'][number];
export type RuleValue = Version['value'];

export const subjects = [
  'special-work',
  'training',
  'drills',
  'special-equipment',
  'hazards',
  'privacy',
] as const;
export const certainties = ['text', 'page', 'repeated', 'memory'] as const;
export const states = ['override', 'not-known', 'law-changed'] as const;
export const ruleFilters = defineFilters({
  q: searchText(),
  subject: oneOf(['', ...subjects], ''),
  certainty: oneOf(['', ...certainties], ''),
  state: oneOf(['', ...states], ''),
});

export const listRules = operation.GET('/api/v1/rules');
export const readRule = operation.GET('/api/v1/rules/{id}');
export const overrideRule = operation.POST('/api/v1/rules/{id}/overrides');
export const endOverride = operation.POST('/api/v1/rule-overrides/{id}/end');
