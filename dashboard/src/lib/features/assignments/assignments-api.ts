import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { anyDay, anyId, defineFilters, oneOf } from '$lib/kit/filters.ts';

export type Board = Answer<'/api/v1/assignments/board', 'get'>;
export type JobRow = Board['items'][number];
export type Job = Answer<'/api/v1/assignments/jobs/{id}', 'get'>;
export type Candidates = Answer<'/api/v1/assignments/jobs/{id}/candidates', 'get'>;
export type Candidate = Candidates['items'][number];
export type Reason = Candidate['reasons'][number];
export type Choices = Answer<'/api/v1/assignments/choices', 'get'>;
export type OwnWork = Answer<'/api/v1/me/assignments', 'get'>;

export const boardStates = ['all', 'open', 'short', 'lost'] as const;
export const boardFilters = defineFilters({
  day: anyDay(),
  state: oneOf(boardStates, 'all'),
  area: anyId(),
});

export const readBoard = operation.GET('/api/v1/assignments/board');
export const readChoices = operation.GET('/api/v1/assignments/choices');
export const createJob = operation.POST('/api/v1/assignments/jobs');
export const readJob = operation.GET('/api/v1/assignments/jobs/{id}');
export const changeJob = operation.PATCH('/api/v1/assignments/jobs/{id}');
export const beginJob = operation.POST('/api/v1/assignments/jobs/{id}/begin');
export const finishJob = operation.POST('/api/v1/assignments/jobs/{id}/finish');
export const cancelJob = operation.POST('/api/v1/assignments/jobs/{id}/cancel');
export const listCandidates = operation.GET('/api/v1/assignments/jobs/{id}/candidates');
export const assignPerson = operation.POST('/api/v1/assignments/jobs/{id}/people');
export const removePerson = operation.POST('/api/v1/assignments/jobs/{id}/people/{assignment}/end');
export const readJobHistory = operation.GET('/api/v1/assignments/jobs/{id}/history');
export const readOwnWork = operation.GET('/api/v1/me/assignments');
