import { fetchRaw } from '$lib/api/client.ts';
import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { defineFilters, oneOf } from '$lib/kit/filters.ts';
import type { Tone } from '$lib/ui/Chip.svelte';

export type Entry = Answer<'/api/v1/safety-entries/{id}', 'get'>;
export type Objection = Answer<'/api/v1/objections/{id}', 'get'>;
export type ObjectionRow = Answer<'/api/v1/objections', 'get'>['items'][number];
export type Setting = Answer<'/api/v1/safety-file-settings', 'get'>;

export const objectionFilters = defineFilters({ state: oneOf(['open', 'closed', ''], 'open') });

export const listOfPerson = operation.GET('/api/v1/persons/{id}/safety-file');
export const listOwn = operation.GET('/api/v1/me/safety-file');
export const readEntry = operation.GET('/api/v1/safety-entries/{id}');
export const objectTo = operation.POST('/api/v1/safety-entries/{id}/objection');
export const tellOfEntry = operation.POST('/api/v1/safety-entries/{id}/telling');
export const recordObjection = operation.POST('/api/v1/safety-entries/{id}/objection-by-other');
export const listObjections = operation.GET('/api/v1/objections');
export const readObjection = operation.GET('/api/v1/objections/{id}');
export const actOnObjection = operation.POST('/api/v1/objections/{id}/actions');
export const readHistory = operation.GET('/api/v1/objections/{id}/history');
export const listAssignable = operation.GET('/api/v1/objections/{id}/assignable');
export const readSetting = operation.GET('/api/v1/safety-file-settings');
export const changeSetting = operation.PUT('/api/v1/safety-file-settings');

/** The violations in the file of a person as PDF. */
export const makeReport = async (person: string, language: 'zh' | 'en'): Promise<Blob> =>
  (
    await fetchRaw(`/api/v1/persons/${person}/safety-file/report`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ language }),
    })
  ).blob();

/** What counts against a person stands out; what was taken back does not. */
export const toneOf = ({ state }: Pick<Entry, 'state'>): Tone =>
  state === 'in-force' ? 'warn' : 'neutral';

/** Yellow waits for a decision. */
export const toneOfObjection = (state: string): Tone =>
  state === 'filed' ? 'warn' : state === 'withdrawn' ? 'ok' : 'neutral';
