import { contains, distanceTo } from '../locations/areas.ts';

export type Point = readonly [x: number, y: number];
export type Polygon = readonly Point[];

/** Metres to the border of an area, positive inside. */
export const depthIn = (polygon: Polygon, point: Point): number =>
  distanceTo(polygon, point) * (contains(polygon, point) ? 1 : -1);

/** The rectangle around an area, metres. */
export interface Box {
  readonly from: Point;
  readonly to: Point;
}

export function boxOf(polygon: Polygon): Box {
  const [xs, ys] = [polygon.map(([x]) => x), polygon.map(([, y]) => y)];
  return { from: [Math.min(...xs), Math.min(...ys)], to: [Math.max(...xs), Math.max(...ys)] };
}

/** Whether the rectangle around a straight way comes within so many metres of a box. */
export const reachesBox = (
  { from, to }: Box,
  a: { x: number; y: number },
  b: { x: number; y: number },
  metres: number,
): boolean =>
  Math.max(a.x, b.x) >= from[0] - metres &&
  Math.min(a.x, b.x) <= to[0] + metres &&
  Math.max(a.y, b.y) >= from[1] - metres &&
  Math.min(a.y, b.y) <= to[1] + metres;

/**
 * Where a straight way is inside an area.
 *
 * @returns the first and the last share of the way, 0 to 1, at which it is inside; null where it never is.
 */
export function sharesInside(
  polygon: Polygon,
  from: Point,
  to: Point,
): { enter: number; leave: number } | null {
  const shares: number[] = [];
  polygon.forEach((a, i) => {
    const b = polygon[(i + 1) % polygon.length] as Point;
    const share = crossing(from, to, a, b);
    if (share !== null) shares.push(share);
  });
  if (shares.length < 2) return null;
  return { enter: Math.min(...shares), leave: Math.max(...shares) };
}

/** The share of the way from `p` to `q` at which it crosses the edge from `a` to `b`. */
function crossing(p: Point, q: Point, a: Point, b: Point): number | null {
  const [dx, dy] = [q[0] - p[0], q[1] - p[1]];
  const [ex, ey] = [b[0] - a[0], b[1] - a[1]];
  const cross = dx * ey - dy * ex;
  if (cross === 0) return null;
  const t = ((a[0] - p[0]) * ey - (a[1] - p[1]) * ex) / cross;
  const u = ((a[0] - p[0]) * dy - (a[1] - p[1]) * dx) / cross;
  return t >= 0 && t <= 1 && u >= 0 && u <= 1 ? t : null;
}

/**
 * Metres of the shortest way between two points outside of an area that goes around it: along the hull of area and
 * points, on its shorter side.
 */
export function metresAround(polygon: Polygon, from: Point, to: Point): number {
  const hull = hullOf([...polygon, from, to]);
  const index = (point: Point) => hull.findIndex(([x, y]) => x === point[0] && y === point[1]);
  const [start, end] = [index(from), index(to)];
  // One that is within the hull, in a corner of the area: the straight way is the least.
  if (start < 0 || end < 0) return between(from, to);
  const along = (step: 1 | -1) => {
    let metres = 0;
    for (let i = start; i !== end; ) {
      const next = (i + step + hull.length) % hull.length;
      metres += between(hull[i] as Point, hull[next] as Point);
      i = next;
    }
    return metres;
  };
  return Math.min(along(1), along(-1));
}

export const between = (a: Point, b: Point): number => Math.hypot(b[0] - a[0], b[1] - a[1]);

/** By the monotone chain of Andrew. */
function hullOf(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (ordered: readonly Point[]) => {
    const chain: Point[] = [];
    for (const point of ordered) {
      while (chain.length > 1 && !isLeft(chain.at(-2) as Point, chain.at(-1) as Point, point)) {
        chain.pop();
      }
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half([...sorted].reverse())];
}

const isLeft = (a: Point, b: Point, c: Point): boolean =>
  (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) > 0;
