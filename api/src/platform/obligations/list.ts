import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../access/account.ts';
import { readCalendar } from '../calendar/repository.ts';
import { sqlIn, type Transaction } from '../db/database.ts';
import type { Units } from '../db/unit-of-work.ts';
import { Problem } from '../http/errors.ts';
import { CALENDAR, EXPORT_MOST, exportList, type MadeFile } from '../kit/list-export.ts';
import { listOrder } from '../kit/list-order.ts';
import type { User } from '../kit/routes.ts';
import { day } from '../kit/schemas.ts';
import type { Column } from '../kit/spreadsheet.ts';
import { allOf, anyOf, containsSql } from '../kit/sql.ts';
import { calendarOf, type FeedItem } from './calendar-file.ts';
import type { ObligationKind } from './kinds.ts';
import { dayIn, plusDays } from './schedule.ts';
import type {
  calendarQuery,
  exportListQuery,
  ListQuery,
  ObligationRow,
  obligationPage,
} from './schema.ts';
import {
  bareSql,
  columnsSql,
  type FullRow,
  fromSql,
  showRow,
  stateSql,
  visibleSql,
} from './view.ts';

export type ObligationList = ReturnType<typeof createObligationList>;
type Page = z.infer<typeof obligationPage>;
type State = ObligationRow['state'];
type Filter = Omit<ListQuery, 'limit' | 'cursor'>;

/** Maximum events of a feed, which is read many times a day. */
const FEED_MOST = 2000;

/** Days as text: the database compares them with a column of days. */
const byDay = listOrder('obligations by day', 'asc', { sortOn: 'text', id: 'id' });
const inTable = { sortOn: Prisma.sql`c.sort_on`, id: Prisma.sql`c.id` };
/** @throws Problem `request.cursor` also where its day is none. */
function afterDay(cursor: string | undefined) {
  const after = byDay.after(cursor);
  if (after && !day.safeParse(after.sortOn).success) throw new Problem('request.cursor');
  return after;
}

/** What falls due, the earliest first, and the same as a spreadsheet. */
export function createObligationList(options: {
  units: Units;
  timeZone: string;
  publicUrl: string | null;
  enabled(): Promise<ObligationKind[]>;
}) {
  const { units, enabled } = options;

  const zoneIn = async (tx: Transaction) =>
    (await readCalendar(tx)).calendar.timeZone ?? options.timeZone;

  /** The filters that also narrow the counts. */
  const narrowed = (account: Account, kinds: readonly ObligationKind[], query: Filter) => [
    visibleSql(account, kinds),
    ...containsSql(query.q, [
      Prisma.sql`coalesce(p.name, '')`,
      ...['name', 'detail'].flatMap((column) =>
        ['zh', 'en'].map((language) => Prisma.raw(`coalesce(o.${column}->>'${language}', '')`)),
      ),
    ]),
    ...anyOf(Prisma.sql`o.kind`, query.kind),
    ...anyOf(Prisma.sql`o.department_id`, query.department),
    ...anyOf(Prisma.sql`o.person_id`, query.person === undefined ? [] : [query.person]),
    ...subjectSql(query.subject),
  ];

  async function page(tx: Transaction, account: Account, query: ListQuery) {
    const now = new Date();
    const kinds = await enabled();
    const today = dayIn(now, await zoneIn(tx));
    const found = await sqlIn(tx)<FullRow>(Prisma.sql`
      SELECT ${columnsSql} FROM ${fromSql}
      WHERE ${allOf([
        ...narrowed(account, kinds, query),
        statesSql(query.state ?? [], now),
        ...(query.window === undefined ? [] : [windowSql(query.window, today, now)]),
        byDay.beyondSql(afterDay(query.cursor), inTable),
      ])} ORDER BY ${byDay.bySql(inTable)} LIMIT ${query.limit + 1}`);
    const { rows, next } = byDay.page(found, query.limit);
    const shown = rows.flatMap((row) => {
      const kind = kinds.find(({ id }) => id === row.kind);
      return kind ? [{ row, kind, item: showRow(account, kind, row, now) }] : [];
    });
    return { items: shown.map(({ item }) => item), shown, next, today, now, kinds };
  }

  return {
    list: (user: User, query: ListQuery): Promise<Page> =>
      units.run(user, async ({ tx }) => {
        const { items, next, today, now, kinds } = await page(tx, user.account, query);
        const within = (days: '7' | '30' | '60' | '90') => windowSql(days, today, now);
        const [counts] = await sqlIn(tx)<Page['counts']>(Prisma.sql`
          SELECT count(*)::int AS "all",
            count(*) FILTER (WHERE ${windowSql('overdue', today, now)})::int AS overdue,
            count(*) FILTER (WHERE ${within('7')})::int AS d7,
            count(*) FILTER (WHERE ${within('30')})::int AS d30,
            count(*) FILTER (WHERE ${within('60')})::int AS d60,
            count(*) FILTER (WHERE ${within('90')})::int AS d90
          FROM ${query.q ? fromSql : bareSql}
          WHERE ${allOf([...narrowed(user.account, kinds, query), Prisma.sql`c.ended_at IS NULL`])}`);
        const none = { all: 0, overdue: 0, d7: 0, d30: 0, d60: 0, d90: 0 };
        return { items, next, counts: counts ?? none };
      }),

    /** The list as a spreadsheet, by the same filters. */
    export: (user: User, { lang, format, ...filter }: z.infer<typeof exportListQuery>) =>
      units.run(user, async (unit) => {
        const asked = { ...filter, limit: EXPORT_MOST + 1 };
        const { items } = await page(unit.tx, user.account, asked);
        return exportList(unit, {
          entity: 'obligation',
          format,
          language: lang,
          timeZone: await zoneIn(unit.tx),
          fileName: 'obligations',
          title: { zh: '到期事项', en: 'What falls due' },
          columns: exportColumns(lang),
          items,
          filter,
        });
      }),

    /** What an account sees now, for its calendar program: the earliest, as far as they have not ended. */
    async forFeed(tx: Transaction, account: Account): Promise<FeedItem[]> {
      const { shown } = await page(tx, account, { limit: FEED_MOST });
      return shown.map(({ row, kind, item }) => ({
        row: item,
        personNo: row.personNo,
        health: kind.health === true,
      }));
    },

    /** The list as a calendar, by the same filters. */
    calendar: (user: User, { lang, ...filter }: z.infer<typeof calendarQuery>): Promise<MadeFile> =>
      units.run(user, async (unit) => {
        const asked = { ...filter, limit: EXPORT_MOST + 1 };
        const { items, today } = await page(unit.tx, user.account, asked);
        const rows = items.slice(0, EXPORT_MOST);
        const isCut = items.length > rows.length;
        await unit.audit({
          action: 'export',
          entity: 'obligation',
          after: { format: 'ics', rows: rows.length, complete: !isCut, filter },
        });
        const { publicUrl } = options;
        return {
          name: `obligations-${today}.ics`,
          type: CALENDAR,
          bytes: Buffer.from(calendarOf(rows, { language: lang, publicUrl })),
          rowLimit: isCut ? EXPORT_MOST : null,
        };
      }),
  };
}

/** States of a case that is over. */
const outcomes = ['done', 'closed'] as const;

/** Condition for cases in one of the states; without states, for open cases. Open and ended cases have a partial index each. */
function statesSql(states: readonly State[], now: Date): Prisma.Sql {
  const isOpen = Prisma.sql`c.ended_at IS NULL`;
  if (states.length === 0) return isOpen;
  const isOver = Prisma.sql`c.ended_at IS NOT NULL`;
  const ends = outcomes.filter((outcome) => states.includes(outcome));
  const open = states.filter((state) => !outcomes.some((outcome) => outcome === state));
  const parts = [
    // Both are all that is over: its index has no outcome.
    ...(ends.length === outcomes.length
      ? [isOver]
      : anyOf(Prisma.sql`c.outcome`, ends).map(
          (isOutcome) => Prisma.sql`(${isOver} AND ${isOutcome})`,
        )),
    ...anyOf(stateSql(now), open).map((isState) => Prisma.sql`(${isOpen} AND ${isState})`),
  ];
  return Prisma.sql`(${Prisma.join(parts, ' OR ')})`;
}

function subjectSql(subject: string | undefined): Prisma.Sql[] {
  if (subject === undefined) return [];
  const at = subject.indexOf(':');
  return [
    Prisma.sql`o.subject_kind = ${subject.slice(0, at)} AND o.subject_id = ${subject.slice(at + 1)}`,
  ];
}

/** Overdue, or due from today within so many days. */
function windowSql(window: NonNullable<ListQuery['window']>, today: string, now: Date): Prisma.Sql {
  const isOverdue = Prisma.sql`coalesce(c.overdue_at <= ${now}, false)`;
  if (window === 'overdue') return Prisma.sql`(c.ended_at IS NULL AND ${isOverdue})`;
  const last = plusDays(today, Number(window));
  return Prisma.sql`(c.ended_at IS NULL AND NOT ${isOverdue} AND c.due_on <= ${last}::date)`;
}

const stateWords: Record<State, { zh: string; en: string }> = {
  overdue: { zh: '逾期', en: 'overdue' },
  due: { zh: '到期', en: 'due' },
  upcoming: { zh: '即将到期', en: 'upcoming' },
  planned: { zh: '计划中', en: 'planned' },
  done: { zh: '已完成', en: 'done' },
  closed: { zh: '已关闭', en: 'closed' },
};
const exportColumns = (language: 'zh' | 'en'): Column<ObligationRow>[] => [
  { name: { zh: '到期日', en: 'Due on' }, value: ({ dueOn }) => dueOn },
  { name: { zh: '状态', en: 'State' }, value: ({ state }) => stateWords[state][language] },
  { name: { zh: '事项', en: 'Kind' }, width: 24, value: ({ kindName }) => kindName[language] },
  {
    name: { zh: '对象', en: 'Subject' },
    width: 32,
    value: ({ subject }) => subject.name[language],
  },
  {
    name: { zh: '内容', en: 'Detail' },
    width: 28,
    value: ({ detail }) => detail?.[language] ?? null,
  },
  {
    name: { zh: '部门', en: 'Department' },
    width: 18,
    value: ({ department }) => department?.name[language] ?? null,
  },
  { name: { zh: '原计划', en: 'Planned on' }, value: ({ plannedOn }) => plannedOn },
  { name: { zh: '间隔', en: 'Interval' }, value: ({ interval }) => interval },
  { name: { zh: '依据', en: 'Rule' }, width: 24, value: ({ rule }) => rule },
  { name: { zh: '完成日', en: 'Done on' }, value: ({ doneOn }) => doneOn },
];
