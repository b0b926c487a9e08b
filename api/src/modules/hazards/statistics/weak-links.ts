import { Prisma } from '../../../generated/prisma/client.ts';
import type { Account } from '../../../platform/access/account.ts';
import type { Transaction } from '../../../platform/db/database.ts';
import { type LinkCount, rankLinks } from './ranking.ts';
import { counted, onTime, overdue, type Scope } from './rows.ts';
import type { WeakLinks } from './schema.ts';

/** Days after closing within which the same kind at the same place is a recurrence. */
const RECURS_WITHIN_DAYS = 90;

/** High-risk areas and weak management (高频风险区域与管理薄弱环节). */
export async function findWeakLinks(
  tx: Transaction,
  account: Account,
  scope: Scope,
): Promise<WeakLinks> {
  const where = counted(account, scope);
  const counts = Prisma.sql`count(*)::int AS count,
    (count(*) FILTER (WHERE coalesce(h.level, h.suggested_level) = 'major'))::int AS major,
    (count(*) FILTER (WHERE h.recurred))::int AS recurred,
    (count(*) FILTER (WHERE ${overdue} OR (h.rectified_at IS NOT NULL AND NOT ${onTime})))::int AS overdue,
    (avg(extract(epoch FROM h.closed_at - h.reported_at)) FILTER (WHERE h.outcome = 'closed') / 3600)::float8 AS "meanHours"`;
  const rows = await tx.$queryRaw<(LinkCount & { bucket: number })[]>`
    WITH h AS MATERIALIZED (
      SELECT h.tenant_id, h.area_id, h.type, h.department_id, h.level, h.suggested_level, h.due_at,
        h.closed_at, h.reported_at, h.rectified_at, h.rectify_due_at, h.outcome,
        EXISTS (
          SELECT 1 FROM hazard b
          WHERE b.tenant_id = h.tenant_id AND b.area_id = h.area_id AND b.type = h.type
            AND b.closed_at < h.reported_at AND b.outcome = 'closed'
            AND b.closed_at >= h.reported_at - make_interval(days => ${RECURS_WITHIN_DAYS})
        ) AS recurred
      FROM hazard h WHERE ${where}
    ), g AS (
      SELECT h.area_id, h.type, h.department_id, grouping(h.department_id)::int AS bucket, ${counts}
      FROM h GROUP BY GROUPING SETS ((h.area_id, h.type), (h.department_id))
    )
    SELECT g.bucket, g.count, g.major, g.recurred, g.overdue, g."meanHours",
      CASE WHEN a.id IS NULL THEN NULL ELSE jsonb_build_object('id', a.id, 'name', a.name) END AS area,
      CASE WHEN t.id IS NULL THEN NULL ELSE jsonb_build_object('id', t.id, 'name', t.name) END AS type,
      CASE WHEN d.id IS NULL THEN NULL ELSE jsonb_build_object('id', d.id, 'name', d.name) END AS department
    FROM g
    LEFT JOIN area a ON a.id = g.area_id
    LEFT JOIN hazard_type t ON t.id = g.type
    LEFT JOIN department d ON d.id = g.department_id
    WHERE (g.bucket = 1 AND a.id IS NOT NULL) OR (g.bucket = 0 AND d.id IS NOT NULL)`;
  return {
    formula: FORMULA,
    places: rankLinks(
      'area-type',
      rows.filter(({ bucket }) => bucket === 1),
    ).slice(0, 100),
    departments: rankLinks(
      'department',
      rows.filter(({ bucket }) => bucket === 0),
    ).slice(0, 100),
  };
}

const FORMULA = {
  zh: '得分 = 100 ×（0.40 × 频次 + 0.25 × 复发率 + 0.20 × 超期率 + 0.15 × 整改时长）。频次：数量（重大隐患计 3）与榜内最大值之比；复发率：销号后 90 天内同一区域同类隐患再次出现的比例；超期率：超期未整改或超期提交的比例；整改时长：平均闭环时间与榜内最大值之比。同分时数量多者在前。',
  en: 'Score = 100 x (0.40 frequency + 0.25 recurrence + 0.20 overdue + 0.15 duration). Frequency: the number (a major hazard counts 3) over the greatest of the list. Recurrence: share that came back within 90 days after one of the same kind was closed at the same place. Overdue: share that is past its deadline or was handed in after it. Duration: mean time to the closing over the greatest of the list. Of equal scores the larger number comes first.',
};
