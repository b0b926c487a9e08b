import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Severity } from '../../platform/notices/types.ts';
import { depthIn, type Polygon } from '../fences/geometry.ts';
import type { VehicleCode } from './schema.ts';

/** What counts for vehicles in an area with an outline. */
export interface AreaRule {
  readonly area: string;
  readonly floorPlan: string;
  readonly polygon: Polygon;
  readonly restricted: boolean;
  readonly speedKmh: number | null;
  readonly severity: Severity;
  readonly dwellMs: number;
  /** Ms since the epoch. */
  readonly activeSince: number;
}

/** What is known of the vehicle of a tag. */
export interface Driven {
  readonly id: string;
  readonly plate: string;
  readonly departmentId: string;
  readonly machineId: string | null;
  readonly areas: readonly string[];
  readonly maxSpeedKmh: number | null;
  readonly status: string;
  /** The last day on which it may be used; text. */
  readonly validUntil: string | null;
  readonly onSite: boolean;
  readonly tag: string;
  /** Since when the tag is on it, ms since the epoch. */
  readonly since: number;
}

/** The rules of areas in use. */
export const readRules = async (tx: Transaction): Promise<AreaRule[]> =>
  (
    await sqlIn(tx)<Omit<AreaRule, 'activeSince'> & { activeSince: Date }>(Prisma.sql`
      SELECT r.area_id AS area, a.floor_plan AS "floorPlan", a.polygon, r.restricted, r.speed_kmh AS "speedKmh",
        r.severity, r.dwell_seconds * 1000 AS "dwellMs", r.active_since AS "activeSince"
      FROM vehicle_area r JOIN area a ON a.id = r.area_id AND a.active
      WHERE a.floor_plan IS NOT NULL AND a.polygon IS NOT NULL ORDER BY r.area_id`)
  ).map((rule) => ({ ...rule, activeSince: rule.activeSince.getTime() }));

/** The vehicles that have these tags now, by tag. */
export async function readDriven(
  tx: Transaction,
  tags: readonly string[],
): Promise<Map<string, Driven>> {
  const rows = await tx.vehicleTag.findMany({
    where: { tag: { in: [...tags] }, until: null },
    include: { vehicle: true },
  });
  return new Map(
    rows.map(({ tag, since, vehicle }) => [
      tag,
      {
        ...vehicle,
        validUntil: vehicle.validUntil?.toISOString().slice(0, 10) ?? null,
        tag,
        since: since.getTime(),
      },
    ]),
  );
}

/** Why a vehicle may not be used on a day, in an area or at all; empty where it may. */
export function refusalsOf(
  { status, validUntil, areas }: Pick<Driven, 'status' | 'validUntil' | 'areas'>,
  area: string | null,
  today: string,
): VehicleCode[] {
  return [
    ...(status === 'active' ? [] : (['blocked'] as const)),
    ...(validUntil !== null && validUntil < today ? (['expired'] as const) : []),
    ...(area !== null && !areas.includes(area) ? (['not-listed'] as const) : []),
  ];
}

/**
 * The limit at a place: the lowest of the vehicle and of the areas that it is clearly in. At a border the error of the
 * position decides nothing.
 */
export function limitAt(
  rules: readonly AreaRule[],
  maxSpeedKmh: number | null,
  place: { floorPlan: string; x: number; y: number; radius: number },
): { limit: number | null; area: string | null } {
  let [limit, area] = [maxSpeedKmh, null as string | null];
  for (const rule of rules) {
    if (rule.speedKmh === null || rule.floorPlan !== place.floorPlan) continue;
    if (limit !== null && limit <= rule.speedKmh) continue;
    if (depthIn(rule.polygon, [place.x, place.y]) < Math.min(place.radius, 2)) continue;
    [limit, area] = [rule.speedKmh, rule.area];
  }
  return { limit, area };
}
