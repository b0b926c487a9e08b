import type { Transaction } from '../../platform/db/database.ts';

/** The areas that have a point in use at their way in. */
export async function areasWithDoor(tx: Transaction): Promise<Set<string>> {
  const rows = await tx.gatePoint.findMany({
    where: { active: true, areaId: { not: null }, direction: 'entry' },
    select: { areaId: true },
  });
  return new Set(rows.flatMap(({ areaId }) => areaId ?? []));
}
