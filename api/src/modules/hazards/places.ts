import type { Transaction } from '../../platform/database.ts';
import { Problem } from '../../platform/errors.ts';

type Point = readonly [number, number];

/** Whether a point lies in a polygon (even-odd rule); a point on its edge may count either way. */
export function isInside([x, y]: Point, polygon: readonly Point[]): boolean {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [xi, yi] = polygon[i]!;
    const [xj, yj] = polygon[j]!;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

const areaOf = (polygon: readonly Point[]) =>
  Math.abs(
    polygon.reduce((sum, [x, y], i) => {
      const [nextX, nextY] = polygon[(i + 1) % polygon.length]!;
      return sum + x * nextY - nextX * y;
    }, 0),
  ) / 2;

export interface Place {
  areaId: string | null;
  floorPlan: string | null;
  position: Point | null;
  /** The department that the area belongs to. */
  areaDepartment: string | null;
}

/**
 * Where a report is from. Where only a position is given, it is the smallest area around it; where
 * only an area is given, its floor plan.
 *
 * @throws Problem `hazard.place-unknown` for a place that is not on record.
 */
export async function findPlace(
  tx: Transaction,
  where: {
    site: string;
    areaId?: string | undefined;
    floorPlan?: string | undefined;
    position?: Point | undefined;
  },
): Promise<Place> {
  const { site, areaId, position } = where;
  const known = await tx.site.findFirst({ where: { id: site }, select: { id: true } });
  if (!known) throw new Problem('hazard.place-unknown', `There is no site "${site}".`);
  const floorPlan = where.floorPlan ?? null;
  if (areaId !== undefined) {
    const area = await tx.area.findFirst({ where: { id: areaId, site } });
    if (!area) {
      throw new Problem(
        'hazard.place-unknown',
        `There is no area "${areaId}" at the site "${site}".`,
      );
    }
    return {
      areaId,
      floorPlan: floorPlan ?? area.floorPlan,
      position: position ?? null,
      areaDepartment: area.departmentId,
    };
  }
  if (!position) return { areaId: null, floorPlan, position: null, areaDepartment: null };
  const areas = await tx.area.findMany({ where: { site, floorPlan, active: true } });
  const around = areas
    .map((area) => ({ area, polygon: (area.polygon ?? []) as unknown as Point[] }))
    .filter(({ polygon }) => polygon.length > 2 && isInside(position, polygon))
    .sort((a, b) => areaOf(a.polygon) - areaOf(b.polygon));
  const area = around[0]?.area;
  return {
    areaId: area?.id ?? null,
    floorPlan,
    position,
    areaDepartment: area?.departmentId ?? null,
  };
}
