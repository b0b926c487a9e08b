/** An area of a floor plan, by its outline in metres. */
export interface PlanArea {
  readonly id: string;
  readonly floorPlan: string;
  readonly polygon: readonly (readonly [number, number])[];
}

/** A position is believed to be in an area whose border is at most so far away, metres. */
const MOST_TOLERANCE = 2;

type Point = readonly [number, number];

/**
 * In which areas of its plan a position is.
 *
 * @param radius that holds 95 % of such positions, metres.
 * @returns `within`: the smallest area that contains it, null for none; `maybe`: all that it may be in, as its
 *   border is not farther than the radius (2 m at most). Who works near a border is not sent away by it.
 */
export function areasAt(
  areas: readonly PlanArea[],
  floorPlan: string,
  position: Point,
  radius: number,
): { within: string | null; maybe: string[] } {
  const tolerance = Math.min(radius, MOST_TOLERANCE);
  let within: { id: string; size: number } | null = null;
  const maybe: string[] = [];
  for (const { id, floorPlan: plan, polygon } of areas) {
    if (plan !== floorPlan || polygon.length < 3) continue;
    const isInside = contains(polygon, position);
    if (isInside || distanceTo(polygon, position) <= tolerance) maybe.push(id);
    if (!isInside) continue;
    const size = sizeOf(polygon);
    if (within === null || size < within.size) within = { id, size };
  }
  return { within: within?.id ?? null, maybe: maybe.sort() };
}

/** By the even-odd rule. */
export function contains(polygon: readonly Point[], [x, y]: Point): boolean {
  let inside = false;
  for (const [[ax, ay], [bx, by]] of edgesOf(polygon)) {
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/** Metres to the nearest edge. */
export const distanceTo = (polygon: readonly Point[], [x, y]: Point): number =>
  Math.min(
    ...edgesOf(polygon).map(([[ax, ay], [bx, by]]) => {
      const [dx, dy] = [bx - ax, by - ay];
      const length = dx * dx + dy * dy;
      const along = length === 0 ? 0 : ((x - ax) * dx + (y - ay) * dy) / length;
      const t = Math.max(0, Math.min(1, along));
      return Math.hypot(x - ax - t * dx, y - ay - t * dy);
    }),
  );

const sizeOf = (polygon: readonly Point[]): number =>
  Math.abs(edgesOf(polygon).reduce((sum, [[ax, ay], [bx, by]]) => sum + ax * by - bx * ay, 0)) / 2;

const edgesOf = (polygon: readonly Point[]): [Point, Point][] =>
  polygon.map((point, i) => [point, polygon[(i + 1) % polygon.length] as Point]);
