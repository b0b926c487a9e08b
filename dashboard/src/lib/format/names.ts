/** A name that is kept in both languages. */
export interface Bilingual {
  zh: string;
  en: string;
}

/** Names one after the other, as the language has it: "a, b" or "a、b". */
export const listed = (names: readonly string[], locale: string): string =>
  names.join(locale === 'en' ? ', ' : '、');
