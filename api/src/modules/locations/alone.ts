import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';

/** A position older than this says nothing of where a badge is now, seconds. */
const FRESH_SECONDS = 90;

/** The one badge of an area, and its wearer. */
export interface Alone {
  badge: string;
  person: string;
  since: Date;
}

/**
 * Of some areas, those with exactly one badge: it is in the area since `before`, is worn by an active person, and no other
 * badge may be there within its accuracy. People who do not agree to badge-tracking have no position, so they are not seen.
 *
 * @param before it came into the area at this time or earlier.
 * @returns by area.
 */
export async function aloneInAreas(
  tx: Transaction,
  areas: readonly string[],
  before: Date,
): Promise<Map<string, Alone>> {
  if (areas.length === 0) return new Map();
  const rows = await sqlIn(tx)<Alone & { area: string }>(Prisma.sql`
    SELECT n.area, t.badge, b.person_id AS person, t.area_since AS since FROM (
      SELECT a.id AS area, min(g.badge) AS badge FROM unnest(${[...areas]}::text[]) AS a (id)
      JOIN location_tag g ON a.id = ANY (g.areas)
      WHERE NOT g.is_out AND g.at > now() - ${FRESH_SECONDS} * interval '1 second'
      GROUP BY a.id HAVING count(*) = 1) n
    JOIN location_tag t ON t.badge = n.badge AND t.area_id = n.area AND t.area_since <= ${before}
    JOIN badge b ON b.badge = t.badge AND b.until IS NULL AND b.since <= t.area_since
    JOIN person p ON p.id = b.person_id AND p.status = 'active'`);
  return new Map(rows.map(({ area, ...alone }) => [area, alone]));
}
