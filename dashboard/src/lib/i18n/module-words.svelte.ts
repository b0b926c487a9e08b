import type { Widened } from './dictionary.ts';
import { i18n } from './i18n.svelte.ts';

/** All words that modules have declared, for the test that walks them. */
export const declaredWords: { zh: object; en: object }[] = [];

/** A text, a function that makes one, or a list of texts. */
type Text = string | ((...values: never[]) => string) | readonly string[];
/** Texts in Chinese and in English, side by side. */
interface Pairs {
  readonly [name: string]: readonly [zh: Text, en: Text] | Pairs;
}
/** The words of one language. */
type Side<T> = T extends readonly [infer Zh, unknown]
  ? Widened<Zh>
  : { readonly [Name in keyof T]: Side<T[Name]> };
/** English has the form of the Chinese: a function takes the same values. */
type Matching<T> = T extends readonly [infer Zh, unknown]
  ? readonly [Zh, Widened<Zh>]
  : { readonly [Name in keyof T]: Matching<T[Name]> };

/**
 * The words of one module, kept in its own folder (`i18n.ts`). Chinese and English stand side by side:
 * a missing text is a type error.
 *
 * @returns `t`, the words in the language of the page: `const t = $derived(words.t)`.
 * @example
 * export const words = moduleWords({
 *   title: ['供应商', 'Suppliers'],
 *   fields: { name: ['名称', 'Name'] },
 *   found: [(n: number) => `共 ${n} 家`, (n: number) => `${n} found`],
 * });
 */
export function moduleWords<const Words extends Pairs>(
  words: Words & Matching<Words>,
): { readonly t: Side<Words> } {
  const zh = side<Words>(words, 0);
  const en = side<Words>(words, 1);
  declaredWords.push({ zh, en });
  return {
    get t() {
      return i18n.locale === 'en' ? en : zh;
    },
  };
}

/** The words of one language of the pairs. */
function side<Words extends Pairs>(words: Pairs, at: 0 | 1): Side<Words> & object {
  const entries = Object.entries(words).map(([name, value]) => [
    name,
    isPair(value) ? value[at] : side(value, at),
  ]);
  return Object.fromEntries(entries) as Side<Words> & object;
}

const isPair = (value: Pairs[string]): value is readonly [Text, Text] => Array.isArray(value);
