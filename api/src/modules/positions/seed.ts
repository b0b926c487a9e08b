import { newId } from '../../platform/db/ids.ts';
import type { DemoParts } from '../seeds.ts';

/** The portals of the simulated plant: middle and half of the width of their lines, metres. */
const portals = [
  { source: 'cell-gate', x: 12, y: 9.2, radius: 0.9 },
  { source: 'aisle-line', x: 24.3, y: 7.6, radius: 1.1 },
  // Of the gate for vehicles: inside, and outside on the way out.
  { source: 'truck-gate-in', x: 24.3, y: 3, radius: 2, isPortal: true },
  { source: 'truck-gate-out', x: 24.3, y: 1.5, radius: 2, isPortal: true, isExit: true },
] as const;

/** Adds the places of the demonstration's readers where none was ever given to them. */
export const seedDemo = ({ database, tenant }: DemoParts): Promise<void> =>
  database.transaction({ tenant, user: null }, async (tx) => {
    if ((await tx.readerPlace.count()) > 0) return;
    await tx.readerPlace.createMany({
      data: portals.map((one) => ({
        tenantId: tenant,
        id: newId(),
        floorPlan: 'main-hall',
        ...one,
      })),
      skipDuplicates: true,
    });
  });
