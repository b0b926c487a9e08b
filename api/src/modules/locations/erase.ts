import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { blankNotices } from '../../platform/notices/blank.ts';

/** Whose data goes, where what they did not agree to was collected. */
export interface Collected {
  /** SQL: stretches in which the person wore badges: `badge`, `since`, `until`; an `until` of null: still. */
  worn: Prisma.Sql;
  /** SQL: which conditions `c` of badges are of the person. */
  conditions: Prisma.Sql;
  /** What stands in the place of the text of notices. */
  why: Bilingual;
}

/** SQL: an instant is in a stretch `w`. */
const within = (at: Prisma.Sql) =>
  Prisma.sql`(${at} >= w.since AND (w.until IS NULL OR ${at} < w.until))`;

/** Notices of conditions name the person and the area. */
export const blankConditions = (
  tx: Transaction,
  conditions: readonly { id: string }[],
  why: Bilingual,
) =>
  blankNotices(
    tx,
    'badge-condition',
    conditions.map(({ id }) => id),
    why,
  );

/**
 * Removes the hand-overs of a person's badges. That of the other wearer stays without this badge. The badge stays suspect:
 * who wears it is still to be looked at, also where the person agrees again. What stays names its binding alone.
 */
export async function eraseHandOvers(
  tx: Transaction,
  { worn, conditions, why }: Collected,
): Promise<number> {
  const handOver = Prisma.sql`c.kind = 'hand-over'`;
  await sqlIn(tx)(Prisma.sql`
    INSERT INTO badge_suspect (tenant_id, badge_id, since)
    SELECT DISTINCT b.tenant_id, b.id, c.begun_at FROM (${worn}) w
    JOIN badge_condition c ON w.badge IN (c.badge, c.about) AND ${within(Prisma.sql`c.begun_at`)}
    -- Who got the badge since then, and is looked after by the same condition, too.
    JOIN badge b ON b.badge = w.badge AND (b.until IS NULL OR b.until > c.begun_at)
    WHERE ${handOver} AND c.ended_at IS NULL
    ON CONFLICT DO NOTHING`);
  const own = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    DELETE FROM badge_condition c WHERE ${handOver} AND ${conditions} RETURNING id`);
  await sqlIn(tx)(Prisma.sql`
    UPDATE badge_condition c SET about = NULL FROM (${worn}) w
    WHERE ${handOver} AND w.badge = c.about AND ${within(Prisma.sql`c.begun_at`)}`);
  await blankConditions(tx, own, why);
  return own.length;
}

/**
 * SQL: a condition `c` is a call for help that goes on, or that people were not told of yet. It is heard without a consent, too
 * (PIPL article 13), so it stays where a consent ends; the person is named, and no place.
 */
const isCallInForce = Prisma.sql`(c.kind = 'sos' AND (c.ended_at IS NULL OR c.told_at IS NULL))`;

/** Removes the text of notices of calls in force, as it has a place, and sends new ones for calls that are not acknowledged. */
async function tellCallsAgain(tx: Transaction, { conditions, why }: Collected): Promise<void> {
  const calls = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    UPDATE badge_condition c SET told_at = CASE WHEN c.acknowledged_at IS NULL THEN NULL ELSE c.told_at END
    WHERE ${isCallInForce} AND ${conditions} RETURNING c.id`);
  await blankConditions(tx, calls, why);
}

/**
 * Removes what the positions of a person's badges left: those that are kept, the last ones, and the conditions. What was
 * collected by a consent ends with it, and so does what was collected by that of another person (PIPL article 47). A call for help
 * that goes on stays, as it is heard of those who do not agree: without a place.
 *
 * @returns how many positions were removed.
 */
export async function erasePositions(tx: Transaction, collected: Collected): Promise<number> {
  const { worn, conditions, why } = collected;
  const remove = (table: Prisma.Sql, badge: Prisma.Sql, at: Prisma.Sql) =>
    tx.$executeRaw`DELETE FROM ${table} l USING (${worn}) w WHERE ${badge} = w.badge AND ${within(at)}`;
  const [byProvider, generated] = [Prisma.sql`l.provider_id`, Prisma.sql`l.generated_at`];
  const history = await remove(Prisma.sql`location_history`, byProvider, generated);
  const latest = await remove(Prisma.sql`location_latest`, byProvider, generated);
  await remove(Prisma.sql`location_tag`, Prisma.sql`l.badge`, Prisma.sql`l.heard_at`);
  await eraseHandOvers(tx, collected);
  const gone = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    DELETE FROM badge_condition c WHERE c.kind <> 'hand-over' AND NOT ${isCallInForce} AND (${conditions}
      OR EXISTS (SELECT 1 FROM (${worn}) w WHERE w.badge = c.about AND ${within(Prisma.sql`c.begun_at`)})) RETURNING id`);
  await blankConditions(tx, gone, why);
  await tellCallsAgain(tx, collected);
  return history + latest;
}
