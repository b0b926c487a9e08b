import { Prisma } from '../../generated/prisma/client.ts';
import { Problem } from '../../platform/http/errors.ts';

type Point = readonly [number, number];

/** Whether a point is in a polygon (even-odd rule); a point on its edge may count either way. */
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
  areaName: { zh: string; en: string } | null;
  /** The department of the area. */
  areaDepartment: string | null;
}

/** A place as declared. */
export interface Where {
  site: string;
  areaId?: string | undefined;
  floorPlan?: string | undefined;
  position?: Point | undefined;
}

/** The stored place: the named area, or those of the floor plan of a position. */
export interface Ground {
  hasSite: boolean;
  areas: {
    id: string;
    name: { zh: string; en: string };
    floorPlan: string | null;
    departmentId: string | null;
    polygon: Point[] | null;
  }[];
}

/** Inputs of {@link placeOf}, as columns of a statement. */
export function groundOf({ site, areaId, floorPlan, position }: Where): Prisma.Sql {
  const asked = position !== undefined || areaId !== undefined;
  return Prisma.sql`
    EXISTS (SELECT FROM site WHERE id = ${site}) AS "hasSite",
    (SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'name', name, 'floorPlan', floor_plan,
        'departmentId', department_id, 'polygon', polygon)), '[]')
      FROM area WHERE ${asked} AND site = ${site} AND CASE WHEN ${areaId}::text IS NULL
        THEN active AND floor_plan IS NOT DISTINCT FROM ${floorPlan} ELSE id = ${areaId} END) AS areas`;
}

/**
 * The place of a report. For a position alone, the smallest area around it; for an area alone, its
 * floor plan.
 *
 * @throws Problem `hazard.place-unknown` for an unknown place.
 */
export function placeOf(where: Where, { hasSite, areas }: Ground): Place {
  const { site, areaId, position } = where;
  if (!hasSite) throw new Problem('hazard.place-unknown', `There is no site "${site}".`);
  const floorPlan = where.floorPlan ?? null;
  if (areaId !== undefined) {
    const [area] = areas;
    if (!area) {
      throw new Problem(
        'hazard.place-unknown',
        `There is no area "${areaId}" at the site "${site}".`,
      );
    }
    return {
      areaId,
      areaName: area.name,
      floorPlan: floorPlan ?? area.floorPlan,
      position: position ?? null,
      areaDepartment: area.departmentId,
    };
  }
  if (!position) {
    return { areaId: null, areaName: null, floorPlan, position: null, areaDepartment: null };
  }
  const around = areas
    .map((area) => ({ area, polygon: area.polygon ?? [] }))
    .filter(({ polygon }) => polygon.length > 2 && isInside(position, polygon))
    .sort((a, b) => areaOf(a.polygon) - areaOf(b.polygon));
  const area = around[0]?.area;
  return {
    areaId: area?.id ?? null,
    areaName: area?.name ?? null,
    floorPlan,
    position,
    areaDepartment: area?.departmentId ?? null,
  };
}
