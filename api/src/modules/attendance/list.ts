import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { EXPORT_MOST, exportList } from '../../platform/kit/list-export.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import { reachSql } from '../../platform/kit/reach.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Column } from '../../platform/kit/spreadsheet.ts';
import { allOf, anyOf, containsSql } from '../../platform/kit/sql.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { Platform } from '../../platform/module.ts';
import { personWithin } from '../people/service.ts';
import { dayOf, type Source } from './derive.ts';
import type * as schema from './schema.ts';
import { type DayQuery, type DayRow, type DayState, dayStates } from './schema.ts';
import { readSiteSettings } from './settings.ts';
import { type DayColumns, daySql, readDays, showDay, stateSql } from './view.ts';

const byNumber = listOrder('attendance by number', 'asc', { employeeNo: 'text' });
const number = { employeeNo: Prisma.sql`r."employeeNo"` };
type Filter = Omit<DayQuery, 'limit' | 'cursor'>;

interface Row extends DayColumns {
  id: string;
  name: string;
  employeeNo: string;
  departmentId: string;
  department: Bilingual;
}

/** The people within reach with their day: those who work here, and those who did that day. A visitor is not expected to clock in. */
const people = (
  account: Account,
  { day, department, q, source }: Omit<Filter, 'state'>,
) => Prisma.sql`
  SELECT p.id, p.name, p.employee_no AS "employeeNo", p.department_id AS "departmentId", d.name AS department,
    ${daySql}, ${stateSql(new Date())} AS state
  FROM person p JOIN department d ON d.id = p.department_id
  LEFT JOIN attendance_day ad ON ad.person_id = p.id AND ad.day = ${day}::date
  WHERE ${allOf([
    Prisma.sql`((p.status = 'active' AND p.kind <> 'visitor') OR ad.person_id IS NOT NULL)`,
    reachSql(account, 'attendance:read', {
      site: Prisma.sql`d.site`,
      department: Prisma.sql`p.department_id`,
      own: ({ person }) => Prisma.sql`p.id = ${person}`,
    }),
    ...anyOf(Prisma.sql`p.department_id`, department === undefined ? [] : [department]),
    ...containsSql(q, [Prisma.sql`p.name`, Prisma.sql`p.employee_no`]),
    ...(source === undefined ? [] : [Prisma.sql`${source}::text = ANY (ad.sources)`]),
  ])}`;

/** The attendance of a day of the people within reach, and the same as a spreadsheet. */
export function createDayList({ units, settings }: Pick<Platform, 'units' | 'settings'>) {
  const { timeZone } = settings;

  async function page(tx: Transaction, account: Account, query: DayQuery) {
    const { limit, cursor, state, ...filter } = query;
    const found = await sqlIn(tx)<Row>(Prisma.sql`
      SELECT r.* FROM (${people(account, filter)}) r WHERE ${allOf([
        ...anyOf(Prisma.sql`r.state`, state),
        byNumber.beyondSql(byNumber.after(cursor), number),
      ])} ORDER BY ${byNumber.bySql(number)} LIMIT ${limit + 1}`);
    const { rows, next } = byNumber.page(found, limit);
    const items = rows.map((row): DayRow => {
      const { id, name, employeeNo, departmentId, department } = row;
      const person = { id, name, employeeNo, department: { id: departmentId, name: department } };
      return { person, ...showDay(row, query.day) };
    });
    return { items, next };
  }

  /** The requested day, today by default, in the time zone of the account's site. */
  async function asked(tx: Transaction, { account }: User, day: string | undefined) {
    const { zone } = (await readSiteSettings(tx, timeZone))(account.site ?? '');
    return { zone, day: day ?? dayOf(Date.now(), zone) };
  }

  return {
    list: (
      user: User,
      given: z.infer<typeof schema.dayQuery>,
    ): Promise<z.infer<typeof schema.dayPage>> =>
      units.run(user, async ({ tx }) => {
        const { zone, day } = await asked(tx, user, given.day);
        const query = { ...given, day };
        const counted = await sqlIn(tx)<{ state: DayState; n: number }>(Prisma.sql`
          SELECT r.state, count(*)::int AS n FROM (${people(user.account, query)}) r GROUP BY 1`);
        const counts = Object.fromEntries(dayStates.map((one) => [one, 0])) as Record<
          DayState,
          number
        >;
        for (const { state, n } of counted) counts[state] = n;
        return { ...(await page(tx, user.account, query)), day, zone, counts };
      }),

    export: (user: User, { lang, format, ...given }: z.infer<typeof schema.dayExport>) =>
      units.run(user, async (unit) => {
        const { zone, day } = await asked(unit.tx, user, given.day);
        const filter = { ...given, day };
        const { items } = await page(unit.tx, user.account, { ...filter, limit: EXPORT_MOST + 1 });
        return exportList(unit, {
          entity: 'attendance-day',
          format,
          language: lang,
          timeZone: zone,
          fileName: `attendance-${filter.day}`,
          title: { zh: '考勤', en: 'Attendance' },
          columns: columns(lang),
          items,
          filter,
        });
      }),

    /** The day of one person with the events that it is made of. @throws Problem `person.unknown`. */
    ofPerson: (user: User, id: string, day: string): Promise<z.infer<typeof schema.personDay>> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const row = await personWithin(tx, user.account, 'attendance:read', id);
        const { name, employeeNo, departmentId } = row;
        const [own] = await readDays(tx, id, { from: day, until: day });
        const department = await tx.department.findFirstOrThrow({ where: { id: departmentId } });
        const { zone } = (await readSiteSettings(tx, timeZone))(department.site ?? '');
        await unit.audit({ action: 'view', entity: 'attendance-day', id, person: id });
        const named = { id: departmentId, name: department.name as Bilingual };
        return { person: { id, name, employeeNo, department: named }, zone, day: own ?? null };
      }),
  };
}

const stateTexts: Readonly<Record<DayState, Bilingual>> = {
  in: { zh: '在岗', en: 'in' },
  done: { zh: '已下班', en: 'out' },
  'missing-out': { zh: '缺下班卡', en: 'time out missing' },
  'missing-in': { zh: '缺上班卡', en: 'time in missing' },
  'not-clocked': { zh: '未打卡', en: 'not clocked' },
};
const sourceTexts: Readonly<Record<Source, Bilingual>> = {
  app: { zh: '手机', en: 'app' },
  position: { zh: '定位', en: 'position' },
  import: { zh: '导入', en: 'import' },
  correction: { zh: '补卡', en: 'correction' },
};
const columns = (language: 'zh' | 'en'): Column<DayRow>[] => [
  { name: { zh: '日期', en: 'Day' }, value: ({ day }) => day },
  {
    name: { zh: '工号', en: 'Employee number' },
    width: 16,
    value: ({ person }) => person.employeeNo,
  },
  { name: { zh: '姓名', en: 'Name' }, width: 16, value: ({ person }) => person.name },
  {
    name: { zh: '部门', en: 'Department' },
    width: 20,
    value: ({ person }) => person.department.name[language],
  },
  { name: { zh: '状态', en: 'State' }, value: ({ state }) => stateTexts[state][language] },
  {
    name: { zh: '上班', en: 'In' },
    width: 18,
    value: ({ firstIn }) => (firstIn ? new Date(firstIn) : null),
  },
  {
    name: { zh: '下班', en: 'Out' },
    width: 18,
    value: ({ lastOut }) => (lastOut ? new Date(lastOut) : null),
  },
  {
    name: { zh: '在岗分钟', en: 'Minutes present' },
    value: ({ presentMinutes }) => presentMinutes,
  },
  {
    name: { zh: '方式', en: 'How' },
    width: 20,
    value: (row) => row.sources.map((one) => sourceTexts[one][language]).join(', '),
  },
  {
    name: { zh: '时间存疑', en: 'Time in doubt' },
    value: ({ flagged }) => (flagged ? { zh: '是', en: 'yes' }[language] : null),
  },
];
