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

/**
 * At most so many, over the whole way: the first, the last, and every change of area as far as they are not too many. What is
 * left out is left out evenly, so that the end of a way is shown as well as its begin.
 *
 * @param most 2 at least.
 */
export function thinned(points: readonly WayPoint[], most: number): WayPoint[] {
  if (points.length <= most) return [...points];
  const kept: number[] = [];
  const others: number[] = [];
  for (const [i, { area, floorPlan }] of points.entries()) {
    const before = points[i - 1];
    const isChange = before?.area !== area || before?.floorPlan !== floorPlan;
    (isChange || i === points.length - 1 ? kept : others).push(i);
  }
  const chosen =
    kept.length >= most
      ? evenly(kept, most)
      : [...kept, ...evenly(others, most - kept.length)].sort((a, b) => a - b);
  return chosen.flatMap((i) => points[i] ?? []);
}

/** So many of a list, at even steps. Of more than one, the first and the last are among them. */
function evenly(list: readonly number[], count: number): number[] {
  if (list.length <= count) return [...list];
  const step = (list.length - 1) / Math.max(1, count - 1);
  return Array.from({ length: count }, (_, i) => list[Math.round(i * step)] as number);
}
