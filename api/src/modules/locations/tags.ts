import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { TagState } from './judge.ts';

/**
 * The states of these badges, locked until the end of the transaction, always in the same order. State from before the
 * present binding belongs to another person and is dropped.
 */
export async function lockTags(
  tx: Transaction,
  badges: readonly string[],
): Promise<Map<string, TagState>> {
  const rows = await sqlIn(tx)<Prisma.LocationTagModel>(Prisma.sql`
    SELECT badge, heard_at AS "heardAt", at, source, floor_plan AS "floorPlan", x, y, radius,
      area_id AS "areaId", areas, area_since AS "areaSince", is_out AS "isOut", kept_at AS "keptAt",
      intervals, suspect, battery
    FROM location_tag WHERE badge = ANY (${[...badges]}::text[]) ORDER BY badge FOR UPDATE`);
  const bound = await tx.badge.findMany({
    where: { badge: { in: rows.map(({ badge }) => badge) }, until: null },
    select: { badge: true, since: true },
  });
  const since = new Map(bound.map((one) => [one.badge, one.since]));
  const own = rows.filter(({ badge, heardAt }) => heardAt >= (since.get(badge) ?? heardAt));
  return new Map(own.map((row) => [row.badge, stateOf(row)]));
}

const stateOf = (row: Prisma.LocationTagModel): TagState => ({
  heardAt: row.heardAt.getTime(),
  at: row.at?.getTime() ?? null,
  source: row.source,
  place:
    row.x === null || row.y === null
      ? null
      : {
          floorPlan: row.floorPlan,
          x: row.x,
          y: row.y,
          radius: row.radius ?? 0,
          area: row.areaId,
          areas: row.areas,
        },
  areaSince: row.areaSince?.getTime() ?? null,
  isOut: row.isOut,
  keptAt: row.keptAt?.getTime() ?? null,
  intervals: row.intervals,
  suspect: row.suspect as TagState['suspect'],
  battery: row.battery,
});

/** Writes what is known of badges. */
export async function writeTags(
  tx: Transaction,
  tenant: string,
  tags: ReadonlyMap<string, TagState>,
): Promise<void> {
  const instant = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  const rows = [...tags]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([badge, { place, ...tag }]) => ({
      badge,
      heard_at: instant(tag.heardAt),
      at: instant(tag.at),
      crs: place !== null && place.floorPlan === null ? 'EPSG:4326' : 'local',
      source: tag.source,
      floor_plan: place?.floorPlan ?? null,
      x: place?.x ?? null,
      y: place?.y ?? null,
      radius: place?.radius ?? null,
      area_id: place?.area ?? null,
      areas: place?.areas ?? [],
      area_since: instant(tag.areaSince),
      is_out: tag.isOut,
      kept_at: instant(tag.keptAt),
      intervals: tag.intervals,
      suspect: tag.suspect,
      battery: tag.battery === null ? null : Math.round(tag.battery),
    }));
  await tx.$executeRaw`
    INSERT INTO location_tag (tenant_id, badge, heard_at, at, crs, source, floor_plan, x, y, radius,
      area_id, areas, area_since, is_out, kept_at, intervals, suspect, battery)
    SELECT ${tenant}, g.* FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS g (
      badge text, heard_at timestamptz, at timestamptz, crs text, source text, floor_plan text,
      x float8, y float8, radius float8, area_id text, areas text[], area_since timestamptz,
      is_out boolean, kept_at timestamptz, intervals integer[], suspect jsonb, battery integer)
    ON CONFLICT (tenant_id, badge) DO UPDATE SET
      heard_at = EXCLUDED.heard_at, at = EXCLUDED.at, crs = EXCLUDED.crs, source = EXCLUDED.source,
      floor_plan = EXCLUDED.floor_plan, x = EXCLUDED.x, y = EXCLUDED.y, radius = EXCLUDED.radius,
      area_id = EXCLUDED.area_id, areas = EXCLUDED.areas, area_since = EXCLUDED.area_since,
      is_out = EXCLUDED.is_out, kept_at = EXCLUDED.kept_at, intervals = EXCLUDED.intervals,
      suspect = EXCLUDED.suspect, battery = EXCLUDED.battery`;
}
