/** A name that is kept in both languages. */
export interface Bilingual {
  zh: string;
  en: string;
}

/** An option with a name. */
export interface Named {
  id: string;
  name: Bilingual;
}

/** Joins names by the language's separator: "a, b" or "a、b". */
export const listed = (names: readonly string[], locale: string): string =>
  names.join(locale === 'en' ? ', ' : '、');
