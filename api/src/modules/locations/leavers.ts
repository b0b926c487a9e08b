import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Received } from './intake.ts';

/**
 * SQL: the wearer `p` left with the badge of the last binding `b`, and did not return it. Of people who left before badges were
 * kept as owed: leaving ended it, and it was not handed in a day or more before.
 */
const leftWith = Prisma.sql`(p.status = 'left' AND b.until IS NOT NULL AND b.settled IS DISTINCT FROM 'returned'
  AND (b.owed_since IS NOT NULL OR p.left_on IS NULL OR b.until >= p.left_on - interval '1 day'))`;

/** SQL: the last binding of each badge. @param badges a condition on `o.badge`. */
const lastBindings = (badges: Prisma.Sql) => Prisma.sql`
  SELECT DISTINCT ON (o.badge) o.badge, o.person_id, o.until, o.owed_since, o.settled FROM badge o WHERE ${badges}
  ORDER BY o.badge, o.since DESC, o.id DESC`;

/** Since when badges are those of people who left with them, ms, by badge. */
async function leaversAmong(
  tx: Transaction,
  badges: readonly string[],
): Promise<Map<string, { person: string; since: number }>> {
  const rows = await sqlIn(tx)<{ badge: string; person: string; until: Date }>(Prisma.sql`
    SELECT b.badge, b.person_id AS person, b.until
    FROM (${lastBindings(Prisma.sql`o.badge = ANY (${[...badges]}::text[])`)}) b
    JOIN person p ON p.id = b.person_id WHERE ${leftWith}`);
  return new Map(
    rows.map(({ badge, person, until }) => [badge, { person, since: until.getTime() }]),
  );
}

/**
 * Takes out the fixes of badges with which their wearers left: a position would be that of a person who agreed to nothing any
 * more. That such a badge is read is a condition of it, without a place.
 *
 * @param isVehicle of names: what is the tag of a vehicle now is no badge.
 */
export async function withoutLeavers(
  tx: Transaction,
  tenant: string,
  received: readonly Received[],
  isVehicle: (names: readonly string[]) => Promise<ReadonlySet<string>>,
): Promise<{ left: readonly Received[]; says: boolean }> {
  if (received.length === 0) return { left: received, says: false };
  const badges = [...new Set(received.map(({ location }) => location.provider_id))];
  const leavers = await leaversAmong(tx, badges);
  if (leavers.size === 0) return { left: received, says: false };
  for (const name of await isVehicle([...leavers.keys()])) leavers.delete(name);
  const isOfLeaver = ({ location }: Received) => {
    const known = leavers.get(location.provider_id);
    return known !== undefined && Date.parse(location.timestamp_generated) >= known.since;
  };
  const found = received.filter(isOfLeaver);
  const begun = await begin(tx, tenant, found, leavers);
  return { left: received.filter((one) => !isOfLeaver(one)), says: begun > 0 };
}

async function begin(
  tx: Transaction,
  tenant: string,
  found: readonly Received[],
  leavers: ReadonlyMap<string, { person: string }>,
): Promise<number> {
  const first = new Map<string, string>();
  for (const { location } of found) {
    const { provider_id: badge, timestamp_generated: at } = location;
    if (!first.has(badge)) first.set(badge, at);
  }
  if (first.size === 0) return 0;
  const rows = [...first].sort(([a], [b]) => (a < b ? -1 : 1));
  return tx.$executeRaw`
    INSERT INTO badge_condition (tenant_id, id, badge, kind, person_id, begun_at)
    SELECT ${tenant}, u.id, u.badge, 'left', u.person, least(u.at::timestamptz(3), now()::timestamptz(3))
    FROM unnest(${rows.map(() => newId())}::text[], ${rows.map(([badge]) => badge)}::text[],
      ${rows.map(([badge]) => leavers.get(badge)?.person ?? null)}::text[],
      ${rows.map(([, at]) => at)}::text[]) AS u (id, badge, person, at)
    ON CONFLICT DO NOTHING`;
}

/** Ends the conditions of badges that are back, were given to another person, or whose wearer came back. */
export const endLeavers = (tx: Transaction): Promise<number> => tx.$executeRaw`
  UPDATE badge_condition c SET ended_at = greatest(c.begun_at, now()), ended_by = 'handed-in'
  WHERE c.kind = 'left' AND c.ended_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM (${lastBindings(Prisma.sql`o.badge IN (
      SELECT l.badge FROM badge_condition l WHERE l.kind = 'left' AND l.ended_at IS NULL)`)}) b
    JOIN person p ON p.id = b.person_id WHERE b.badge = c.badge AND ${leftWith})`;
