import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';

/* What other modules read of the fixes of a badge. */

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

/** The badges whose last place is on the plan and that were heard after an instant, in the order of their names. */
export const badgesHeardOn = async (
  tx: Transaction,
  floorPlan: string,
  after: Date,
): Promise<string[]> =>
  (
    await tx.locationTag.findMany({
      where: { floorPlan, heardAt: { gt: after } },
      select: { badge: true },
      orderBy: { badge: 'asc' },
    })
  ).map(({ badge }) => badge);

/** Those of the badges that were heard after an instant and are not out of the site. */
export const presentBadges = async (
  tx: Transaction,
  badges: readonly string[],
  after: Date,
): Promise<ReadonlySet<string>> =>
  new Set(
    (
      await tx.locationTag.findMany({
        where: { badge: { in: [...badges] }, isOut: false, heardAt: { gt: after } },
        select: { badge: true },
      })
    ).map(({ badge }) => badge),
  );

/** The areas at the last place of a badge. */
export const areasOfBadge = async (tx: Transaction, badge: string): Promise<readonly string[]> =>
  (await tx.locationTag.findFirst({ where: { badge }, select: { areas: true } }))?.areas ?? [];
