import { client, take } from '$lib/api/client.ts';
import type { DictionaryId, Word } from '$lib/kit/dictionary-words.ts';

export type { Word };

export const listWords = async (id: DictionaryId): Promise<Word[]> =>
  (await take(client.GET('/api/v1/dictionaries/{id}', { params: { path: { id } } }))).items;

export const saveWord = (
  id: DictionaryId,
  entry: string,
  body: Pick<Word, 'name' | 'data' | 'active'>,
): Promise<Word> =>
  take(client.PUT('/api/v1/dictionaries/{id}/{entry}', { params: { path: { id, entry } }, body }));

/** Special equipment in the sense of the law: registered, inspected, operated with a licence. */
export const isSpecial = ({ data: { special } }: { data: Readonly<Record<string, unknown>> }) =>
  special === true;

/** The selectable words: active ones, and the record's current one. */
export const choicesOf = (words: readonly Word[], current: string | null): Word[] =>
  words.filter(({ id, active }) => active || id === current);
