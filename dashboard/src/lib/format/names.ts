/** A name that is kept in both languages. */
export interface Bilingual {
  zh: string;
  en: string;
}

/** Something with a name, to choose from. */
export interface Named {
  id: string;
  name: Bilingual;
}

/** Names one after the other, as the language has it: "a, b" or "a、b". */
export const listed = (names: readonly string[], locale: string): string =>
  names.join(locale === 'en' ? ', ' : '、');
