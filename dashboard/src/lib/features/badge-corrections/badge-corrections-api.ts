import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';

export type Binding = Answer<'/api/v1/badge-bindings', 'get'>['items'][number];
export type Correction = Answer<'/api/v1/badge-corrections', 'get'>['items'][number];
export type Preview = Answer<'/api/v1/badge-corrections/preview', 'post'>;
export type MovedItem = Preview['items'][number];
export type Person = Answer<'/api/v1/persons', 'get'>['items'][number];

export const listBindings = operation.GET('/api/v1/badge-bindings');
export const listCorrections = operation.GET('/api/v1/badge-corrections');
export const preview = operation.POST('/api/v1/badge-corrections/preview');
export const correct = operation.POST('/api/v1/badge-corrections');
export const previewUndo = operation.GET('/api/v1/badge-corrections/{id}/undo');
export const undo = operation.POST('/api/v1/badge-corrections/{id}/undo');
export const findPeople = operation.GET('/api/v1/persons');
