import type { Way } from './presence-api.ts';

/** Without a position for so long, the place is not known, ms. As the API ends stays. */
const gap = 5 * 60_000;

type Point = Way['points'][number];
/** One that has a position; the read of a portal has none. */
type Placed = Point & { position: [number, number] };
const isPlaced = (point: Point): point is Placed => point.position !== null;

/**
 * Where the person was: the newest position that is not after the time.
 *
 * @param at ms since the epoch.
 * @returns null before the first one, and where the newest is older than five minutes.
 */
export function pointAt(points: readonly Point[], at: number): Point | null {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Date.parse(points[middle]!.at) <= at) low = middle + 1;
    else high = middle;
  }
  const found = points[low - 1];
  return found && at - Date.parse(found.at) <= gap ? found : null;
}

/** The lines of a way on one plan: a new one after each gap, and after each time on another plan. */
export function linesOn(points: readonly Point[], floorPlan: string): Placed[][] {
  const lines: Placed[][] = [];
  let last: Point | null = null;
  for (const point of points.filter(isPlaced)) {
    if (point.floorPlan === floorPlan) {
      const goes =
        last?.floorPlan === floorPlan && Date.parse(point.at) - Date.parse(last.at) <= gap;
      if (goes) lines.at(-1)!.push(point);
      else lines.push([point]);
    }
    last = point;
  }
  return lines;
}
