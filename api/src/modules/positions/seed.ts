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

/** Three corners of the hall on the earth: 28 m of longitude and 16 m of latitude. */
const corners = [
  { latitude: 31.81, longitude: 119.97, x: 0, y: 0 },
  { latitude: 31.81, longitude: 119.970296, x: 28, y: 0 },
  { latitude: 31.810144, longitude: 119.97, x: 0, y: 16 },
];

/** Adds the places of the demonstration's readers, and where its hall is on the earth, where none was ever given to them. */
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
    await tx.planReference.createMany({
      data: [{ tenantId: tenant, floorPlan: 'main-hall', points: corners }],
      skipDuplicates: true,
    });
  });
