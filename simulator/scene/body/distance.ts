import type { Vec3 } from './joints.ts';

/** A signed distance in metres: negative inside. */
export type DistanceField = (x: number, y: number, z: number) => number;

/** The union of two shapes with a rounded seam of width `k`. */
export function smoothUnion(a: number, b: number, k: number): number {
  const h = Math.max(k - Math.abs(a - b), 0) / k;
  return Math.min(a, b) - h * h * k * 0.25;
}

/** Distance to an ellipsoid (the usual first-order estimate). */
export function ellipsoid(
  x: number,
  y: number,
  z: number,
  [cx, cy, cz]: Vec3,
  [rx, ry, rz]: Vec3,
): number {
  const a = (x - cx) / rx;
  const b = (y - cy) / ry;
  const c = (z - cz) / rz;
  const k0 = Math.hypot(a, b, c);
  const k1 = Math.hypot(a / rx, b / ry, c / rz);
  return k1 < 1e-9 ? -Math.min(rx, ry, rz) : (k0 * (k0 - 1)) / k1;
}

/** Distance to a limb from `a` to `b` whose radius runs from `ra` to `rb`, flattened in z by `flat`. */
export function limb(
  x: number,
  y: number,
  z: number,
  a: Vec3,
  b: Vec3,
  ra: number,
  rb: number,
  flat = 1,
): number {
  const bx = b[0] - a[0];
  const by = b[1] - a[1];
  const bz = b[2] - a[2];
  const px = x - a[0];
  const py = y - a[1];
  const pz = z - a[2];
  const along = (px * bx + py * by + pz * bz) / (bx * bx + by * by + bz * bz);
  const t = Math.max(0, Math.min(1, along));
  return Math.hypot(px - bx * t, py - by * t, (pz - bz * t) / flat) - (ra + (rb - ra) * t);
}
