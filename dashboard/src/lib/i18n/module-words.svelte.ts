import type { Widened } from './dictionary.ts';
import { i18n } from './i18n.svelte.ts';

/** All words that modules have declared, for the test that walks them. */
export const declaredWords: { zh: object; en: object }[] = [];

/**
 * The words of one module, kept in its own folder (`i18n.ts`). English must have the
 * shape of the Chinese: a missing text is a type error.
 *
 * @returns `t`, the words in the language of the page: `const t = $derived(words.t)`.
 */
export function moduleWords<const Words extends object>(
  zh: Words,
  en: Widened<Words>,
): { readonly t: Widened<Words> } {
  declaredWords.push({ zh, en });
  // Every text is a string, whatever literal it was written as.
  const chinese = zh as unknown as Widened<Words>;
  return {
    get t() {
      return i18n.locale === 'en' ? en : chinese;
    },
  };
}
