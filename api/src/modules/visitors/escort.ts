import type { Transaction } from '../../platform/db/database.ts';
import { areasOfBadge, lastHeard } from '../locations/of-badge.ts';

/** Maximum age of the host's last position, ms: an older one does not prove that the host is still there. */
const HEARD_MS = 5 * 60_000;

/** Whether the host of a visitor who is on site is in the area by the own badge. A host who is not tracked, or not heard of, is in none. */
export async function isAccompanied(
  tx: Transaction,
  person: string,
  area: string,
): Promise<boolean> {
  const visits = await tx.visit.findMany({
    where: { personId: person, state: 'arrived' },
    select: { hostId: true },
  });
  const worn = await tx.badge.findMany({
    where: { personId: { in: visits.map(({ hostId }) => hostId) }, until: null },
    select: { badge: true },
  });
  const heard = await lastHeard(
    tx,
    worn.map(({ badge }) => badge),
  );
  for (const [badge, { isOut, heardAt }] of heard) {
    if (isOut || heardAt.getTime() < Date.now() - HEARD_MS) continue;
    if ((await areasOfBadge(tx, badge)).includes(area)) return true;
  }
  return false;
}
