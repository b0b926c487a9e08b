import type { Box } from '@anshi/contracts';

/** Area of a box; 0 for an empty or inverted one. */
export function boxArea([left, top, right, bottom]: Box): number {
  return Math.max(0, right - left) * Math.max(0, bottom - top);
}

/** Area of the intersection of two boxes. */
export function sharedArea(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Intersection of two boxes; undefined where they do not overlap. */
export function intersection(a: Box, b: Box): Box | undefined {
  const shared: Box = [
    Math.max(a[0], b[0]),
    Math.max(a[1], b[1]),
    Math.min(a[2], b[2]),
    Math.min(a[3], b[3]),
  ];
  return shared[0] < shared[2] && shared[1] < shared[3] ? shared : undefined;
}

/** Intersection over union, 0 to 1; 0 where both are empty. */
export function iou(a: Box, b: Box): number {
  const shared = sharedArea(a, b);
  return shared === 0 ? 0 : shared / (boxArea(a) + boxArea(b) - shared);
}
