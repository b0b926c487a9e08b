import { resolve } from 'node:path';
import type { Fault } from './accessibility.ts';
import type { SentTexts } from './language.ts';
import type { Language } from './options.ts';
import type { ShownText } from './texts.ts';

interface Lists {
  jargon: readonly { word: RegExp; why: string }[];
  technicalPages: Readonly<Record<string, string>>;
}
// The list of the test of the menu: by its path, for no part imports another one.
const file = resolve(import.meta.dirname, '../../dashboard/src/test/jargon.ts');
const { jargon, technicalPages } = (await import(file)) as Lists;

/** Pages of those who set up and run the system: technical words are theirs. */
const technicalRoutes = [
  '/admin',
  '/design',
  ...Object.keys(technicalPages).map((name) => `/${name}`),
  '/privacy/catalogue',
];

/** Whether technical words are right on a page. */
export const isTechnical = (route: string): boolean =>
  technicalRoutes.some((one) => route === one || route.startsWith(`${one}/`));

/**
 * Words of the jargon list (UX-04) as a page shows them, beside those of texts that the API sent: what a person has written
 * stays as it is.
 */
export function jargonTexts(
  texts: readonly ShownText[],
  language: Language,
  sent: SentTexts,
): Fault[] {
  const data = sent.in(language);
  const found = new Map<string, Fault>();
  for (const { selector, text } of texts) {
    const word = jargon.find((one) => one.word.test(text));
    if (!word || data.some((one) => word.word.test(one) && text.includes(one))) continue;
    found.set(`${selector} ${text}`, {
      selector,
      what: `"${text.slice(0, 60)}": ${word.why}`,
    });
  }
  return [...found.values()];
}
