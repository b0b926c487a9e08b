import type { Fault } from './accessibility.ts';
import { type Catalogue, latinWords } from './catalogue.ts';
import type { Language } from './options.ts';
import type { ShownText } from './texts.ts';

/** Texts that the API has sent: those in both languages apart from those that people have written. */
export class SentTexts {
  readonly #plain = new Set<string>();
  readonly #sides = { zh: new Set<string>(), en: new Set<string>() };

  /** Takes an answer of the API. */
  add(answer: unknown, key = ''): void {
    if (typeof answer === 'string') {
      if (!isCode(answer, key)) this.#plain.add(answer);
    } else if (Array.isArray(answer)) {
      for (const one of answer) this.add(one, key);
    } else if (typeof answer === 'object' && answer !== null) {
      const isPair = 'zh' in answer && 'en' in answer;
      for (const [name, value] of Object.entries(answer)) {
        if (isPair && typeof value === 'string' && (name === 'zh' || name === 'en'))
          this.#sides[name].add(value);
        else {
          this.add(value, name);
          // A name of a register that is shown as it is: `worker-1`, `hall-east`.
          if (!isKnownKey(name)) this.#plain.add(name);
        }
      }
    }
  }

  /** All texts that are right in a language. */
  in(language: Language): string[] {
    return [...this.#plain, ...this.#sides[language === 'en' ? 'en' : 'zh']];
  }
}

const isKnownKey = (name: string) => /^[a-zA-Z]+$/.test(name);

/** A word of the API, such as the state `pending`: shown as it is, it would be a fault. */
const isCode = (text: string, key: string): boolean =>
  /^[a-z]+([.:-][a-z]+)*$/.test(text) &&
  !/^(id|username|name|key|no|number|code|user|source|title|worker|host|model)$/i.test(key);

const han = /[\p{Script=Han}]+/gu;

/**
 * Texts in the other language. In English: Chinese characters that are in no text which people or the English side of the
 * API wrote. In Chinese: a message of the English catalogue, or a Latin word that is neither data nor used by a Chinese
 * message.
 */
export function foreignTexts(
  texts: readonly ShownText[],
  language: Language,
  catalogue: Catalogue,
  sent: SentTexts,
): Fault[] {
  const data = sent.in(language);
  const all = data.join('\n');
  const wordsOfData = new Set(data.flatMap((text) => latinWords(text)));
  const isForeign = (text: string): boolean => {
    if (language === 'en') return (text.match(han) ?? []).some((run) => !all.includes(run));
    const isEnglish = /[a-z]/.test(text) && catalogue.en.has(text) && !catalogue.zh.has(text);
    const isData = data.includes(text);
    if (isEnglish && !isData && !catalogue.latinInChinese.has(text)) return true;
    return latinWords(text).some(
      (word) => !wordsOfData.has(word) && !catalogue.latinInChinese.has(word),
    );
  };
  const found = new Map<string, Fault>();
  for (const { selector, text } of texts) {
    if (isForeign(text))
      found.set(`${selector} ${text}`, { selector, what: `"${text.slice(0, 60)}"` });
  }
  return [...found.values()];
}
