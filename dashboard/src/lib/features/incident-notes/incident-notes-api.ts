import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';

export type NoteList = Answer<'/api/v1/incidents/{id}/notes', 'get'>;
export type IncidentNote = NoteList['items'][number];

export const listNotes = operation.GET('/api/v1/incidents/{id}/notes');
export const writeNote = operation.POST('/api/v1/incidents/{id}/notes');
export const correctNote = operation.PATCH('/api/v1/incident-notes/{id}');
