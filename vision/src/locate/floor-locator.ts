import type { CalibrationPair, Point } from '@anshi/contracts';
import {
  fitHomography,
  type Homography,
  jacobian,
  project,
  sides,
} from '@anshi/contracts/homography';

/** A position on the floor with its error. */
export interface FloorPoint {
  /** Metres in floor plan coordinates. */
  readonly at: Point;
  /** [var x, cov xy, var y] in square metres. */
  readonly covariance: readonly [number, number, number];
  /** Root mean square over the two axes, metres. */
  readonly deviation: number;
}

/** Residuals of a calibration at its own points. */
export interface CalibrationError {
  /**
   * Root mean square and maximum distance of the mapped picture points from their floor points,
   * metres.
   */
  readonly metres: { readonly mean: number; readonly worst: number };
  /** The same for floor points mapped into the picture, pixels. */
  readonly pixels: { readonly mean: number; readonly worst: number };
}

/** A calibration that is too inaccurate; the message gives its error. */
export class CalibrationRefused extends Error {
  readonly error: CalibrationError | undefined;
  constructor(message: string, error?: CalibrationError) {
    super(message);
    this.name = 'CalibrationRefused';
    this.error = error;
  }
}

/**
 * Largest residual of a point pair: clicking is accurate to a few pixels, a tape measure to a
 * decimetre.
 */
const WORST_METRES = 0.5;
const WORST_PIXELS = 12;
/** Largest shift of the floor point per pixel of error at a calibration point. */
const WORST_METRES_PER_PIXEL = 1;

/**
 * From the lower edge of a box to below the hips, metres away from the camera: the median over 60 random scenes
 * of the renderer (decision 46).
 */
const BODY_BEHIND_FOOT = 0.12;

/** Maps picture points on the floor to metres in the floor plan. */
export class FloorLocator {
  readonly error: CalibrationError;
  readonly #toFloor: Homography;

  /** @throws CalibrationRefused where the pairs do not fit one plane, or do not determine it. */
  constructor(pairs: readonly CalibrationPair[]) {
    const { picture, floor } = sides(pairs);
    const toFloor = fitHomography(picture, floor);
    const toPicture = fitHomography(floor, picture);
    if (!toFloor || !toPicture) {
      throw new CalibrationRefused(
        `the ${pairs.length} point pairs do not determine the floor: at least 4 are needed, no three of them on one line`,
      );
    }
    const metres = distances(toFloor, picture, floor);
    const pixels = distances(toPicture, floor, picture);
    this.#toFloor = toFloor;
    this.error = { metres, pixels };
    if (metres.worst > WORST_METRES && pixels.worst > WORST_PIXELS) {
      throw new CalibrationRefused(
        `the point pairs do not fit one floor: the largest error is ${metres.worst.toFixed(2)} m ` +
          `(${pixels.worst.toFixed(1)} px), at most ${WORST_METRES} m or ${WORST_PIXELS} px are allowed; ` +
          'check that each picture point and floor point are the same place',
        this.error,
      );
    }
    for (const [i, point] of picture.entries()) {
      const d = jacobian(toFloor, point);
      const perPixel = d ? Math.hypot(...d) : Number.POSITIVE_INFINITY;
      if (!(perPixel < WORST_METRES_PER_PIXEL)) {
        throw new CalibrationRefused(
          `calibration point ${i + 1} is too far away: one pixel there is ${perPixel.toFixed(2)} m on the floor; ` +
            'take points nearer to the camera or spread them wider',
          this.error,
        );
      }
    }
  }

  /**
   * @param point pixels of the picture.
   * @param pixelDeviation standard deviation of the point along x and y, pixels.
   * @returns null where the point is on or above the horizon, or the error is unbounded.
   */
  locate(point: Point, pixelDeviation: readonly [number, number]): FloorPoint | null {
    const at = project(this.#toFloor, point);
    const d = jacobian(this.#toFloor, point);
    if (!at || !d) return null;
    const vx = pixelDeviation[0] ** 2;
    const vy = pixelDeviation[1] ** 2;
    const covariance = [
      d[0] ** 2 * vx + d[1] ** 2 * vy,
      d[0] * d[2] * vx + d[1] * d[3] * vy,
      d[2] ** 2 * vx + d[3] ** 2 * vy,
    ] as const;
    const deviation = Math.sqrt((covariance[0] + covariance[2]) / 2);
    if (!Number.isFinite(deviation) || deviation > 20) return null;
    return { at, covariance, deviation };
  }
}

/**
 * Where a person stands by the lower edge of their box: the foot nearest to the camera is there, and the body
 * is half a foot and a part of a stride behind it.
 *
 * @param locator of the camera; the result is null where the point is.
 */
export function standingAt(
  locator: FloorLocator,
  foot: Point,
  pixelDeviation: readonly [number, number],
): FloorPoint | null {
  const found = locator.locate(foot, pixelDeviation);
  const beyond = found && locator.locate([foot[0], foot[1] - 1], pixelDeviation);
  if (!found || !beyond) return found;
  const [x, y] = [beyond.at[0] - found.at[0], beyond.at[1] - found.at[1]];
  const share = BODY_BEHIND_FOOT / Math.max(1e-9, Math.hypot(x, y));
  return { ...found, at: [found.at[0] + share * x, found.at[1] + share * y] };
}

function distances(h: Homography, from: readonly Point[], to: readonly Point[]) {
  let sum = 0;
  let worst = 0;
  from.forEach((point, i) => {
    const mapped = project(h, point);
    const [x, y] = to[i]!;
    const distance = mapped ? Math.hypot(mapped[0] - x, mapped[1] - y) : Number.POSITIVE_INFINITY;
    sum += distance ** 2;
    worst = Math.max(worst, distance);
  });
  return { mean: Math.sqrt(sum / Math.max(1, from.length)), worst };
}
