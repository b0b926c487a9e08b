/** A name that is kept in both languages. */
export interface Bilingual {
  zh: string;
  en: string;
}
