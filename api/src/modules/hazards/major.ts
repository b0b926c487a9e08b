import type { Transaction } from '../../platform/db/database.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    majorHazards: typeof majorHazards;
  }
}

/** The serious hazards that are open, by area; null for one at no area. It counts from the day on which it was reported. */
export async function majorHazards(
  tx: Transaction,
): Promise<{ id: string; area: string | null; since: Date }[]> {
  const rows = await tx.hazard.findMany({
    where: { level: 'major', closedAt: null },
    select: { id: true, areaId: true, reportedAt: true },
  });
  return rows.map(({ id, areaId: area, reportedAt: since }) => ({ id, area, since }));
}
