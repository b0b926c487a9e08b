import type { Widened } from './dictionary.ts';
import { i18n } from './i18n.svelte.ts';

/** All texts declared by modules, for the test that walks them. */
export const declaredWords: { zh: object; en: object }[] = [];

/** A text, a function that returns one, or a list of texts. */
type Text = string | ((...values: never[]) => string) | readonly string[];
/** A pair of Chinese and English texts. */
interface Pairs {
  readonly [name: string]: readonly [zh: Text, en: Text] | Pairs;
}
/** The texts of one language. */
type Side<T> = T extends readonly [infer Zh, unknown]
  ? Widened<Zh>
  : { readonly [Name in keyof T]: Side<T[Name]> };
/** The English has the type of the Chinese: functions have the same parameters. */
type Matching<T> = T extends readonly [infer Zh, unknown]
  ? readonly [Zh, Widened<Zh>]
  : { readonly [Name in keyof T]: Matching<T[Name]> };

/**
 * The texts of one module, in its own folder (`i18n.ts`). Chinese and English are side by side: a
 * missing text is a type error.
 *
 * @returns `t`, the texts in the language of the page: `const t = $derived(words.t)`.
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

/** The texts of one language of the pairs. */
function side<Words extends Pairs>(words: Pairs, at: 0 | 1): Side<Words> & object {
  const entries = Object.entries(words).map(([name, value]) => [
    name,
    isPair(value) ? value[at] : side(value, at),
  ]);
  return Object.fromEntries(entries) as Side<Words> & object;
}

const isPair = (value: Pairs[string]): value is readonly [Text, Text] => Array.isArray(value);
