import { fillTimes } from '@anshi/contracts/notice-times';
import { calendarDay, dateMinute } from '$lib/format/time.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';

/** The words of a notice in the language of the person, with its times in the browser's own time zone. */
export const noticeWords = (text: { zh: string; en: string }): string =>
  fillTimes(i18n.name(text), {
    instant: (instant) => dateMinute(instant, i18n.locale),
    day: (day) => calendarDay(day, i18n.locale),
  });
