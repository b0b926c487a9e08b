import ical, { ICalAlarmType, ICalCalendarMethod } from 'ical-generator';
import type { Bilingual, Language } from '../kit/spreadsheet.ts';
import type { ObligationRow } from './schema.ts';

/** So long before its day a calendar reminds, seconds: a week. */
const REMIND_SECONDS = 7 * 86_400;
/** How often a calendar program is asked to read a feed again, seconds. */
const READ_AGAIN_SECONDS = 4 * 3600;
const NAME: Bilingual = { zh: '安视到期事项', en: 'Anshi: what falls due' };
const DUE: Bilingual = { zh: '到期事项', en: 'Falls due' };

/** An event of a whole day. */
interface DayEvent {
  /** Of the period: it stays. */
  id: string;
  /** Grows with each change. */
  version: number;
  /** `YYYY-MM-DD`; null where the day is not known. */
  dueOn: string | null;
  summary: string;
  category: string;
  lines: readonly string[];
}

interface CalendarOptions {
  language: Language;
  /** The address of the app, for links; null where it is not set. */
  publicUrl: string | null;
}

/**
 * Events as a calendar (RFC 5545).
 *
 * The id of an event is that of its period, and its number grows with each change, so that a calendar that imports the file
 * again moves what was moved and doubles nothing.
 *
 * @param readAgain seconds until a calendar program reads it again; left out, it is a file.
 */
function writeCalendar(
  events: readonly DayEvent[],
  { language, publicUrl, readAgain }: CalendarOptions & { readAgain?: number },
): string {
  const calendar = ical({
    name: NAME[language],
    prodId: { company: 'Anshi', product: 'Anshi', language: language.toUpperCase() },
    method: ICalCalendarMethod.PUBLISH,
    ...(readAgain === undefined ? {} : { ttl: readAgain }),
  });
  for (const { id, version, dueOn, summary, category, lines } of events) {
    if (dueOn === null) continue;
    calendar.createEvent({
      id: `${id}@anshi`,
      sequence: version,
      // A day of the plant, without a time zone.
      start: dueOn,
      allDay: true,
      summary,
      ...(lines.length > 0 ? { description: lines.join('\n') } : {}),
      ...(publicUrl === null
        ? {}
        : { url: new URL(`/obligations?id=${id}`, publicUrl).toString() }),
      categories: [{ name: category }],
      alarms: [{ type: ICalAlarmType.display, trigger: REMIND_SECONDS }],
    });
  }
  return calendar.toString();
}

/** What falls due as a file: an event for each that has a day, with names, as its reader sees them. */
export const calendarOf = (items: readonly ObligationRow[], options: CalendarOptions): string =>
  writeCalendar(
    items.map((item) => ({
      id: item.id,
      version: item.version,
      dueOn: item.dueOn,
      summary: `${item.kindName[options.language]}: ${item.subject.name[options.language]}`,
      category: item.kindName[options.language],
      lines: [item.detail, item.department?.name].flatMap((one) => one?.[options.language] ?? []),
    })),
    options,
  );

/** What a feed says of an entry. */
export interface FeedItem {
  row: ObligationRow;
  /** The number of the person whose duty it is; null for what is no person. */
  personNo: string | null;
  /** The kind tells of health. */
  health: boolean;
}

/**
 * What falls due for a calendar program outside of the company, whose provider reads it: people are their numbers, and
 * what tells of health has neither its kind nor its detail.
 */
export const feedOf = (items: readonly FeedItem[], options: CalendarOptions): string =>
  writeCalendar(
    items.map(({ row, personNo, health }) => {
      const { language } = options;
      const kind = health ? DUE[language] : row.kindName[language];
      const about = [
        row.subject.kind === 'person' || personNo !== null ? personNo : row.subject.name[language],
        health ? null : row.detail?.[language],
      ].filter((one) => one !== null && one !== undefined);
      return {
        id: row.id,
        version: row.version,
        dueOn: row.dueOn,
        summary: about.length === 0 ? kind : `${kind}: ${about.join(' · ')}`,
        category: kind,
        lines: [],
      };
    }),
    { ...options, readAgain: READ_AGAIN_SECONDS },
  );
