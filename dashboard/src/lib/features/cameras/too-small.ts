import type { Spot } from './shapes.ts';

/** Points along each side of the grid on which the share of a zone is counted. */
const GRID = 60;

/** The y of the border at an x, between its points. */
function borderAt(border: readonly Spot[], x: number): number {
  const next = border.findIndex(([at]) => at >= x);
  if (next <= 0) return border.at(next)![1];
  const [[x0, y0], [x1, y1]] = [border[next - 1]!, border[next]!];
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}

/** Whether a point is inside a polygon (even-odd rule). */
function isInside(polygon: readonly Spot[], [x, y]: Spot): boolean {
  let inside = false;
  polygon.forEach(([ax, ay], i) => {
    const [bx, by] = polygon[(i + 1) % polygon.length]!;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  });
  return inside;
}

/**
 * The share of a zone in which people are too small: of its area in the picture, not on the floor.
 *
 * @param border foot points from left to right; above them people are too small.
 * @returns 0 to 1.
 */
export function shareTooSmall(zone: readonly Spot[], border: readonly Spot[]): number {
  const xs = zone.map(([x]) => x);
  const ys = zone.map(([, y]) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - top];
  let all = 0;
  let small = 0;
  for (let i = 0; i < GRID * GRID; i++) {
    const x = left + (width * ((i % GRID) + 0.5)) / GRID;
    const y = top + (height * (Math.floor(i / GRID) + 0.5)) / GRID;
    if (!isInside(zone, [x, y])) continue;
    all++;
    if (y < borderAt(border, x)) small++;
  }
  return all === 0 ? 0 : small / all;
}

/** The part of the picture above a border, as points of an SVG polygon. */
export const areaAbove = (border: readonly Spot[]): string =>
  [[border[0]![0], 0], ...border, [border.at(-1)![0], 0]].map((spot) => spot.join(',')).join(' ');
