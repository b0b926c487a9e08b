import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';

export type Candidate = Answer<'/api/v1/person-merges/candidates', 'get'>['items'][number];
export type Merge = Answer<'/api/v1/person-merges', 'get'>['items'][number];
export type Preview = Answer<'/api/v1/person-merges/preview', 'post'>;
export type UndoPreview = Answer<'/api/v1/person-merges/{id}/undo', 'get'>;
export type Person = Answer<'/api/v1/persons', 'get'>['items'][number];
export type Distinct = Answer<'/api/v1/person-merges/distinct', 'get'>['items'][number];
/** A file that is chosen. */
export type Chosen = Pick<Person, 'id' | 'name' | 'employeeNo'>;

export const listCandidates = operation.GET('/api/v1/person-merges/candidates');
export const listMerges = operation.GET('/api/v1/person-merges');
export const preview = operation.POST('/api/v1/person-merges/preview');
export const merge = operation.POST('/api/v1/person-merges');
export const previewUndo = operation.GET('/api/v1/person-merges/{id}/undo');
export const undo = operation.POST('/api/v1/person-merges/{id}/undo');
export const listDistinct = operation.GET('/api/v1/person-merges/distinct');
export const markDistinct = operation.POST('/api/v1/person-merges/distinct');
export const endDistinct = operation.POST('/api/v1/person-merges/distinct/{id}/end');
export const findPeople = operation.GET('/api/v1/persons');
