import type { Transaction } from '../../platform/db/database.ts';
import type { ReaderPlace } from './places.ts';

/** The places of readers, by the source of their locations. */
export async function readPlaces(tx: Transaction): Promise<Map<string, ReaderPlace>> {
  const rows = await tx.readerPlace.findMany();
  return new Map(
    rows.map(({ source, floorPlan, x, y, radius, isExit, isPortal, areaId }) => [
      source,
      {
        floorPlan,
        field: x === null || y === null || radius === null ? null : { centre: [x, y], radius },
        isExit,
        isPortal,
        area: areaId,
      },
    ]),
  );
}
