import { Matrix, SVD } from 'ml-matrix';
import type { CalibrationPair } from '../cameras/schema.ts';
import type { Point } from '../primitives.ts';

/** A 3x3 projective map of the plane, row-major. */
export type Homography = readonly [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

/**
 * The homography from `from` to `to` with the least algebraic error: normalised direct linear
 * transformation (Hartley & Zisserman, Multiple View Geometry, 2nd ed., algorithm 4.2).
 *
 * @returns undefined where the points do not determine one (fewer than 4, or degenerate).
 */
export function fitHomography(
  from: readonly Point[],
  to: readonly Point[],
): Homography | undefined {
  const count = Math.min(from.length, to.length);
  if (count < 4) return undefined;
  const a = normalise(from);
  const b = normalise(to);
  if (!a || !b) return undefined;
  // Two equations per pair; zero rows make it square or taller, which the SVD needs.
  const system = Matrix.zeros(Math.max(9, 2 * count), 9);
  for (let i = 0; i < count; i++) {
    const [x, y] = a.points[i]!;
    const [u, v] = b.points[i]!;
    system.setRow(2 * i, [0, 0, 0, -x, -y, -1, v * x, v * y, v]);
    system.setRow(2 * i + 1, [x, y, 1, 0, 0, 0, -u * x, -u * y, -u]);
  }
  const svd = new SVD(system, { autoTranspose: false });
  const { diagonal } = svd;
  // Fewer than eight independent equations have more than one solution.
  if (!(diagonal[7]! > 1e-7 * diagonal[0]!)) return undefined;
  const h = svd.rightSingularVectors.getColumn(8);
  const normalised = new Matrix([h.slice(0, 3), h.slice(3, 6), h.slice(6, 9)]);
  const full = b.inverse.mmul(normalised).mmul(a.matrix).to1DArray();
  const size = Math.hypot(...full);
  if (!Number.isFinite(size) || size === 0) return undefined;
  // The sign is chosen so that the third coordinate is positive on the points, and negative beyond
  // the horizon.
  const [fx, fy] = from[0]!;
  const sign = full[6]! * fx + full[7]! * fy + full[8]! < 0 ? -1 : 1;
  return full.map((value) => (sign * value) / size) as unknown as Homography;
}

/** @returns undefined on and beyond the line at infinity (the horizon). */
export function project(h: Homography, [x, y]: Point): Point | undefined {
  const w = h[6] * x + h[7] * y + h[8];
  if (!(w > 1e-12)) return undefined;
  return [(h[0] * x + h[1] * y + h[2]) / w, (h[3] * x + h[4] * y + h[5]) / w];
}

/**
 * Derivatives of {@link project} at a point: [du/dx, du/dy, dv/dx, dv/dy].
 *
 * @returns undefined on and beyond the horizon.
 */
export function jacobian(
  h: Homography,
  point: Point,
): [number, number, number, number] | undefined {
  const to = project(h, point);
  if (!to) return undefined;
  const w = h[6] * point[0] + h[7] * point[1] + h[8];
  const [u, v] = to;
  return [
    (h[0] - u * h[6]) / w,
    (h[1] - u * h[7]) / w,
    (h[3] - v * h[6]) / w,
    (h[4] - v * h[7]) / w,
  ];
}

/** Normalisation of both sides of the calibration pairs. */
export function sides(pairs: readonly CalibrationPair[]): { picture: Point[]; floor: Point[] } {
  return { picture: pairs.map(({ picture }) => picture), floor: pairs.map(({ floor }) => floor) };
}

/** Translates the centroid to the origin and scales the mean distance to sqrt(2). */
function normalise(points: readonly Point[]) {
  const n = points.length;
  const cx = points.reduce((sum, [x]) => sum + x, 0) / n;
  const cy = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const spread = points.reduce((sum, [x, y]) => sum + Math.hypot(x - cx, y - cy), 0) / n;
  if (!(spread > 0) || !Number.isFinite(spread)) return undefined;
  const s = Math.SQRT2 / spread;
  return {
    points: points.map(([x, y]): Point => [s * (x - cx), s * (y - cy)]),
    matrix: new Matrix([
      [s, 0, -s * cx],
      [0, s, -s * cy],
      [0, 0, 1],
    ]),
    inverse: new Matrix([
      [1 / s, 0, cx],
      [0, 1 / s, cy],
      [0, 0, 1],
    ]),
  };
}
