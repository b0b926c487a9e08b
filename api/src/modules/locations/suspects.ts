import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';

/** SQL: the badges of hand-overs in view that no person has looked at yet, with the time of the hand-over. */
const suspects = Prisma.sql`
  SELECT c.badge, c.begun_at AS since FROM badge_condition c WHERE c.kind = 'hand-over' AND c.ended_at IS NULL
  UNION SELECT c.about, c.begun_at FROM badge_condition c
    WHERE c.kind = 'hand-over' AND c.ended_at IS NULL AND c.about IS NOT NULL
  UNION SELECT b.badge, s.since FROM badge_suspect s JOIN badge b ON b.id = s.badge_id
    WHERE s.ended_at IS NULL AND b.until IS NULL`;

/** Badges that may be no name until a person has looked: each was handed over in view. */
export async function suspectBadges(tx: Transaction): Promise<string[]> {
  const rows = await sqlIn(tx)<{ badge: string }>(
    Prisma.sql`SELECT DISTINCT badge FROM (${suspects}) s ORDER BY 1`,
  );
  return rows.map(({ badge }) => badge);
}

/**
 * The handles of the two days before a day, of badges that were handed over since then. A worker that tells a hand-over of
 * such a day again hears by them that it is known.
 *
 * @param day at the site, `2026-11-28`.
 */
export async function earlierSuspects(tx: Transaction, day: string): Promise<string[]> {
  const rows = await sqlIn(tx)<{ handle: string }>(Prisma.sql`
    SELECT DISTINCT h.handle FROM (${suspects}) s JOIN badge b ON b.badge = s.badge
    JOIN badge_handle h ON h.badge_id = b.id
    WHERE s.since > now() - interval '3 days' AND h.day >= ${day}::date - 2 AND h.day < ${day}::date
    ORDER BY 1`);
  return rows.map(({ handle }) => handle);
}

/**
 * Those of some handles whose badge had been handed over in view when a worker named them, and that no person had looked
 * at by then: a look that came later does not make what was said before it right.
 */
export async function suspectHandles(
  tx: Transaction,
  handles: readonly string[],
  said: Date,
): Promise<Set<string>> {
  if (handles.length === 0) return new Set();
  const rows = await sqlIn(tx)<{ handle: string }>(Prisma.sql`
    SELECT h.handle FROM badge_handle h JOIN badge b ON b.id = h.badge_id
    WHERE h.handle = ANY (${[...handles]}::text[]) AND (
      EXISTS (SELECT 1 FROM badge_condition c
        WHERE c.kind = 'hand-over' AND b.badge IN (c.badge, c.about)
          AND c.begun_at <= ${said} AND (c.ended_at IS NULL OR c.ended_at > ${said}))
      OR EXISTS (SELECT 1 FROM badge_suspect s
        WHERE s.badge_id = b.id AND s.since <= ${said} AND (s.ended_at IS NULL OR s.ended_at > ${said})))`);
  return new Set(rows.map(({ handle }) => handle));
}
