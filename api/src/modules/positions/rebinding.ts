import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { dayAt } from './handles.ts';

/** A handle and the binding that it was of. */
export interface HandleKept {
  handle: string;
  badgeId: string;
}

/**
 * Gives the handles of a stretch of days to the binding that has the stretch now. A handle of a day on which both wore the
 * badge is resolved for the time of the new binding alone: late statements about the rest of that day name nobody.
 *
 * @returns those that changed, as they were.
 */
export async function moveHandles(
  tx: Transaction,
  timeZone: string,
  change: { from: string; to: string; since: Date; until: Date | null },
): Promise<HandleKept[]> {
  const { from, to, since, until } = change;
  if (from === to) return [];
  const [first, last] = [dayAt(timeZone, since), until && dayAt(timeZone, until)];
  const which = Prisma.sql`badge_id = ${from} AND day >= ${first}::date
    AND (${last}::date IS NULL OR day <= ${last}::date)`;
  const rows = await sqlIn(tx)<{ handle: string }>(
    Prisma.sql`UPDATE badge_handle SET badge_id = ${to} WHERE ${which} RETURNING handle`,
  );
  return rows.map(({ handle }) => ({ handle, badgeId: from }));
}

/** Puts handles back; one that was cut since, as a consent ended, stays cut. */
export async function handlesBack(tx: Transaction, rows: readonly HandleKept[]): Promise<void> {
  for (const { handle, badgeId } of rows) {
    await sqlIn(tx)(Prisma.sql`
      UPDATE badge_handle h SET badge_id = ${badgeId} WHERE h.handle = ${handle} AND h.badge_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM badge_handle o WHERE o.badge_id = ${badgeId} AND o.day = h.day
          AND o.withdrawn_at IS NULL AND h.withdrawn_at IS NULL)`);
  }
}
