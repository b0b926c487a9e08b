import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { BADGE_TRACKING, inForceSince } from '../consent/gate.ts';

interface Stretch {
  badge: string;
  person: string;
  from: Date;
  to: Date | null;
}

/** Positions of the badge in the stretch that its right wearer did not agree to when they were taken. */
const notAgreed = ({ badge, person, from, to }: Stretch) => Prisma.sql`
  l.provider_id = ${badge} AND l.generated_at >= ${from}
  AND (${to}::timestamptz IS NULL OR l.generated_at < ${to}::timestamptz)
  AND l.generated_at < coalesce(${inForceSince(Prisma.sql`${person}`, BADGE_TRACKING)}, 'infinity')`;

/** How many stored positions the right wearer of a badge did not agree to. */
export async function countNotAgreed(tx: Transaction, stretch: Stretch): Promise<number> {
  const [row] = await sqlIn(tx)<{ count: number }>(Prisma.sql`
    SELECT count(*)::int AS count FROM location_history l WHERE ${notAgreed(stretch)}`);
  return row?.count ?? 0;
}

/** Removes them: they were collected by the consent of another person (PIPL article 47). */
export async function eraseNotAgreed(tx: Transaction, stretch: Stretch): Promise<void> {
  await sqlIn(tx)(Prisma.sql`DELETE FROM location_history l WHERE ${notAgreed(stretch)}`);
  await sqlIn(tx)(Prisma.sql`DELETE FROM location_latest l WHERE ${notAgreed(stretch)}`);
}
