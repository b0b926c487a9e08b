import type { Transaction } from '../../platform/db/database.ts';
import { areasOfBadge } from '../locations/of-badge.ts';

/** Whether the host of a visitor who is on site is in the area by the own badge. A host who is not tracked is in none. */
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
  for (const { badge } of worn) {
    if ((await areasOfBadge(tx, badge)).includes(area)) return true;
  }
  return false;
}
