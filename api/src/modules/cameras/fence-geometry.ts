import type { CalibrationPair, Point } from '@anshi/contracts';
import { fitHomography, type Homography, project, sides } from '@anshi/contracts/homography';

/** How a calibrated camera sees the floor. */
export interface View {
  /** Pixels of the picture to metres of the floor plan. */
  readonly toFloor: Homography;
  /** Metres to pixels. */
  readonly toPicture: Homography;
  /** Width and height of the picture in pixels. */
  readonly picture: readonly [number, number];
}

/** How the outlines of a zone and an area differ, in the part of the floor that the camera sees. */
export interface FenceComparison {
  /** Common part over the union, 0 to 1. */
  readonly overlap: number;
  /** Metres by which one reaches beyond the other, at most. */
  readonly apart: number;
  /** Where that is, in metres; null where they are the same. */
  readonly apartAt: Point | null;
}

/** Points of the floor that are compared, at most. */
const MOST_SAMPLES = 5_000;
/** Distance of these points, metres: what a calibration is exact to, at best. */
const FINEST_STEP = 0.05;

/** @returns null where the pairs do not determine the floor. */
export function viewOf(
  calibration: readonly CalibrationPair[] | undefined,
  picture: readonly [number, number],
): View | null {
  if (!calibration) return null;
  const pairs = sides(calibration);
  const toFloor = fitHomography(pairs.picture, pairs.floor);
  const toPicture = fitHomography(pairs.floor, pairs.picture);
  return toFloor && toPicture ? { toFloor, toPicture, picture } : null;
}

/** The outline of a zone on the floor; null where a corner is on or above the horizon. */
export function zoneOnFloor(view: View, polygon: readonly Point[]): Point[] | null {
  const mapped = polygon.map((corner) => project(view.toFloor, corner));
  return mapped.every((one) => one !== undefined) ? (mapped as Point[]).map(rounded(100)) : null;
}

/** Whether a point of the floor is in the picture. */
function isSeen({ toPicture, picture: [width, height] }: View, floor: Point): boolean {
  const at = project(toPicture, floor);
  return at !== undefined && at[0] >= 0 && at[1] >= 0 && at[0] <= width && at[1] <= height;
}

/**
 * Compares a zone with an area on a grid of points of the floor that the camera sees: an area goes on
 * behind the edge of the picture, which is no difference.
 *
 * @param zone in metres.
 * @param area in metres.
 * @returns null where nothing of either is in sight.
 */
export function compareOutlines(
  zone: readonly Point[],
  area: readonly Point[],
  view: View,
): FenceComparison | null {
  const xs = [...zone, ...area].map(([x]) => x);
  const ys = [...zone, ...area].map(([, y]) => y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const step = Math.max(FINEST_STEP, Math.sqrt(((right - left) * (high - low)) / MOST_SAMPLES));
  let both = 0;
  let either = 0;
  let apart = 0;
  let apartAt: Point | null = null;
  for (let x = left + step / 2; x < right; x += step) {
    for (let y = low + step / 2; y < high; y += step) {
      const at: Point = [x, y];
      const inZone = isInside(at, zone);
      const inArea = isInside(at, area);
      if ((!inZone && !inArea) || !isSeen(view, at)) continue;
      either++;
      if (inZone && inArea) both++;
      else {
        const beyond = distanceTo(at, inZone ? area : zone);
        if (beyond > apart) [apart, apartAt] = [beyond, at];
      }
    }
  }
  if (either === 0) return null;
  return {
    overlap: both / either,
    apart: Math.round(100 * apart) / 100,
    apartAt: apartAt && rounded(100)(apartAt),
  };
}

/**
 * The part of an area that a camera sees, as a polygon in its picture: what its zone would be. The
 * outline is cut at the edge of the picture (Sutherland and Hodgman 1974), after what lies behind the
 * camera is cut off on the floor.
 *
 * @returns null where nothing of it is in sight.
 */
export function areaInPicture(view: View, area: readonly Point[]): Point[] | null {
  const [, , , , , , a, b, c] = view.toPicture;
  const depth = ([x, y]: Point) => a * x + b * y + c;
  const furthest = Math.max(...area.map((corner) => Math.abs(depth(corner))), 1e-9);
  const before = cut(area, (corner) => depth(corner) - 1e-6 * furthest);
  const mapped = before.map((corner) => project(view.toPicture, corner));
  if (mapped.some((one) => one === undefined)) return null;
  const [width, height] = view.picture;
  const edges: ((at: Point) => number)[] = [
    ([x]) => x,
    ([x]) => width - x,
    ([, y]) => y,
    ([, y]) => height - y,
  ];
  const seen = edges.reduce<Point[]>((outline, inside) => cut(outline, inside), mapped as Point[]);
  const whole = seen.map(rounded(1));
  const corners = whole.filter(
    ([x, y], i) => i === 0 || x !== whole[i - 1]?.[0] || y !== whole[i - 1]?.[1],
  );
  return corners.length >= 3 ? corners : null;
}

/** The part of a polygon where a linear function is not negative. */
function cut(polygon: readonly Point[], inside: (at: Point) => number): Point[] {
  return polygon.flatMap((corner, i): Point[] => {
    const next = polygon[(i + 1) % polygon.length] ?? corner;
    const [here, there] = [inside(corner), inside(next)];
    const kept: Point[] = here >= 0 ? [corner] : [];
    if (here >= 0 === there >= 0) return kept;
    const share = here / (here - there);
    const [x, y] = corner;
    return [...kept, [x + share * (next[0] - x), y + share * (next[1] - y)]];
  });
}

/** Even-odd rule. */
function isInside([x, y]: Point, polygon: readonly Point[]): boolean {
  let inside = false;
  polygon.forEach(([x1, y1], i) => {
    const [x2, y2] = polygon[(i + 1) % polygon.length] ?? [x1, y1];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  });
  return inside;
}

/** Distance of a point to the outline of a polygon. */
function distanceTo([x, y]: Point, polygon: readonly Point[]): number {
  return Math.min(
    ...polygon.map(([x1, y1], i) => {
      const [x2, y2] = polygon[(i + 1) % polygon.length] ?? [x1, y1];
      const [dx, dy] = [x2 - x1, y2 - y1];
      const length = dx * dx + dy * dy;
      const along = length === 0 ? 0 : ((x - x1) * dx + (y - y1) * dy) / length;
      const share = Math.max(0, Math.min(1, along));
      return Math.hypot(x - x1 - share * dx, y - y1 - share * dy);
    }),
  );
}

const rounded =
  (digits: number) =>
  ([x, y]: Point): Point => [Math.round(digits * x) / digits, Math.round(digits * y) / digits];
