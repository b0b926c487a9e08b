import type { Stay, WayPoint } from './schema.ts';

/** Without a position for so long, it is not said that the person stayed, ms. */
export const GAP_MS = 5 * 60_000;

/** The stays of a way: one after the other, an area each. Pure. */
export function staysOf(points: readonly WayPoint[]): Stay[] {
  const stays: Stay[] = [];
  for (const { at, floorPlan, area } of points) {
    const last = stays.at(-1);
    const isNear = last && Date.parse(at) - Date.parse(last.to) <= GAP_MS;
    // Until the next position the person was where the last one says.
    if (last && isNear) last.to = at;
    if (last && isNear && last.area === area && last.floorPlan === floorPlan) continue;
    stays.push({ area, floorPlan, from: at, to: at });
  }
  return stays;
}

/** At most so many, evenly taken; the first, the last and every change of area stay. */
export function thinned(points: readonly WayPoint[], most: number): WayPoint[] {
  if (points.length <= most) return [...points];
  const every = Math.ceil(points.length / most);
  return points
    .filter(
      ({ area }, i) => i % every === 0 || i === points.length - 1 || points[i - 1]?.area !== area,
    )
    .slice(0, most);
}
