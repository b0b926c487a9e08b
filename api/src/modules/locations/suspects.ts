import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';

/** SQL: the badges of hand-overs in view that no person has looked at yet. */
const suspects = Prisma.sql`
  SELECT c.badge FROM badge_condition c WHERE c.kind = 'hand-over' AND c.ended_at IS NULL
  UNION SELECT c.about FROM badge_condition c
    WHERE c.kind = 'hand-over' AND c.ended_at IS NULL AND c.about IS NOT NULL`;

/** Badges that may be no name until a person has looked: each was handed over in view. */
export async function suspectBadges(tx: Transaction): Promise<string[]> {
  const rows = await sqlIn(tx)<{ badge: string }>(Prisma.sql`${suspects} ORDER BY 1`);
  return rows.map(({ badge }) => badge);
}

/** Those of some handles whose badge had been handed over in view when a worker named them, with no person's look since. */
export async function suspectHandles(
  tx: Transaction,
  handles: readonly string[],
  said: Date,
): Promise<Set<string>> {
  if (handles.length === 0) return new Set();
  const rows = await sqlIn(tx)<{ handle: string }>(Prisma.sql`
    SELECT h.handle FROM badge_handle h JOIN badge b ON b.id = h.badge_id
    WHERE h.handle = ANY (${[...handles]}::text[]) AND EXISTS (SELECT 1 FROM badge_condition c
      WHERE c.kind = 'hand-over' AND c.ended_at IS NULL AND b.badge IN (c.badge, c.about)
        AND c.begun_at <= ${said})`);
  return new Set(rows.map(({ handle }) => handle));
}
