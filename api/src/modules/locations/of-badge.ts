import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';

/* What other modules read of the fixes of a badge. */

/** A place older than this is not shown on a plan, ms. */
const SHOWN_MS = 5 * 60_000;

/** A stored fix on a floor plan: metres, the radius holds 95 %. */
export interface PlanFix {
  readonly at: Date;
  readonly source: string;
  readonly floorPlan: string;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** How it was located, such as `rfid`. */
  readonly type: string;
  /** Received later than its interval allows. */
  readonly late: boolean;
}

/**
 * The kept fixes of a badge on floor plans in the order of time, without impossible ones and those off the plan.
 *
 * @param span.after exclusive; `until` is inclusive, null for all since.
 */
export const planFixesOf = (
  tx: Transaction,
  badge: string,
  span: { after: Date; until: Date | null; floorPlan: string | null; limit: number | null },
): Promise<PlanFix[]> =>
  sqlIn(tx)<PlanFix>(Prisma.sql`
    SELECT generated_at AS at, source, floor_plan AS "floorPlan", x, y, coalesce(radius, 0) AS radius,
      provider_type AS type, 'late' = ANY (flags) AS late
    FROM location_history
    WHERE provider_id = ${badge} AND generated_at > ${span.after} AND x IS NOT NULL AND floor_plan IS NOT NULL
      AND (${span.until}::timestamptz IS NULL OR generated_at <= ${span.until})
      AND (${span.floorPlan}::text IS NULL OR floor_plan = ${span.floorPlan})
      AND NOT flags && ARRAY['impossible', 'off-plan']
    ORDER BY generated_at, source LIMIT ${span.limit}::integer`);

/**
 * The badges that were heard on the plan after an instant within a rectangle of it and so many metres around, in the order
 * of their names. A tag of a vehicle is no badge.
 */
export const badgesSeenIn = async (
  tx: Transaction,
  floorPlan: string,
  box: {
    from: readonly [x: number, y: number];
    to: readonly [x: number, y: number];
    margin: number;
  },
  after: Date,
): Promise<string[]> =>
  (
    await sqlIn(tx)<{ badge: string }>(Prisma.sql`
      SELECT t.badge FROM location_tag t
      WHERE t.heard_at > ${after}
        AND NOT EXISTS (SELECT 1 FROM vehicle_tag v WHERE v.tag = t.badge AND v.until IS NULL) AND EXISTS (SELECT 1 FROM location_history h
        WHERE h.provider_id = t.badge AND h.generated_at > ${after} AND h.floor_plan = ${floorPlan}
          AND h.x BETWEEN ${box.from[0] - box.margin} AND ${box.to[0] + box.margin}
          AND h.y BETWEEN ${box.from[1] - box.margin} AND ${box.to[1] + box.margin})
      ORDER BY t.badge`)
  ).map(({ badge }) => badge);

/** When badges were heard last, and whether they are out of the site; those that are not known are left out. */
export const lastHeard = async (
  tx: Transaction,
  badges: readonly string[],
): Promise<ReadonlyMap<string, { heardAt: Date; isOut: boolean }>> =>
  new Map(
    (
      await tx.locationTag.findMany({
        where: { badge: { in: [...badges] } },
        select: { badge: true, isOut: true, heardAt: true },
      })
    ).map(({ badge, ...heard }) => [badge, heard]),
  );

/** The areas at the last place of a badge. */
export const areasOfBadge = async (tx: Transaction, badge: string): Promise<readonly string[]> =>
  (await tx.locationTag.findFirst({ where: { badge }, select: { areas: true } }))?.areas ?? [];

/** The last places on floor plans of tags that were heard within the last minutes and are not out of the site. */
export async function placesOfTags(
  tx: Transaction,
  tags: readonly string[],
): Promise<ReadonlyMap<string, Pick<PlanFix, 'at' | 'floorPlan' | 'x' | 'y' | 'radius'>>> {
  const rows = await tx.locationTag.findMany({
    where: {
      badge: { in: [...tags] },
      isOut: false,
      at: { gt: new Date(Date.now() - SHOWN_MS) },
    },
  });
  return new Map(
    rows.flatMap(({ badge, at, floorPlan, x, y, radius }) =>
      at === null || floorPlan === null || x === null || y === null
        ? []
        : [[badge, { at, floorPlan, x, y, radius: radius ?? 0 }] as const],
    ),
  );
}

/**
 * The first position of a badge after an instant that was not read by one of these readers; null for none.
 *
 * @param but sources, each with its antennas.
 */
export async function firstFixAfter(
  tx: Transaction,
  badge: string,
  after: Date,
  but: readonly string[],
): Promise<{ at: Date; source: string } | null> {
  const [row] = await sqlIn(tx)<{ at: Date; source: string }>(Prisma.sql`
    SELECT l.generated_at AS at, l.source FROM location_history l
    WHERE l.provider_id = ${badge} AND l.generated_at > ${after} AND l.floor_plan IS NOT NULL
      AND NOT (l.source = ANY (${[...but]}::text[]) OR split_part(l.source, '/', 1) = ANY (${[...but]}::text[]))
    ORDER BY l.generated_at LIMIT 1`);
  return row ?? null;
}
