import type { Bilingual } from '../manifest.ts';
import type { Fault } from './types.ts';

/** What a word of a file can mean. */
export interface Named {
  id: string;
  name: Bilingual;
}

/** Finds what words of a file mean: a name in either language, or an id. */
export type NameFinder = ReturnType<typeof nameFinder>;

/** @param codes the faults of a word that names nothing, and of one that names several (`{ids}`). */
export function nameFinder(all: readonly Named[], codes: { none: string; several: string }) {
  const byWord = new Map<string, Set<string>>();
  const byId = new Map(all.map((one) => [one.id, one]));
  const add = (word: string, id: string) =>
    byWord.set(plain(word), (byWord.get(plain(word)) ?? new Set()).add(id));
  for (const { id, name } of all) for (const word of [id, name.zh, name.en]) add(word, id);
  const find = (word: string): string | Fault => {
    // An id means what it names, also where it is the name of another one.
    if (byId.has(word)) return word;
    const ids = [...(byWord.get(plain(word)) ?? [])];
    const [id] = ids;
    if (id === undefined) return { code: codes.none, params: { word } };
    if (ids.length > 1) return { code: codes.several, params: { ids: ids.sort().join(', ') } };
    return id;
  };
  return {
    find,
    /** The name of an id, in the language of a text. */
    nameOf: (id: string, like: string): string => {
      const known = byId.get(id);
      return known ? inLanguageOf(like, known.name) : id;
    },
    all: (): Bilingual[] => all.map(({ name }) => name),
  };
}

const plain = (text: string) => text.normalize('NFKC').trim().toLowerCase();

/** A name in the language that a text of a file is written in. */
export const inLanguageOf = (text: string, name: Bilingual): string =>
  /\p{Script=Han}/u.test(text) ? name.zh : name.en;

/** Marks between the entries of a cell with a list. A name that has one of them stands alone, or as its id. */
const BETWEEN = /[;；、,，|]/;

/** The entries of a cell with a list. */
export const listOf = (text: string): string[] =>
  text
    .split(BETWEEN)
    .map((one) => one.trim())
    .filter((one) => one !== '');
