import { inLanguageOf, listOf, type NameFinder } from '../../platform/imports/names.ts';
import type { Fault } from '../../platform/imports/types.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { MOST_LEVEL, type PostInput, routes } from './schema.ts';

type Route = (typeof routes)[number];
type Read<T> = { items: T[] } | { fault: Fault };

/** What the routes of an exposure are called, the first word as they are shown. */
const routeWords: Record<Route, { zh: readonly string[]; en: readonly string[] }> = {
  inhalation: { zh: ['吸入', '呼吸'], en: ['inhalation', 'inhaled'] },
  skin: { zh: ['皮肤', '皮肤接触'], en: ['skin'] },
  eyes: { zh: ['眼睛', '眼', '眼部'], en: ['eyes', 'eye'] },
  ingestion: { zh: ['食入', '消化道'], en: ['ingestion'] },
  hearing: { zh: ['听觉', '听力', '耳'], en: ['hearing', 'ears'] },
  body: { zh: ['全身', '身体'], en: ['body', 'whole body'] },
};
const routeOf = (word: string): Route | undefined =>
  routes.find(
    (route) =>
      route === word.toLowerCase() ||
      routeWords[route].zh.includes(word) ||
      routeWords[route].en.includes(word.toLowerCase()),
  );
const routeName = (route: Route): Bilingual => ({
  zh: routeWords[route].zh[0] ?? route,
  en: routeWords[route].en[0] ?? route,
});

/** Names or ids of a list; a name that has a mark of lists in it may stand alone. */
export function readNames(text: string, names: NameFinder): Read<string> {
  const whole = names.find(text.trim());
  if (typeof whole === 'string') return { items: [whole] };
  const items: string[] = [];
  for (const word of listOf(text)) {
    const found = names.find(word);
    if (typeof found !== 'string') return { fault: found };
    if (!items.includes(found)) items.push(found);
  }
  return { items };
}

/** Skills with their least level: `冲压操作 2级; lock-out 3`. */
export function readSkills(text: string, names: NameFinder): Read<PostInput['skills'][number]> {
  const items: PostInput['skills'] = [];
  for (const entry of listOf(text)) {
    const [, word = '', level = ''] =
      /^(.*?)[\s:：=(（]*(?:level\s*)?(\d+)\s*级?\s*[)）]?$/iu.exec(entry) ?? [];
    if (level === '' || word === '') return { fault: { code: 'skill-level', params: { entry } } };
    const skill = names.find(word.trim());
    if (typeof skill !== 'string') return { fault: skill };
    if (Number(level) < 1 || Number(level) > MOST_LEVEL) {
      return { fault: { code: 'skill-level', params: { entry } } };
    }
    if (items.some((one) => one.skill === skill)) {
      return { fault: { code: 'skill-twice', params: { entry } } };
    }
    items.push({ skill, level: Number(level) });
  }
  return { items };
}

/** Exposures with their route: `噪声（听觉）; welding fume: inhalation`. */
export function readExposures(text: string): Read<PostInput['exposures'][number]> {
  const items: PostInput['exposures'] = [];
  for (const entry of listOf(text)) {
    const [, substance = '', word = ''] =
      /^(.+?)\s*[(（:：=/]\s*([^()（）:：=/]+?)\s*[)）]?$/u.exec(entry) ?? [];
    const route = routeOf(word);
    if (!route || substance.length > 128) {
      return { fault: { code: 'exposure-form', params: { entry } } };
    }
    items.push({ substance, route });
  }
  return { items };
}

/** The lists as a cell says them, in the language of a text. */
export const skillsText = (skills: PostInput['skills'], names: NameFinder, like: string): string =>
  skills.map(({ skill, level }) => `${names.nameOf(skill, like)} ${level}`).join('; ');
export const exposuresText = (exposures: PostInput['exposures'], like: string): string =>
  exposures
    .map(({ substance, route }) => `${substance} (${inLanguageOf(like, routeName(route))})`)
    .join('; ');
export const namesText = (ids: readonly string[], names: NameFinder, like: string): string =>
  ids.map((id) => names.nameOf(id, like)).join('; ');
