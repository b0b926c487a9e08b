import { Prisma } from '../../../generated/prisma/client.ts';
import type { Account } from '../../../platform/access/account.ts';
import type { Transaction } from '../../../platform/db/database.ts';
import { counted, overdue, type Scope } from './rows.ts';
import type { HeatMap } from './schema.ts';

/** Half-life of a hazard's weight, in days. */
const HALF_LIFE_DAYS = 90;
const MAJOR_WEIGHS = 3;
const CLOSED_WEIGHS = 0.5;
/** Grid size in metres: points in one cell are merged, so that years of data stay small. */
const SQUARE = 0.5;

const weight = Prisma.sql`(CASE coalesce(h.level, h.suggested_level) WHEN 'major' THEN ${MAJOR_WEIGHS}::float8 ELSE 1 END
  * power(0.5, greatest(0, extract(epoch FROM now() - h.reported_at)::float8 / 86400) / ${HALF_LIFE_DAYS}::float8)
  * CASE WHEN h.closed_at IS NULL THEN 1 ELSE ${CLOSED_WEIGHS}::float8 END)`;

/** Hazards on the floor plan: one query for the points, one for the areas. */
export async function findHeatMap(
  tx: Transaction,
  account: Account,
  scope: Scope & { site: string },
): Promise<HeatMap> {
  const where = counted(account, scope);
  const points = await tx.$queryRaw<HeatMap['points']>`
    SELECT (floor(h.x / ${SQUARE}::float8) + 0.5) * ${SQUARE}::float8 AS x,
      (floor(h.y / ${SQUARE}::float8) + 0.5) * ${SQUARE}::float8 AS y,
      round(sum(${weight})::numeric, 3)::float8 AS weight
    FROM hazard h WHERE ${where} AND h.x IS NOT NULL
    GROUP BY 1, 2 ORDER BY weight DESC LIMIT 20000`;
  // A hazard counts for its area also without a marked position.
  const onPlan = scope.floorPlan
    ? Prisma.sql`AND (a.floor_plan = ${scope.floorPlan} OR a.floor_plan IS NULL)`
    : Prisma.empty;
  const areas = await tx.$queryRaw<HeatMap['areas']>`
    SELECT a.id, a.name, a.polygon, coalesce(s.count, 0)::int AS count,
      coalesce(s.open, 0)::int AS open, coalesce(s.overdue, 0)::int AS overdue,
      coalesce(s.score, 0)::float8 AS score
    FROM area a LEFT JOIN (
      SELECT h.area_id, count(*) AS count, count(*) FILTER (WHERE h.closed_at IS NULL) AS open,
        count(*) FILTER (WHERE ${overdue}) AS overdue,
        round(sum(${weight})::numeric, 3) AS score
      FROM hazard h WHERE ${counted(account, { ...scope, floorPlan: undefined })}
      GROUP BY h.area_id
    ) s ON s.area_id = a.id
    WHERE a.site = ${scope.site} ${onPlan} AND (a.active OR s.count IS NOT NULL)
    ORDER BY score DESC, a.id`;
  return { points, areas };
}
