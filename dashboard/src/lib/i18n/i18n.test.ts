import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { firstLocale } from './i18n.svelte.ts';
import { zh } from './zh.ts';

function leaves(value: unknown, path: string[] = []): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path.join('.'), value]];
  return Object.entries(value).flatMap(([key, part]) => leaves(part, [...path, key]));
}

const chinese = new Map(leaves(zh));
const english = new Map(leaves(en));

describe('dictionaries', () => {
  it('have the same keys in both languages', () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
  });

  it('have no empty text and the same number of parameters', () => {
    for (const [key, text] of chinese) {
      const other = english.get(key);
      expect(typeof other, key).toBe(typeof text);
      if (typeof text === 'string') expect(String(other).trim().length, key).toBeGreaterThan(0);
      if (typeof text === 'function' && typeof other === 'function') {
        expect(other.length, key).toBe(text.length);
      }
    }
  });

  it('are not mixed: English has no Chinese characters, Chinese has some', () => {
    const han = /\p{Script=Han}/u;
    for (const [key, text] of english) {
      const shown = typeof text === 'function' ? String(text(2, 3)) : String(text);
      expect(han.test(shown), key).toBe(false);
    }
    const chineseTexts = [...chinese].filter(
      ([, text]) => typeof text === 'string' && han.test(text),
    );
    const plain = [...chinese].filter(([, text]) => typeof text === 'string');
    expect(chineseTexts.length).toBe(plain.length);
  });

  it('count in English with singular and plural', () => {
    expect(en.wall.people(1)).toBe('1 person');
    expect(en.wall.people(3)).toBe('3 people');
  });
});

describe('the language of a first visit', () => {
  it.each([
    [['en-US', 'zh-CN'], 'en'],
    [['zh-TW'], 'zh-CN'],
    [['de-DE', 'zh'], 'zh-CN'],
    [['de-DE'], 'en'],
    [[], 'zh-CN'],
  ])('is that of %j', (wanted, locale) => {
    expect(firstLocale(wanted)).toBe(locale);
  });
});
