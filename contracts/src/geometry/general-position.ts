import type { Point } from '../primitives.ts';

/** Shoelace formula; positive where the points run counter-clockwise with y up. */
export function signedArea(polygon: readonly Point[]): number {
  let twice = 0;
  polygon.forEach(([x, y], i) => {
    const [nx, ny] = polygon[(i + 1) % polygon.length]!;
    twice += x * ny - nx * y;
  });
  return twice / 2;
}

/**
 * True if there are four points of which no three are collinear (area below 0.1 % of the extent's): what a
 * homography needs.
 */
export function hasQuadrilateral(points: readonly Point[]): boolean {
  const xs = points.map((p) => p[0]);
  const ys = points.map((p) => p[1]);
  const extent = Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
  const flat = (a: Point, b: Point, c: Point) =>
    Math.abs(signedArea([a, b, c])) < 1e-3 * extent * extent;
  const n = points.length;
  for (let a = 0; a < n; a++)
    for (let b = a + 1; b < n; b++)
      for (let c = b + 1; c < n; c++) {
        if (flat(points[a]!, points[b]!, points[c]!)) continue;
        for (let d = c + 1; d < n; d++) {
          const p = points[d]!;
          if (
            !flat(points[a]!, points[b]!, p) &&
            !flat(points[a]!, points[c]!, p) &&
            !flat(points[b]!, points[c]!, p)
          ) {
            return true;
          }
        }
      }
  return false;
}
