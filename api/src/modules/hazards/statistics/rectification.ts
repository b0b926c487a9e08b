import { Prisma } from '../../../generated/prisma/client.ts';
import type { Account } from '../../../platform/access/account.ts';
import type { Transaction } from '../../../platform/db/database.ts';
import { counted, onTime, overdue, type Scope } from './rows.ts';
import type { GroupBy, Rectification, RectificationRow } from './schema.ts';

type Bilingual = { zh: string; en: string };
const NOWHERE: Record<GroupBy, Bilingual> = {
  department: { zh: '未分派', en: 'Not assigned yet' },
  type: { zh: '未分类', en: 'No type' },
  level: { zh: '未定级', en: 'Not reviewed yet' },
  month: { zh: '未知', en: 'Unknown' },
  area: { zh: '未标注区域', en: 'No area' },
};
const LEVELS: Record<string, Bilingual> = {
  general: { zh: '一般隐患', en: 'General' },
  major: { zh: '重大隐患', en: 'Major' },
};

interface Counted {
  key: string | null;
  name: Bilingual | null;
  reported: number;
  accepted: number;
  closed: number;
  closedOnTime: number;
  overdue: number;
  hours: number;
}

/** Rectification rate, speed and punctuality (整改率). */
export async function findRectification(
  tx: Transaction,
  account: Account,
  scope: Scope & { by: GroupBy },
  timeZone: string,
): Promise<Rectification> {
  const { key, name, join } = groupOf(scope.by, timeZone);
  const rows = await tx.$queryRaw<Counted[]>`
    SELECT s.*, ${name} AS name FROM (
      SELECT ${key} AS key, count(*)::int AS reported,
        (count(*) FILTER (WHERE h.level IS NOT NULL))::int AS accepted,
        (count(*) FILTER (WHERE h.outcome = 'closed'))::int AS closed,
        (count(*) FILTER (WHERE h.outcome = 'closed' AND ${onTime}))::int AS "closedOnTime",
        (count(*) FILTER (WHERE ${overdue}))::int AS overdue,
        coalesce(sum(extract(epoch FROM h.closed_at - h.reported_at)) FILTER (WHERE h.outcome = 'closed'), 0)::float8 / 3600 AS hours
      FROM hazard h WHERE ${counted(account, scope)}
      GROUP BY 1
    ) s ${join} ORDER BY s.key NULLS LAST`;
  const items = rows.map((row) => rates({ ...row, name: nameOf(scope.by, row) }));
  const sum = (of: keyof Counted) => rows.reduce((total, row) => total + Number(row[of]), 0);
  const total = rates({
    key: null,
    name: { zh: '合计', en: 'Total' },
    reported: sum('reported'),
    accepted: sum('accepted'),
    closed: sum('closed'),
    closedOnTime: sum('closedOnTime'),
    overdue: sum('overdue'),
    hours: sum('hours'),
  });
  return { items, total };
}

function groupOf(by: GroupBy, timeZone: string) {
  const table = (column: string, from: string) => ({
    key: Prisma.sql`h.${Prisma.raw(column)}`,
    name: Prisma.sql`n.name`,
    join: Prisma.sql`LEFT JOIN ${Prisma.raw(from)} n ON n.id = s.key`,
  });
  const none = { name: Prisma.sql`NULL::jsonb`, join: Prisma.empty };
  switch (by) {
    case 'department':
      return table('department_id', 'department');
    case 'type':
      return table('type', 'hazard_type');
    case 'area':
      return table('area_id', 'area');
    case 'level':
      return { key: Prisma.sql`h.level`, ...none };
    case 'month':
      return {
        key: Prisma.sql`to_char(h.reported_at AT TIME ZONE ${timeZone}, 'YYYY-MM')`,
        ...none,
      };
  }
}

function nameOf(by: GroupBy, { key, name }: Counted): Bilingual {
  if (key === null) return NOWHERE[by];
  if (by === 'level') return LEVELS[key] ?? { zh: key, en: key };
  return name ?? { zh: key, en: key };
}

function rates({ hours, ...row }: Counted & { name: Bilingual }): RectificationRow {
  const share = (part: number, whole: number) => (whole === 0 ? null : part / whole);
  return {
    ...row,
    rate: share(row.closed, row.accepted),
    onTimeRate: share(row.closedOnTime, row.closed),
    meanHours: share(hours, row.closed),
  };
}
