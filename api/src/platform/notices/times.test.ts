import { asTyped, fillTimes } from '@anshi/contracts/notice-times';
import { describe, expect, it } from 'vitest';
import { dayMark, differs, plainWords, storedWords, timeMark } from './times.ts';

const at = new Date('2026-12-03T18:05:59.900Z');
const shanghai = { timeZone: 'Asia/Shanghai', says: false };
const both = (text: string) => ({ zh: text, en: text });

describe('times of a notice', () => {
  it('are stored as data', () => {
    const text = `${timeMark(at)} – ${dayMark('2026-12-31')}`;
    expect(storedWords(both(text)).en).toBe('{t:2026-12-03T18:05:59Z} – {d:2026-12-31}');
  });

  it('leave the app as text of the plant, in the form of each language, and say the zone where asked', () => {
    const stored = storedWords(both(`${timeMark(at)}; ${dayMark('2026-12-31')}`));
    expect(plainWords(stored, shanghai)).toEqual({
      zh: '2026/12/04 02:05; 2026/12/31',
      en: 'Dec 04, 2026, 02:05; Dec 31, 2026',
    });
    expect(plainWords(stored, { ...shanghai, says: true })).toEqual({
      zh: '2026/12/04 02:05（UTC+8）; 2026/12/31',
      en: 'Dec 04, 2026, 02:05 (UTC+8); Dec 31, 2026',
    });
  });

  it('are in doubt where the clocks differ', () => {
    expect(differs('Asia/Shanghai', 'Asia/Singapore', at)).toBe(false);
    expect(differs('Asia/Shanghai', 'Europe/Berlin', at)).toBe(true);
  });

  it('of a text of before are none: it stays', () => {
    const old = both('自 2026-12-03 18:05 起。{name} {t:} {d:soon}');
    expect(plainWords(old, shanghai)).toEqual(old);
  });

  it('that are none stay as they are', () => {
    for (const wrong of [
      '{t:2026-13-03T10:00:00Z}',
      '{t:2026-12-03T25:00:00Z}',
      '{d:2026-00-10}',
    ]) {
      expect(plainWords(both(wrong), shanghai).zh).toBe(wrong);
    }
  });
});

describe('what a person typed in the form of a time', () => {
  it.each([
    '{t:2026-12-03T10:00:00Z}',
    '{d:2026-12-31}',
    '{{t:2026-12-03T10:00:00Z}}',
    '{t:{d:2026-12-31}}',
    '{t:2026-12-03T10:00:00Z}{t:2026-12-03T10:00:00Z}',
  ])('%s stays text, beside a time of the template', (typed) => {
    const { zh } = storedWords(both(`${typed} ${timeMark(at)}`));
    const shown = plainWords(both(zh), shanghai).zh;
    expect(shown).toBe(`${asTyped(typed)} 2026/12/04 02:05`);
    expect(shown.replaceAll('\u2060', '')).toBe(`${typed} 2026/12/04 02:05`);
  });

  it('makes no time with what the template has around it', () => {
    const { en } = storedWords(both(`{${'t:2026-12-03T10:00:00Z'}}{t:${timeMark(at)}}`));
    const seen: string[] = [];
    fillTimes(en, {
      instant: (one) => {
        seen.push(one);
        return '';
      },
      day: () => '',
    });
    expect(seen).toEqual(['2026-12-03T18:05:59Z']);
  });

  it('is not hidden twice where a stored text is stored again', () => {
    const once = storedWords(both('{d:2026-12-31}'));
    expect(storedWords(once)).toEqual(once);
  });
});
