import type { Dictionary } from './dictionary.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

export const locales = ['zh-CN', 'en'] as const;
export type Locale = (typeof locales)[number];
export const localeNames: Record<Locale, string> = { 'zh-CN': '中文', en: 'English' };

const dictionaries: Record<Locale, Dictionary> = { 'zh-CN': zh, en };
const key = 'anshi.locale';

function stored(): Locale {
  const value = typeof localStorage === 'undefined' ? null : localStorage.getItem(key);
  return locales.find((locale) => locale === value) ?? 'zh-CN';
}

/** The language of the page: Chinese by default; the choice is stored in this browser. */
class I18n {
  locale = $state<Locale>(stored());
  readonly t = $derived(dictionaries[this.locale]);

  set(locale: Locale): void {
    this.locale = locale;
    localStorage.setItem(key, locale);
    document.documentElement.lang = locale;
  }

  /** A name that is kept in both languages. */
  name(value: { zh: string; en: string }): string {
    return this.locale === 'en' ? value.en : value.zh;
  }
}

export const i18n = new I18n();
