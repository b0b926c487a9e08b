import type { Box, Point } from '@anshi/contracts';

/** The foot point: the middle of the lower edge of the box. */
export function footPoint([left, , right, bottom]: Box): Point {
  return [(left + right) / 2, bottom];
}

/** Tolerance for zones drawn up to the picture's edge, pixels. */
const EDGE = 2;

/**
 * The foot point for zones: for a person cut off by the picture's edge it lies on the edge, so that
 * a zone up to the edge contains it.
 *
 * @param picture width and height, in the pixels of the box.
 */
export function placeInPicture(box: Box, [width, height]: readonly [number, number]): Point {
  const [x, y] = footPoint(box);
  return [Math.max(EDGE, Math.min(width - EDGE, x)), Math.max(EDGE, Math.min(height - EDGE, y))];
}

/**
 * Even-odd rule with half-open edges: a point on the edge shared by two polygons is in exactly one
 * of them.
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
