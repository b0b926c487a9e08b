import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import type { DictionaryId } from '$lib/kit/dictionary-words.ts';
import { anyId, defineFilters, oneOf, searchText } from '$lib/kit/filters.ts';

export type Qualification = Answer<'/api/v1/qualifications/{id}', 'get'>;
export type Matrix = Answer<'/api/v1/qualifications/matrix', 'get'>;
export type PostGaps = Answer<'/api/v1/posts/{id}/qualifications', 'get'>;
export type QualificationType = Qualification['type'];

export const types = [
  'special-work',
  'special-equipment',
  'guardian',
  'skill',
  'fitness',
] as const satisfies readonly QualificationType[];
/** The dictionary of the categories of a type. */
export const dictionaryOf = {
  'special-work': 'special-work-category',
  'special-equipment': 'special-equipment-category',
  guardian: 'special-work',
  skill: 'skill',
  fitness: 'fitness-check',
} as const satisfies Record<QualificationType, DictionaryId>;
export const states = [
  'valid',
  'expired',
  'suspended',
  'revoked',
  'not-yet',
  'waiting',
  'refused',
] as const;
export const spans = ['30', '60', '90'] as const;

export const qualificationFilters = defineFilters({
  q: searchText(),
  type: oneOf(['', ...types], ''),
  state: oneOf(['', ...states], ''),
  ends: oneOf(['', ...spans], ''),
  department: anyId(),
});
export const matrixFilters = defineFilters({
  department: anyId(),
  within: oneOf(spans, '60'),
});

export const listQualifications = operation.GET('/api/v1/qualifications');
export const readQualification = operation.GET('/api/v1/qualifications/{id}');
export const readHistory = operation.GET('/api/v1/qualifications/{id}/history');
export const addQualification = operation.POST('/api/v1/persons/{id}/qualifications');
export const changeQualification = operation.PATCH('/api/v1/qualifications/{id}');
export const checkQualification = operation.POST('/api/v1/qualifications/{id}/check');
export const suspendQualification = operation.POST('/api/v1/qualifications/{id}/suspend');
export const resumeQualification = operation.POST('/api/v1/qualifications/{id}/resume');
export const revokeQualification = operation.POST('/api/v1/qualifications/{id}/revoke');
export const revealNumber = operation.POST('/api/v1/qualifications/{id}/number');
export const revealDetail = operation.POST('/api/v1/qualifications/{id}/detail');
export const listOfPerson = operation.GET('/api/v1/persons/{id}/qualifications');
export const readMatrix = operation.GET('/api/v1/qualifications/matrix');
export const readPostGaps = operation.GET('/api/v1/posts/{id}/qualifications');
export const listOwn = operation.GET('/api/v1/me/qualifications');
export const sendOwn = operation.POST('/api/v1/me/qualifications');
export const withdrawOwn = operation.DELETE('/api/v1/me/qualifications/{id}');
