import { oneOf, plainText, Setting } from '$lib/settings/setting.svelte.ts';
import type { Dictionary } from './dictionary.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

export const locales = ['zh-CN', 'en'] as const;
export type Locale = (typeof locales)[number];
export const localeNames: Record<Locale, string> = { 'zh-CN': '中文', en: 'English' };

const dictionaries: Record<Locale, Dictionary> = { 'zh-CN': zh, en };

/**
 * The language of a first visit: the first of the browser's that the pages have.
 *
 * @param wanted tags of BCP 47, the preferred one first, as `navigator.languages`.
 */
export function firstLocale(wanted: readonly string[]): Locale {
  for (const tag of wanted) {
    const [language] = tag.toLowerCase().split('-');
    const found = locales.find((locale) => locale.split('-')[0] === language);
    if (found) return found;
  }
  return wanted.length > 0 ? 'en' : 'zh-CN';
}

const language = new Setting<Locale>({
  key: 'language',
  copy: 'anshi.locale',
  usual: () => firstLocale(globalThis.navigator?.languages ?? []),
  parse: oneOf(locales),
  text: plainText,
});

/** The language of the page: the browser's on the first visit, then the person's choice. */
class I18n {
  get locale(): Locale {
    return language.value;
  }
  readonly t = $derived(dictionaries[language.value]);

  set(locale: Locale): void {
    language.set(locale);
  }

  /** A name that is kept in both languages. */
  name(value: { zh: string; en: string }): string {
    return this.locale === 'en' ? value.en : value.zh;
  }
}

export const i18n = new I18n();
