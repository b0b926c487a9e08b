import type { FloorPoint, Homography } from '../types.ts';

/** A point in the picture, in pixels. */
export type PixelPoint = readonly [u: number, v: number];

/** Projects a point of the floor into the picture. */
export function toPicture(h: Homography, [x, y]: FloorPoint): PixelPoint {
  const row = (i: number): number => h[i]! * x + h[i + 1]! * y + h[i + 2]!;
  const w = row(6);
  return [row(0) / w, row(3) / w];
}

/** Clips a polygon to the picture (Sutherland-Hodgman). */
export function clipToPicture(
  polygon: readonly PixelPoint[],
  width: number,
  height: number,
): PixelPoint[] {
  // Each edge of the picture as axis, position and inner side.
  const edges = [
    [0, 0, 1],
    [0, width, -1],
    [1, 0, 1],
    [1, height, -1],
  ] as const;
  let points = [...polygon];
  for (const [axis, at, side] of edges) {
    const inside = (p: PixelPoint): boolean => (p[axis] - at) * side >= 0;
    points = points.flatMap((to, i) => {
      const from = points.at(i - 1)!;
      const cut: PixelPoint[] = [];
      if (inside(from) !== inside(to)) {
        const t = (at - from[axis]) / (to[axis] - from[axis]);
        cut.push([from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1])]);
      }
      return inside(to) ? [...cut, to] : cut;
    });
  }
  return points;
}

/** Whether a floor point lies in a polygon. */
export function isInside(polygon: readonly FloorPoint[], [x, y]: FloorPoint): boolean {
  let inside = false;
  polygon.forEach(([ax, ay], i) => {
    const [bx, by] = polygon.at(i - 1)!;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  });
  return inside;
}

export type Crossing = 'left-to-right' | 'right-to-left';

/** How a step from `a` to `b` crosses the line, seen from `from` towards `to`; null if it doesn't. */
export function crossing(
  line: { readonly from: FloorPoint; readonly to: FloorPoint },
  a: FloorPoint,
  b: FloorPoint,
): Crossing | null {
  const side = (p: FloorPoint, q: FloorPoint, r: FloorPoint): number =>
    (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
  const before = side(line.from, line.to, a);
  const after = side(line.from, line.to, b);
  if (before > 0 === after > 0) return null;
  if (side(a, b, line.from) > 0 === side(a, b, line.to) > 0) return null;
  return before > 0 ? 'left-to-right' : 'right-to-left';
}
