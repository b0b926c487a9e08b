import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Around, PlaceFix } from '../../platform/incident-chain.ts';
import { reachSql } from '../../platform/kit/reach.ts';
import { BADGE_TRACKING, inForceSince } from '../consent/gate.ts';

/** Outside of the areas of the incident: the largest distance from the act, metres. */
const NEAR_M = 15;
/** Of each person one fix in 5 s is read. */
const ONE_IN = Prisma.sql`date_bin('5 seconds', h.generated_at, 'epoch')`;
/** The most fixes of one answer: those of 34 people for the longest span. */
const MOST = 5_000;

/**
 * SQL, of `location_history h`: joins the wearer `p` at the time of the fix, and says whether the account may see where that
 * person was: within its reach, and with a consent to positioning that is in force. What cannot be is left out.
 */
export const wornBadges = Prisma.sql`JOIN badge b ON b.badge = h.provider_id AND b.since <= h.generated_at
    AND (b.until IS NULL OR h.generated_at < b.until)
  JOIN person p ON p.id = b.person_id JOIN department d ON d.id = p.department_id`;
export const mayBeSeen = (account: Account): Prisma.Sql => Prisma.sql`(
  NOT h.flags && ARRAY['impossible', 'off-plan']
  AND ${reachSql(account, 'location:read', {
    site: Prisma.sql`d.site`,
    department: Prisma.sql`p.department_id`,
    own: ({ person }) => Prisma.sql`p.id = ${person}`,
  })} AND ${inForceSince(Prisma.sql`p.id`, BADGE_TRACKING)} IS NOT NULL)`;

export interface NearFix extends PlaceFix {
  person: string;
}

/** A fix of a tag, of a person or a vehicle. */
export interface NearTagFix extends PlaceFix {
  tag: string;
}

/** Areas, or points with {@link NEAR_M} around them, within a span. */
export interface NearQuery extends Around {
  /** Most fixes of the answer. */
  most?: number;
}

const placeColumns = Prisma.sql`h.generated_at AS at,
        h.floor_plan AS "floorPlan", h.x, h.y, h.radius, h.area_id AS area, 'late' = ANY (h.flags) AS late`;

/** SQL condition on `location_history h`. */
function isNear({ areas, points, from, to }: NearQuery): Prisma.Sql {
  const of = (n: 0 | 1) => points.map(({ point }) => point[n] ?? 0);
  return Prisma.sql`h.generated_at BETWEEN ${from} AND ${to}
        AND (h.area_id = ANY (${[...areas]}::text[]) OR EXISTS (
          SELECT 1 FROM unnest(${points.map(({ floorPlan }) => floorPlan)}::text[], ${of(0)}::float8[], ${of(1)}::float8[])
            AS act (plan, x, y)
          WHERE act.plan = h.floor_plan AND (h.x - act.x) ^ 2 + (h.y - act.y) ^ 2 <= ${NEAR_M ** 2}::float8))`;
}

/**
 * The kept fixes of people in areas or near points within a span, of each one in five seconds (the most certain), in the order of
 * time: of those whom the account may see. Where there are too many, the latest are left out, those of all people alike.
 *
 * @returns the fixes, and whether there are more.
 * @throws Problem `auth.forbidden` without the right to positions.
 */
export async function fixesNear(
  tx: Transaction,
  account: Account,
  near: NearQuery,
): Promise<{ fixes: NearFix[]; more: boolean }> {
  const { areas, points, most = MOST } = near;
  if (areas.length + points.length === 0) return { fixes: [], more: false };
  const rows = await sqlIn(tx)<NearFix>(Prisma.sql`
    SELECT * FROM (
      SELECT DISTINCT ON (p.id, ${ONE_IN}) p.id AS person, ${placeColumns}
      FROM location_history h ${wornBadges}
      WHERE ${isNear(near)} AND ${mayBeSeen(account)}
      ORDER BY p.id, ${ONE_IN}, h.radius NULLS LAST, h.generated_at) f
    ORDER BY f.at, f.person LIMIT ${most + 1}`);
  return { fixes: rows.slice(0, most), more: rows.length > most };
}

/**
 * Kept fixes of tags, selected as by {@link fixesNear}. The caller passes only tags that the account may see.
 *
 * @returns at most `most` fixes in the order of time, and whether there are more.
 */
export async function tagFixesNear(
  tx: Transaction,
  tags: readonly string[],
  near: NearQuery,
): Promise<{ fixes: NearTagFix[]; more: boolean }> {
  const { areas, points, most = MOST } = near;
  if (tags.length === 0 || areas.length + points.length === 0) return { fixes: [], more: false };
  const rows = await sqlIn(tx)<NearTagFix>(Prisma.sql`
    SELECT * FROM (
      SELECT DISTINCT ON (h.provider_id, ${ONE_IN}) h.provider_id AS tag, ${placeColumns}
      FROM location_history h
      WHERE h.provider_id = ANY (${[...tags]}::text[]) AND ${isNear(near)}
        AND NOT h.flags && ARRAY['impossible', 'off-plan']
      ORDER BY h.provider_id, ${ONE_IN}, h.radius NULLS LAST, h.generated_at) f
    ORDER BY f.at, f.tag LIMIT ${most + 1}`);
  return { fixes: rows.slice(0, most), more: rows.length > most };
}
