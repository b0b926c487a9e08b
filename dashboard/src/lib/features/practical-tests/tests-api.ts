import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';

export type Tests = Answer<'/api/v1/persons/{id}/practical-tests', 'get'>;
export type PracticalTest = Tests['items'][number];

export const listOfPerson = operation.GET('/api/v1/persons/{id}/practical-tests');
export const listOwn = operation.GET('/api/v1/me/practical-tests');
export const addTest = operation.POST('/api/v1/persons/{id}/practical-tests');
export const revokeTest = operation.POST('/api/v1/practical-tests/{id}/revoke');
