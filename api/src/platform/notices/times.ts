import { randomBytes } from 'node:crypto';
import { asTyped, fillTimes } from '@anshi/contracts/notice-times';
import { DateTime } from 'luxon';
import type { Bilingual } from '../manifest.ts';

/** Nobody outside of this process knows it, so that no text that a person typed is taken for a time. */
const seal = randomBytes(12).toString('hex');

/** An instant in the text of a notice. Readers see it in their own time zone and the form of their language. */
export const timeMark = (at: Date): string =>
  `{${seal}t:${at.toISOString().slice(0, 'yyyy-MM-ddTHH:mm:ss'.length)}Z}`;

/** A day of the calendar, `2026-12-31`, in the text of a notice. */
export const dayMark = (day: string): string => `{${seal}d:${day}}`;

const toStored = (text: string): string => asTyped(text).replaceAll(`{${seal}`, '{');

/** A text as it is stored: with the times of its template, and none that a person typed. */
export const storedWords = ({ zh, en }: Bilingual): Bilingual => ({
  zh: toStored(zh),
  en: toStored(en),
});

const locales = { zh: 'zh-CN', en: 'en' } as const;
type Language = keyof typeof locales;

/** As the app writes a day and an instant. */
function formatOf(language: Language, timeZone: string, hasClock: boolean): Intl.DateTimeFormat {
  const month = language === 'en' ? 'short' : '2-digit';
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  return new Intl.DateTimeFormat(locales[language], {
    year: 'numeric',
    month,
    day: '2-digit',
    ...(hasClock ? clock : {}),
    timeZone,
  });
}

/** Whether two zones show another clock time at an instant. */
const differs = (one: string, other: string, at: string): boolean =>
  DateTime.fromISO(at, { zone: one }).offset !== DateTime.fromISO(at, { zone: other }).offset;

/** Time zones for texts that leave the app. */
export interface PlainTimes {
  /** Zone of the plant, in which times are written. */
  timeZone: string;
  /** Zone of the reader; null if unknown. The UTC offset is added to times that have another clock time there, and if unknown. */
  reader: string | null;
}

function plain(text: string, language: Language, { timeZone, reader }: PlainTimes): string {
  return fillTimes(text, {
    instant(instant) {
      const clock = formatOf(language, timeZone, true).format(new Date(instant));
      if (reader !== null && !differs(timeZone, reader, instant)) return clock;
      const zone = DateTime.fromISO(instant, { zone: timeZone }).toFormat("'UTC'Z");
      return language === 'zh' ? `${clock}（${zone}）` : `${clock} (${zone})`;
    },
    day: (day) => formatOf(language, 'UTC', false).format(new Date(`${day}T00:00:00Z`)),
  });
}

/** The text for e-mail, web push and chat groups, with times written out. */
export const plainWords = ({ zh, en }: Bilingual, times: PlainTimes): Bilingual => ({
  zh: plain(zh, 'zh', times),
  en: plain(en, 'en', times),
});
