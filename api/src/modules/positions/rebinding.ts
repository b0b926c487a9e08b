import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { dayAt } from './handles.ts';

/**
 * Gives the handles of a stretch of days to the binding that has the stretch now, and those of later days to that of the time
 * after it. A handle of a day with two wearers resolves for the time of the new binding only: late statements
 * about the rest of that day resolve to no person.
 *
 * @param change.tail where the time after the stretch has another binding than before; null where it has not.
 */
export async function moveHandles(
  tx: Transaction,
  timeZone: string,
  change: { from: string; to: string; tail: string | null; since: Date; until: Date | null },
): Promise<void> {
  const { from, to, tail, since, until } = change;
  if (from === to) return;
  const [first, last] = [dayAt(timeZone, since), until && dayAt(timeZone, until)];
  await sqlIn(tx)(Prisma.sql`
    UPDATE badge_handle SET badge_id = ${to} WHERE badge_id = ${from} AND day >= ${first}::date
      AND (${last}::date IS NULL OR day <= ${last}::date)`);
  if (tail === null) return;
  await sqlIn(tx)(Prisma.sql`
    UPDATE badge_handle SET badge_id = ${tail} WHERE badge_id = ${from} AND day > ${last}::date`);
}

/**
 * Gives the handles of bindings that go to the one that stays. One that was cut, as a consent ended, stays cut. Of two of one
 * day the one of the binding that goes is used no more.
 */
export async function handlesBack(
  tx: Transaction,
  { gone, to }: { gone: readonly string[]; to: string },
): Promise<void> {
  await sqlIn(tx)(Prisma.sql`
    UPDATE badge_handle h SET withdrawn_at = now() WHERE h.badge_id = ANY (${[...gone]}::text[])
      AND h.withdrawn_at IS NULL AND EXISTS (SELECT 1 FROM badge_handle o
        WHERE o.tenant_id = h.tenant_id AND o.day = h.day AND o.withdrawn_at IS NULL AND o.handle <> h.handle
          AND (o.badge_id = ${to} OR (o.badge_id = ANY (${[...gone]}::text[]) AND o.handle < h.handle)))`);
  await sqlIn(tx)(Prisma.sql`
    UPDATE badge_handle SET badge_id = ${to} WHERE badge_id = ANY (${[...gone]}::text[])`);
}
