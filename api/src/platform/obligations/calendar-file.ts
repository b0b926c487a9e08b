import ical, { ICalAlarmType, ICalCalendarMethod } from 'ical-generator';
import type { Bilingual, Language } from '../kit/spreadsheet.ts';
import type { ObligationRow } from './schema.ts';

/** So long before its day a calendar reminds, seconds: a week. */
const REMIND_SECONDS = 7 * 86_400;
const NAME: Bilingual = { zh: '安视到期事项', en: 'Anshi: what falls due' };

/**
 * What falls due as a calendar (RFC 5545): an event of a whole day for each that has a day.
 *
 * The id of an event is that of its period, and its number grows with each change, so that a calendar that imports the file
 * again moves what was moved and doubles nothing.
 *
 * @param options.publicUrl the address of the app, for links; null where it is not set.
 */
export function calendarOf(
  items: readonly ObligationRow[],
  { language, publicUrl }: { language: Language; publicUrl: string | null },
): string {
  const calendar = ical({
    name: NAME[language],
    prodId: { company: 'Anshi', product: 'Anshi', language: language.toUpperCase() },
    method: ICalCalendarMethod.PUBLISH,
  });
  for (const item of items) {
    if (item.dueOn === null) continue;
    const department = item.department?.name[language];
    const lines = [item.detail?.[language], department].filter((one) => one !== undefined);
    calendar.createEvent({
      id: `${item.id}@anshi`,
      sequence: item.version,
      // A day of the plant, without a time zone.
      start: item.dueOn,
      allDay: true,
      summary: `${item.kindName[language]}: ${item.subject.name[language]}`,
      ...(lines.length > 0 ? { description: lines.join('\n') } : {}),
      ...(publicUrl === null
        ? {}
        : { url: new URL(`/obligations?id=${item.id}`, publicUrl).toString() }),
      categories: [{ name: item.kindName[language] }],
      alarms: [{ type: ICalAlarmType.display, trigger: REMIND_SECONDS }],
    });
  }
  return calendar.toString();
}
