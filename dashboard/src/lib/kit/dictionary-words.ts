import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';

/** A word of a dictionary of the tenant. */
export type Word = Answer<'/api/v1/dictionaries/{id}', 'get'>['items'][number];

const read = operation.GET('/api/v1/dictionaries/{id}');

export type DictionaryId = Parameters<typeof read>[0]['id'];

/** The active words of a dictionary. */
export const offeredWords = async (id: DictionaryId): Promise<Word[]> =>
  (await read({ id })).items.filter(({ active }) => active);

/** Words as the options of a select. */
export const wordOptions = (words: readonly Word[] | null): { value: string; text: string }[] =>
  (words ?? []).map(({ id, name }) => ({ value: id, text: i18n.name(name) }));
