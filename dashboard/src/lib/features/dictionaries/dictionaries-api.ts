import { client, take } from '$lib/api/client.ts';
import type { Answer } from '$lib/api/types.ts';

export type Word = Answer<'/api/v1/dictionaries/{id}', 'get'>['items'][number];

/** The dictionaries that a page or another system reads; types of hazards have a page of their own. */
export const dictionaryIds = ['area-kind', 'equipment-kind', 'ppe-item', 'special-work'] as const;
export type DictionaryId = (typeof dictionaryIds)[number];

export const listWords = async (id: DictionaryId): Promise<Word[]> =>
  (await take(client.GET('/api/v1/dictionaries/{id}', { params: { path: { id } } }))).items;

export const saveWord = (
  id: DictionaryId,
  entry: string,
  body: Pick<Word, 'name' | 'data' | 'active'>,
): Promise<Word> =>
  take(client.PUT('/api/v1/dictionaries/{id}/{entry}', { params: { path: { id, entry } }, body }));

/** Special equipment in the sense of the law: registered, inspected, operated with a licence. */
export const isSpecial = ({ data: { special } }: Pick<Word, 'data'>): boolean => special === true;

/** The words to choose from: those of the industry, and the one that a record has already. */
export const choicesOf = (words: readonly Word[], current: string | null): Word[] =>
  words.filter(({ id, active }) => active || id === current);
