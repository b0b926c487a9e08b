import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';

export type Trainings = Answer<'/api/v1/persons/{id}/trainings', 'get'>;
export type Training = Trainings['items'][number];

export const listOfPerson = operation.GET('/api/v1/persons/{id}/trainings');
export const listOwn = operation.GET('/api/v1/me/trainings');
export const addTraining = operation.POST('/api/v1/persons/{id}/trainings');
export const changeTraining = operation.PATCH('/api/v1/trainings/{id}');
export const withdrawTraining = operation.POST('/api/v1/trainings/{id}/withdraw');
export const addRetraining = operation.POST('/api/v1/safety-entries/{id}/retraining');
