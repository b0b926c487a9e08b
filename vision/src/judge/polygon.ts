import type { Box, Point } from '@anshi/contracts';

/** Where a person stands: the middle of the lower edge of the box. */
export function footPoint([left, , right, bottom]: Box): Point {
  return [(left + right) / 2, bottom];
}

/** Zones are drawn up to the edge of the picture, whose last pixels belong to them, pixels. */
const EDGE = 2;

/**
 * Where a person stands, for zones: whoever is cut off by the edge of the picture stands at it, as
 * far as anybody can see, and not outside of every zone.
 *
 * @param picture width and height, in the pixels of the box.
 */
export function placeInPicture(box: Box, [width, height]: readonly [number, number]): Point {
  const [x, y] = footPoint(box);
  return [Math.max(EDGE, Math.min(width - EDGE, x)), Math.max(EDGE, Math.min(height - EDGE, y))];
}

/**
 * Even-odd rule with half-open edges: two polygons that share an edge never both hold a point on
 * it, and each holds it or its neighbour does.
 */
export function insidePolygon([x, y]: Point, polygon: readonly Point[]): boolean {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [xi, yi] = polygon[i]!;
    const [xj, yj] = polygon[j]!;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}
