import { dateTime } from '$lib/format/time.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import type { Armed, ArmingNow } from './arming-api.ts';
import { words } from './i18n.ts';

/** What arms a zone, as one line: "A shift 22:00-06:00". */
export function conditionText(when: Armed | null): string {
  const { t } = words;
  if (when === null) return t.kinds.always;
  switch (when.by) {
    case 'machine':
      return `${t.kinds.machine} ${when.machine}`;
    case 'shift':
      return `${t.kinds.shift} ${when.from}–${when.to}`;
    case 'calendar':
      return `${t.kinds.calendar} · ${t.form.calendars[when.while]}`;
    case 'permit':
      return `${t.kinds.permit} · ${t.form.permits[when.while]}`;
  }
}

/** Why, and until when: "A permit holds (Weld the rail) until 16:00". */
export function causeText({ cause, permitTitle, until }: ArmingNow): string {
  const { t } = words;
  return [
    cause ? `${t.causes[cause]}${permitTitle ? `（${permitTitle}）` : ''}` : null,
    until ? t.until(dateTime(until, i18n.locale)) : null,
  ]
    .filter(Boolean)
    .join(' · ');
}
