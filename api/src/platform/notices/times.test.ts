import { asTyped, fillTimes } from '@anshi/contracts/notice-times';
import { describe, expect, it } from 'vitest';
import { dayMark, plainWords, storedWords, timeMark } from './times.ts';

const at = new Date('2026-12-03T18:05:59.900Z');
const shanghai = { timeZone: 'Asia/Shanghai', reader: 'Asia/Shanghai' };
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
    expect(plainWords(stored, { ...shanghai, reader: null })).toEqual({
      zh: '2026/12/04 02:05（UTC+8）; 2026/12/31',
      en: 'Dec 04, 2026, 02:05 (UTC+8); Dec 31, 2026',
    });
  });

  it('say their zone where the clock of the reader is another one at that time', () => {
    const winter = storedWords(both(timeMark(new Date('2027-01-20T09:00:00Z')))).en;
    const summer = storedWords(both(timeMark(new Date('2027-04-10T08:00:00Z')))).en;
    const of = (text: string, timeZone: string, reader: string) =>
      plainWords(both(text), { timeZone, reader }).en;
    expect(of(winter, 'Asia/Shanghai', 'Asia/Singapore')).toBe('Jan 20, 2027, 17:00');
    expect(of(winter, 'Asia/Shanghai', 'Europe/Berlin')).toBe('Jan 20, 2027, 17:00 (UTC+8)');
    expect(of(winter, 'Europe/Berlin', 'Africa/Lagos')).toBe('Jan 20, 2027, 10:00');
    expect(of(summer, 'Europe/Berlin', 'Africa/Lagos')).toBe('Apr 10, 2027, 10:00 (UTC+2)');
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
