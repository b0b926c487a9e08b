import { Vector3 } from 'three';
import type { FloorPoint } from './types.ts';

/**
 * The floor frame of the project (x east, y north, metres) and the drawing frame of three.js
 * (x east, y up, z south) share their origin: world = (x, height, -y).
 */
export function toWorld([x, y]: FloorPoint, height = 0): Vector3 {
  return new Vector3(x, height, -y);
}

/**
 * Converts a floor heading (radians from east) to a rotation about the vertical of a figure that
 * faces +z.
 */
export const headingToRotation = (heading: number): number => heading + Math.PI / 2;

/** Normalises an angle to -PI..PI. */
export function wrapAngle(angle: number): number {
  const turn = Math.PI * 2;
  return ((((angle + Math.PI) % turn) + turn) % turn) - Math.PI;
}
