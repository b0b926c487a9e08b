import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';

export type Abilities = Answer<'/api/v1/persons/{id}/emergency-abilities', 'get'>;
export type Assessment = Abilities['items'][number];
export type PostNeeds = Answer<'/api/v1/posts/{id}/emergency-needs', 'get'>;
export type Person = Answer<'/api/v1/persons', 'get'>['items'][number];
export type Kind = { id: string; name: { zh: string; en: string } };

export const listOfPerson = operation.GET('/api/v1/persons/{id}/emergency-abilities');
export const listOwn = operation.GET('/api/v1/me/emergency-abilities');
export const addAssessment = operation.POST('/api/v1/persons/{id}/emergency-abilities');
export const revokeAssessment = operation.POST('/api/v1/emergency-abilities/{id}/revoke');
export const readNeeds = operation.GET('/api/v1/posts/{id}/emergency-needs');
export const putNeeds = operation.PUT('/api/v1/posts/{id}/emergency-needs');
export const findPeople = operation.GET('/api/v1/persons');
