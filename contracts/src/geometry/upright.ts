import type { Point } from '../primitives.ts';
import { type Homography, project } from './homography.ts';

/** A camera over a floor, for what stands upright on it. */
export interface UprightView {
  /**
   * Height in the picture of something upright, pixels.
   *
   * @param foot where it stands, pixels of the picture.
   * @param metres its height.
   * @returns undefined where the point is not on the floor before the camera, or the top is behind it.
   */
  heightAt(foot: Point, metres: number): number | undefined;
  /** Focal length, pixels. */
  readonly focal: number;
}

type Vector = readonly [number, number, number];

/** Focal lengths of lenses that plants use, in widths of the picture: 115 to 9 degrees. */
const FOCAL_FROM = 0.32;
const FOCAL_TO = 6.4;
/** Where the calibration leaves the focal length open, as with a camera that looks straight down. */
const USUAL_FOCAL = 0.9;

/**
 * Pose of a camera from the homography of its picture to the floor: square pixels, the principal point
 * in the middle of the picture, no distortion. The focal length follows from the two axes of the floor
 * being orthogonal and of the same length (Zhang, A flexible new technique for camera calibration,
 * 2000, section 2.3; here least squares over both conditions).
 *
 * @param toFloor picture pixels to metres of the floor, either handedness.
 * @param picture width and height, pixels.
 * @returns undefined for a homography that cannot be inverted.
 */
export function uprightView(
  toFloor: Homography,
  picture: readonly [number, number],
): UprightView | undefined {
  const inverse = invert3(toFloor);
  if (!inverse) return undefined;
  const [cx, cy] = [picture[0] / 2, picture[1] / 2];
  // Columns: the picture, from its middle, of the axes and the origin of the floor.
  const column = (i: 0 | 1 | 2): Vector => {
    const w = inverse[6 + i]!;
    return [inverse[i]! - cx * w, inverse[3 + i]! - cy * w, w];
  };
  const [g1, g2, g3] = [column(0), column(1), column(2)];
  const focal = focalLength(g1, g2, picture[0]);
  const undo = ([x, y, w]: Vector): Vector => [x / focal, y / focal, w];
  const [a, b, t] = [undo(g1), undo(g2), undo(g3)];
  const scale = 2 / (length(a) + length(b));
  const times = (v: Vector): Vector => [v[0] * scale, v[1] * scale, v[2] * scale];
  const [r1, r2, origin] = [times(a), times(b), times(t)];
  const normal = cross(r1, r2);
  const unit = length(normal);
  if (!(unit > 0) || !Number.isFinite(focal)) return undefined;
  // Up is the side of the floor that the camera is on: its centre has a positive height.
  const sign = dot(normal, origin) < 0 ? 1 : -1;
  const up: Vector = [
    (sign * normal[0]) / unit,
    (sign * normal[1]) / unit,
    (sign * normal[2]) / unit,
  ];
  return {
    focal,
    heightAt(foot, metres) {
      const floor = project(toFloor, foot);
      if (!floor) return undefined;
      const at: Vector = [
        r1[0] * floor[0] + r2[0] * floor[1] + origin[0],
        r1[1] * floor[0] + r2[1] * floor[1] + origin[1],
        r1[2] * floor[0] + r2[2] * floor[1] + origin[2],
      ];
      const depth = at[2] + metres * up[2];
      if (!(at[2] > 0) || !(depth > 0)) return undefined;
      const top: Point = [
        (focal * (at[0] + metres * up[0])) / depth,
        (focal * (at[1] + metres * up[1])) / depth,
      ];
      return Math.hypot(top[0] + cx - foot[0], top[1] + cy - foot[1]);
    },
  };
}

function focalLength(g1: Vector, g2: Vector, width: number): number {
  // Both conditions are linear in q = 1 / f^2: a * q + b = 0.
  const rows = [
    [g1[0] * g2[0] + g1[1] * g2[1], g1[2] * g2[2]],
    [g1[0] ** 2 + g1[1] ** 2 - g2[0] ** 2 - g2[1] ** 2, g1[2] ** 2 - g2[2] ** 2],
  ] as const;
  const over = rows.reduce((sum, [a, b]) => sum - a * b, 0);
  const under = rows.reduce((sum, [a]) => sum + a * a, 0);
  const focal = Math.sqrt(under / over);
  return focal >= FOCAL_FROM * width && focal <= FOCAL_TO * width ? focal : USUAL_FOCAL * width;
}

const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const length = (v: Vector) => Math.hypot(...v);
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/** The inverse, with its scale: positive depths stay positive. */
function invert3(h: Homography): Homography | undefined {
  const [a, b, c, d, e, f, g, i, j] = h;
  const cofactors = [
    e * j - f * i,
    c * i - b * j,
    b * f - c * e,
    f * g - d * j,
    a * j - c * g,
    c * d - a * f,
    d * i - e * g,
    b * g - a * i,
    a * e - b * d,
  ];
  const determinant = a * cofactors[0]! + b * cofactors[3]! + c * cofactors[6]!;
  if (!Number.isFinite(1 / determinant)) return undefined;
  return cofactors.map((one) => one / determinant) as unknown as Homography;
}
