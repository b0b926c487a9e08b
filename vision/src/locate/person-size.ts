import type { Box, CalibrationPair, Point } from '@anshi/contracts';
import { fitHomography, type Homography, project, sides } from '@anshi/contracts/homography';

/**
 * Upper bound of a person's height and width, metres. About twice a person's size: for people on a
 * ladder or a machine, whose foot points map too far away, and for arms and loads.
 */
const MOST_METRES = 3.5;
/** Focal lengths of cameras as shares of the picture's width: 127 to 6 degrees of view. */
const FOCAL = { least: 0.25, most: 10 };
/**
 * A box that ends this near to the lower edge is taken as cut off, as a share of the picture's
 * height.
 */
const CUT_OFF = 0.02;

/**
 * Computes the apparent height of an object at a floor position, for a camera with square pixels
 * and its principal point in the centre. The focal length follows from the calibration: the axes of
 * the floor are orthogonal and of equal length (Zhang 2000, "A flexible new technique for camera
 * calibration", section 2.3).
 */
export class PersonSize {
  readonly #toFloor: Homography;
  readonly #toPicture: Homography;
  readonly #picture: readonly [number, number];
  /** The change of the homogeneous picture point per metre upwards. */
  readonly #up: readonly [number, number, number];

  private constructor(
    toFloor: Homography,
    toPicture: Homography,
    picture: readonly [number, number],
    up: readonly [number, number, number],
  ) {
    this.#toFloor = toFloor;
    this.#toPicture = toPicture;
    this.#picture = picture;
    this.#up = up;
  }

  /**
   * @returns undefined where the calibration does not determine it, as for a camera that points
   * straight down.
   */
  static from(
    pairs: readonly CalibrationPair[],
    picture: readonly [number, number],
  ): PersonSize | undefined {
    const ends = sides(pairs);
    const toFloor = fitHomography(ends.picture, ends.floor);
    const toPicture = fitHomography(ends.floor, ends.picture);
    if (!toFloor || !toPicture) return undefined;
    const up = upwards(toPicture, picture);
    return up && new PersonSize(toFloor, toPicture, picture, up);
  }

  /** Height in pixels of an object of this height on the floor at this picture point. */
  pixels(foot: Point, metres: number): number | undefined {
    const floor = project(this.#toFloor, foot);
    if (!floor) return undefined;
    const h = this.#toPicture;
    const [x, y] = floor;
    const [u, v, w] = [0, 3, 6].map(
      (row, i) => h[row]! * x + h[row + 1]! * y + h[row + 2]! + metres * this.#up[i]!,
    ) as [number, number, number];
    if (!(w > 1e-12)) return undefined;
    return Math.hypot(u / w - foot[0], v / w - foot[1]);
  }

  /** Whether a box is too large for a person: much taller or wider than possible at that place. */
  isImpossible([left, top, right, bottom]: Box): boolean {
    const [, height] = this.#picture;
    if (bottom > (1 - CUT_OFF) * height) return false;
    const most = this.pixels([(left + right) / 2, bottom], MOST_METRES);
    return most !== undefined && Math.max(bottom - top, right - left) > most;
  }
}

/**
 * The third column of the camera matrix, scaled like the homography, which holds the other three.
 */
function upwards(
  h: Homography,
  [width, height]: readonly [number, number],
): readonly [number, number, number] | undefined {
  // Columns of the homography, with the picture's centre as the origin.
  const column = (i: number) => {
    const w = h[6 + i]!;
    return [h[i]! - (width / 2) * w, h[3 + i]! - (height / 2) * w, w] as const;
  };
  const [a, b] = [column(0), column(1)];
  // Two equations for 1 / f^2: the axes are orthogonal, and of equal length.
  const p = [a[0] * b[0] + a[1] * b[1], a[0] ** 2 + a[1] ** 2 - b[0] ** 2 - b[1] ** 2] as const;
  const q = [a[2] * b[2], a[2] ** 2 - b[2] ** 2] as const;
  const inverse = -(p[0] * q[0] + p[1] * q[1]) / (p[0] ** 2 + p[1] ** 2);
  const focal = 1 / Math.sqrt(inverse);
  if (!(focal > FOCAL.least * width && focal < FOCAL.most * width)) return undefined;
  // Directions of the floor's axes in camera coordinates, in metres of depth.
  const [r, s] = [a, b].map(([x, y, z]) => [x / focal, y / focal, z]) as [number[], number[]];
  const length = (Math.hypot(...r) + Math.hypot(...s)) / 2;
  const normal = [
    r[1]! * s[2]! - r[2]! * s[1]!,
    r[2]! * s[0]! - r[0]! * s[2]!,
    r[0]! * s[1]! - r[1]! * s[0]!,
  ].map((value) => value / length) as [number, number, number];
  // Upwards in the picture, for either orientation of the plan.
  const sign = normal[1] > 0 ? -1 : 1;
  const [x, y, z] = normal.map((value) => sign * value) as [number, number, number];
  return [focal * x + (width / 2) * z, focal * y + (height / 2) * z, z];
}
