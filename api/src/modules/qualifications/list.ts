import { DateTime } from 'luxon';
import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { EXPORT_MOST, exportList } from '../../platform/kit/list-export.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import { reachSql } from '../../platform/kit/reach.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Column } from '../../platform/kit/spreadsheet.ts';
import { allOf, anyOf, containsSql } from '../../platform/kit/sql.ts';
import type { Records } from './records.ts';
import type { exportListQuery, ListQuery, QualificationView, qualificationPage } from './schema.ts';
import { typeNames } from './words.ts';

const byEnd = listOrder('qualifications by end', 'asc', { ends: 'text', id: 'id' });
const last = Prisma.sql`least(q.valid_until, q.review_due_on)`;
const columns = {
  ends: Prisma.sql`coalesce(${last}::text, '9999-12-31')`,
  id: Prisma.sql`q.id`,
};

/** The register of qualifications: those that end first come first; and the same as a spreadsheet. */
export function createList(options: { units: Units; records: Records; timeZone: string }) {
  const { units, records, timeZone } = options;

  const reach = (user: User) =>
    reachSql(user.account, 'qualification:read', {
      site: Prisma.sql`d.site`,
      department: Prisma.sql`p.department_id`,
      own: ({ person }) => Prisma.sql`p.id = ${person}`,
    });
  const from = Prisma.sql`FROM qualification q
    JOIN person p ON p.tenant_id = q.tenant_id AND p.id = q.person_id
    JOIN department d ON d.tenant_id = p.tenant_id AND d.id = p.department_id`;

  async function page(tx: Transaction, user: User, query: ListQuery) {
    const now = new Date();
    const today = DateTime.fromJSDate(now, { zone: timeZone }).toISODate() as string;
    const state = stateSql(today, now);
    const { q, type, category, department, ends } = query;
    const found = await sqlIn(tx)<{ id: string; ends: string }>(Prisma.sql`
      SELECT q.id, ${columns.ends} AS ends ${from}
      WHERE ${allOf([
        reach(user),
        // Of people who left, the register keeps the records; the lists are of those who work here.
        Prisma.sql`p.status = 'active'`,
        ...containsSql(q, [Prisma.sql`p.name`, Prisma.sql`p.employee_no`]),
        ...anyOf(Prisma.sql`q.type`, type),
        ...anyOf(Prisma.sql`q.category`, category),
        ...anyOf(state, query.state),
        ...(department === undefined ? [] : [Prisma.sql`p.department_id = ${department}`]),
        ...(ends === undefined
          ? []
          : [
              Prisma.sql`${state} = 'valid' AND ${last} <= ${today}::date + ${Number(ends)}::int AND NOT ${isRenewed(today, now)}`,
            ]),
        byEnd.beyondSql(byEnd.after(query.cursor), columns),
      ])} ORDER BY ${byEnd.bySql(columns)} LIMIT ${query.limit + 1}`);
    const { rows, next } = byEnd.page(found, query.limit);
    const full = await tx.qualification.findMany({
      where: { id: { in: rows.map(({ id }) => id) } },
      include: records.include,
    });
    const byId = new Map(full.map((row) => [row.id, row]));
    const inOrder = rows.flatMap(({ id }) => byId.get(id) ?? []);
    return { items: await records.show(tx, user, inOrder, { withFiles: false, now }), next };
  }

  return {
    list: (user: User, query: ListQuery): Promise<z.infer<typeof qualificationPage>> =>
      units.run(user, async ({ tx }) => {
        const { items, next } = await page(tx, user, query);
        const [count] = await sqlIn(tx)<{ waiting: number }>(Prisma.sql`
          SELECT count(*)::int AS waiting ${from}
          WHERE q.status = 'waiting' AND p.status = 'active' AND ${reach(user)}`);
        return { items, next, waiting: count?.waiting ?? 0 };
      }),

    /** The register as a spreadsheet, by the same filters. */
    export: (user: User, { lang, format, ...filter }: z.infer<typeof exportListQuery>) =>
      units.run(user, async (unit) => {
        const { items } = await page(unit.tx, user, { ...filter, limit: EXPORT_MOST + 1 });
        return exportList(unit, {
          entity: 'qualification',
          format,
          language: lang,
          timeZone,
          fileName: 'qualifications',
          title: { zh: '人员资质', en: 'Qualifications' },
          columns: exportColumns(lang),
          items,
          filter,
        });
      }),
  };
}

const suspendedSql = (row: 'q' | 'o', now: Date) => Prisma.sql`EXISTS (
  SELECT 1 FROM qualification_suspension s WHERE s.tenant_id = ${Prisma.raw(row)}.tenant_id
    AND s.qualification_id = ${Prisma.raw(row)}.id AND s.from_at <= ${now}
    AND (s.until_at IS NULL OR s.until_at > ${now}))`;

/** The state of `qualification q` on a day and at an instant; as `stateAt` says it. */
const stateSql = (today: string, now: Date) => Prisma.sql`CASE
  WHEN q.status <> 'counted' THEN q.status
  WHEN q.revoked_at <= ${now} THEN 'revoked'
  WHEN ${last} < ${today}::date THEN 'expired'
  WHEN ${suspendedSql('q', now)} THEN 'suspended'
  WHEN q.valid_from > ${today}::date THEN 'not-yet'
  ELSE 'valid' END`;

/** Another one of the same person and category takes the place of `qualification q`; as `replaces` says it. */
const isRenewed = (today: string, now: Date) => Prisma.sql`EXISTS (SELECT 1 FROM qualification o
  WHERE o.tenant_id = q.tenant_id AND o.person_id = q.person_id AND o.type = q.type
    AND o.category = q.category AND o.id <> q.id AND o.status = 'counted' AND o.revoked_at IS NULL
    AND coalesce(o.level, 0) >= coalesce(q.level, 0)
    AND coalesce(least(o.valid_until, o.review_due_on), 'infinity') > ${last}
    AND o.valid_from <= greatest(${today}::date, ${last} + 1)
    AND NOT ${suspendedSql('o', now)})`;

const exportColumns = (language: 'zh' | 'en'): Column<QualificationView>[] => [
  { name: { zh: '姓名', en: 'Person' }, value: ({ person }) => person.name },
  { name: { zh: '工号', en: 'Employee number' }, value: ({ person }) => person.employeeNo },
  {
    name: { zh: '部门', en: 'Department' },
    width: 18,
    value: ({ department }) => department[language],
  },
  { name: { zh: '类型', en: 'Type' }, width: 20, value: ({ type }) => typeNames[type][language] },
  {
    name: { zh: '类别', en: 'Category' },
    width: 24,
    value: ({ categoryName }) => categoryName[language],
  },
  { name: { zh: '等级', en: 'Level' }, value: ({ level }) => level },
  { name: { zh: '证号', en: 'Number' }, width: 24, value: ({ number }) => number },
  { name: { zh: '发证机关', en: 'Issued by' }, width: 24, value: ({ issuer }) => issuer },
  { name: { zh: '发证日期', en: 'Issued on' }, value: ({ issuedOn }) => issuedOn },
  { name: { zh: '生效日期', en: 'Valid from' }, value: ({ validFrom }) => validFrom },
  { name: { zh: '有效期至', en: 'Valid until' }, value: ({ validUntil }) => validUntil },
  { name: { zh: '复审截止', en: 'Review due' }, value: ({ reviewDueOn }) => reviewDueOn },
  { name: { zh: '健康结论', en: 'Medical result' }, value: ({ result }) => result },
  { name: { zh: '状态', en: 'State' }, value: ({ state }) => state },
];
