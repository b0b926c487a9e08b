import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import { historyOf } from '../../platform/kit/history.ts';
import { EXPORT_MOST, exportList } from '../../platform/kit/list-export.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Column } from '../../platform/kit/spreadsheet.ts';
import { allOf, anyOf, containsSql } from '../../platform/kit/sql.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { Platform } from '../../platform/module.ts';
import { kindTexts } from '../people/kind-words.ts';
import { contractorsOnSite, type OtherOnSite } from './others-on-site.ts';
import { deskReach, seesWatchList, visitReach } from './reach.ts';
import { showVisit, visitJoins, visitsWhere, visitWithin } from './rows.ts';
import type {
  onSiteExport,
  onSiteSchema,
  personChoices,
  VisitQuery,
  VisitView,
  visitPage,
} from './schema.ts';
import { dayAt, spanOf } from './times.ts';

const byTime = listOrder('visits by time', 'desc', { fromAt: 'time', id: 'id' });
const inTable = { fromAt: Prisma.sql`v.from_at`, id: Prisma.sql`v.id` };
const MOST_CHOICES = 10;

/** Visits as lists: of a day, who is on site, and who may be chosen. */
export function createVisitList({
  units,
  settings,
  features,
}: Pick<Platform, 'units' | 'settings' | 'features'>) {
  const { timeZone } = settings;
  const today = () => dayAt(new Date(), timeZone);
  const onDay = (day: string | undefined): Prisma.Sql[] => {
    if (day === undefined) return [];
    const { from, to } = spanOf(day, timeZone);
    return [
      Prisma.sql`v.from_at < ${to} AND coalesce(v.left_at,
        CASE WHEN v.state = 'arrived' THEN greatest(v.to_at, now()) ELSE v.to_at END) >= ${from}`,
    ];
  };

  async function onSite(user: User, limit: number): Promise<z.infer<typeof onSiteSchema>> {
    const now = new Date();
    const { account } = user;
    const sources = {
      attendance: await features.check('attendance'),
      gates: await features.check('gates'),
    };
    const { rows, others } = await units.run(user, async ({ tx }) => {
      const found = await visitsWhere(tx, account, {
        where: Prisma.sql`v.state = 'arrived' AND ${visitReach(account)}`,
        order: Prisma.sql`v.arrived_at, v.id`,
        limit,
        today: today(),
      });
      const visiting = new Set(found.map(({ personId }) => personId));
      const more = await contractorsOnSite(tx, account, { now, visiting, sources });
      return { rows: found, others: more };
    });
    const items = rows.map((row) => showVisit(row, account, now));
    const of = (kind: string) => items.filter(({ person }) => person.kind === kind).length;
    return {
      at: now.toISOString(),
      items,
      others,
      counts: {
        all: items.length + others.length,
        visitors: of('visitor'),
        contractors: of('contractor') + others.length,
        overdue: items.filter(({ overdue }) => overdue).length,
      },
    };
  }

  return {
    list: (user: User, query: VisitQuery): Promise<z.infer<typeof visitPage>> =>
      units.run(user, async ({ tx }) => {
        const { account } = user;
        const where = allOf([
          visitReach(account),
          ...onDay(query.day),
          ...anyOf(Prisma.sql`v.state`, query.state),
          ...containsSql(query.q, [
            Prisma.sql`p.name`,
            Prisma.sql`v.company`,
            Prisma.sql`h.name`,
            Prisma.sql`b.badge`,
          ]),
          byTime.beyondSql(byTime.after(query.cursor), inTable),
        ]);
        const found = await visitsWhere(tx, account, {
          where,
          order: byTime.bySql(inTable),
          limit: query.limit + 1,
          today: today(),
        });
        const { rows, next } = byTime.page(found, query.limit);
        const { from, to } = spanOf(today(), timeZone);
        const [counts] = await sqlIn(tx)<z.infer<typeof visitPage>['counts']>(Prisma.sql`
          SELECT count(*) FILTER (WHERE v.state = 'announced' AND v.from_at < ${to} AND v.to_at >= ${from})::int
              AS expected, count(*) FILTER (WHERE v.state = 'arrived')::int AS "onSite",
            count(*) FILTER (WHERE v.state = 'arrived' AND v.to_at < now())::int AS overdue
          FROM ${visitJoins} WHERE v.state IN ('announced', 'arrived') AND ${visitReach(account)}`);
        return {
          items: rows.map((row) => showVisit(row, account)),
          next,
          counts: counts ?? { expected: 0, onSite: 0, overdue: 0 },
        };
      }),

    get: (user: User, id: string): Promise<VisitView> =>
      units.run(user, async ({ tx, audit }) => {
        const row = await visitWithin(tx, user.account, id, today());
        await audit({ action: 'view', entity: 'visit', id, person: row.personId });
        return showVisit(row, user.account);
      }),

    history: (user: User, id: string) =>
      units.run(user, async ({ tx }) => {
        const { personName, mayReceive } = await visitWithin(tx, user.account, id, today());
        const { items } = await historyOf(tx, { visit: [[id, personName]] });
        // That the watch list found the visitor is for those who receive and decide.
        const maySee = mayReceive || seesWatchList(user.account);
        return { items: items.filter(({ action }) => maySee || action !== 'decide-watch') };
      }),

    onSite: (user: User) => onSite(user, EXPORT_MOST),

    /** The list of who is on site, for a roll call. */
    async exportOnSite(user: User, { lang, format }: z.infer<typeof onSiteExport>) {
      const { items, others } = await onSite(user, EXPORT_MOST + 1);
      return units.run(user, (unit) =>
        exportList(unit, {
          entity: 'visit',
          format,
          language: lang,
          timeZone,
          fileName: 'on-site',
          title: { zh: '在场名单', en: 'On site' },
          columns: columns(lang),
          items: [...items.map(lineOfVisit), ...others.map(lineOfOther)],
          filter: {},
        }),
      );
    },

    /** Visitors and contractors who were here before, for the reception; for others those who came to them. */
    known: (user: User, q: string): Promise<z.infer<typeof personChoices>> =>
      units.run(user, async ({ tx }) => ({
        items: await sqlIn(tx)(Prisma.sql`
          SELECT DISTINCT ON (p.name, p.id) p.id, p.name, p.employee_no AS "employeeNo", p.company
          FROM person p
          WHERE p.kind IN ('visitor', 'contractor') AND (p.kind = 'visitor' OR p.status = 'active')
            AND ${allOf(containsSql(q, [Prisma.sql`p.name`, Prisma.sql`p.company`]))}
            AND (p.host_id = ${user.account.person} OR EXISTS (SELECT 1 FROM ${visitJoins}
              WHERE v.person_id = p.id AND (v.host_id = ${user.account.person} OR ${deskReach(user.account)})))
          ORDER BY p.name, p.id LIMIT ${MOST_CHOICES}`),
      })),

    /** People who can be hosts, for the reception. */
    hosts: (user: User, q: string): Promise<z.infer<typeof personChoices>> =>
      units.run(user, async ({ tx }) => ({
        items: await sqlIn(tx)(Prisma.sql`
          SELECT h.id, h.name, h.employee_no AS "employeeNo", h.company
          FROM person h JOIN department hd ON hd.id = h.department_id
          WHERE h.status = 'active' AND h.kind <> 'visitor'
            AND ${allOf(containsSql(q, [Prisma.sql`h.name`, Prisma.sql`h.employee_no`]))}
            AND ${deskReach(user.account)}
          ORDER BY h.name, h.id LIMIT ${MOST_CHOICES}`),
      })),
  };
}

/** A line of the roll call. */
interface Line {
  name: string;
  kind: string;
  company: string | null;
  host: string | null;
  department: Bilingual;
  since: string | null;
  source: keyof typeof sourceWords;
  place: Bilingual | null;
  to: string | null;
  badge: string | null;
  areas: Bilingual[];
}
const sourceWords = {
  reception: { zh: '前台登记', en: 'Reception' },
  'clock-in': { zh: '打卡', en: 'Clocked in' },
  gate: { zh: '门禁放行', en: 'Let in by a door' },
} as const;
const lineOfVisit = (one: VisitView): Line => ({
  name: one.person.name,
  kind: one.person.kind,
  company: one.company,
  host: one.host.name,
  department: one.department.name,
  since: one.arrivedAt,
  source: 'reception',
  place: null,
  to: one.to,
  badge: one.badge?.badge ?? null,
  areas: one.areas.map(({ name }) => name),
});
const lineOfOther = (one: OtherOnSite): Line => ({
  name: one.person.name,
  kind: one.person.kind,
  company: one.company,
  host: one.host?.name ?? null,
  department: one.department.name,
  since: one.since,
  source: one.source,
  place: one.place,
  to: null,
  badge: null,
  areas: [],
});
const time = (instant: string | null) => (instant ? new Date(instant) : null);

const columns = (language: 'zh' | 'en'): Column<Line>[] => [
  { name: { zh: '姓名', en: 'Name' }, width: 20, value: ({ name }) => name },
  {
    name: { zh: '类别', en: 'Kind' },
    value: ({ kind }) => kindTexts[kind as keyof typeof kindTexts][language],
  },
  { name: { zh: '单位', en: 'Company' }, width: 26, value: ({ company }) => company },
  { name: { zh: '接待人', en: 'Host' }, width: 18, value: ({ host }) => host },
  {
    name: { zh: '部门', en: 'Department' },
    width: 18,
    value: ({ department }) => department[language],
  },
  { name: { zh: '到达', en: 'Since' }, width: 18, value: ({ since }) => time(since) },
  {
    name: { zh: '依据', en: 'Known by' },
    width: 22,
    value: ({ source, place }) =>
      [sourceWords[source][language], place?.[language]].filter(Boolean).join(' · '),
  },
  { name: { zh: '计划离开', en: 'Planned end' }, width: 18, value: ({ to }) => time(to) },
  { name: { zh: '工牌', en: 'Badge' }, width: 16, value: ({ badge }) => badge },
  {
    name: { zh: '可进入区域', en: 'Areas' },
    width: 30,
    value: ({ areas }) => areas.map((name) => name[language]).join(', '),
  },
];
