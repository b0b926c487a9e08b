import type { CalibrationPair } from '../cameras/schema.ts';
import type { Point } from '../primitives.ts';
import { hasQuadrilateral } from './general-position.ts';
import { fitHomography, type Homography, jacobian, project, sides } from './homography.ts';

/** Pairs that a homography needs. */
export const PAIRS_LEAST = 4;
/** Below it a calibration is good, metres RMS: half of a step. */
export const GOOD_RMS = 0.25;
/** Above it fences of camera and register differ by more than their tolerance (0.5 m). */
export const POOR_RMS = 0.5;
/** Two points closer than this are one, in pixels and metres. */
const SAME_PIXELS = 2;
const SAME_METRES = 0.05;

export interface FittedCalibration {
  readonly state: 'fitted';
  /** From pixels of the picture to metres of the floor. */
  readonly toFloor: Homography;
  /** From metres of the floor to pixels of the picture. */
  readonly toPicture: Homography;
  /**
   * Metres between the floor point of each pair and the place that its picture point has by the fit, in the
   * order of the pairs.
   */
  readonly errors: readonly number[];
  /** Root of the mean square of the errors, metres. */
  readonly rms: number;
  /** Index of the pair with the largest error; null with four pairs, which always fit exactly. */
  readonly worst: number | null;
  /** `exact`: four pairs fit whatever they say, so that nothing is proved. */
  readonly grade: 'exact' | 'good' | 'fair' | 'poor';
  /**
   * The pair without which the others agree, where one can be named: six pairs are needed, since any four fit
   * exactly. `rms` is that of the others, metres.
   */
  readonly suspect: { readonly pair: number; readonly rms: number } | null;
  /**
   * The points run the other way round on the plan than in the picture. From above a floor is never seen so: left
   * and right are swapped, or the plan was measured from its north-west corner.
   */
  readonly mirrored: boolean;
}

/** What pairs of a calibration give, or why they give nothing. */
export type CalibrationFit =
  | { readonly state: 'few'; readonly missing: number }
  /** Two pairs have the same point on one side. */
  | { readonly state: 'same'; readonly side: Side; readonly pairs: readonly [number, number] }
  /** Three of every four points lie on one line. */
  | { readonly state: 'collinear'; readonly side: Side }
  /** By the fit these pairs would be beyond the horizon. */
  | { readonly state: 'horizon'; readonly pairs: readonly number[] }
  | FittedCalibration;
export type Side = 'picture' | 'floor';

/**
 * Fits the floor to the picture and says how far each pair is off.
 *
 * Picture points are pixels with y down, floor points metres east and north of the plan's south-west corner.
 * A camera sees all of its points in front of the horizon.
 */
export function fitCalibration(pairs: readonly CalibrationPair[]): CalibrationFit {
  if (pairs.length < PAIRS_LEAST) return { state: 'few', missing: PAIRS_LEAST - pairs.length };
  const { picture, floor } = sides(pairs);
  for (const side of ['picture', 'floor'] as const) {
    const of = side === 'picture' ? picture : floor;
    const same = samePoints(of, side === 'picture' ? SAME_PIXELS : SAME_METRES);
    if (same) return { state: 'same', side, pairs: same };
    if (!hasQuadrilateral(of)) return { state: 'collinear', side };
  }
  const toFloor = fitHomography(picture, floor);
  const toPicture = fitHomography(floor, picture);
  if (!toFloor || !toPicture) return { state: 'collinear', side: 'floor' };
  const found = picture.map((point) => project(toFloor, point));
  const beyond = found.flatMap((point, n) => (point ? [] : [n]));
  if (beyond.length > 0) return { state: 'horizon', pairs: beyond };
  const errors = found.map((point, n) => distance(point!, floor[n]!));
  const rms = rmsOf(errors);
  const isExact = pairs.length === PAIRS_LEAST;
  return {
    state: 'fitted',
    toFloor,
    toPicture,
    errors,
    rms,
    worst: isExact ? null : errors.indexOf(Math.max(...errors)),
    grade: isExact ? 'exact' : rms <= GOOD_RMS ? 'good' : rms <= POOR_RMS ? 'fair' : 'poor',
    suspect: rms > GOOD_RMS ? suspectOf(pairs, rms) : null,
    mirrored: isMirrored(toFloor, picture),
  };
}

const distance = ([ax, ay]: Point, [bx, by]: Point): number => Math.hypot(ax - bx, ay - by);
const rmsOf = (errors: readonly number[]): number =>
  Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);

function samePoints(points: readonly Point[], least: number): readonly [number, number] | null {
  for (let a = 0; a < points.length; a++) {
    for (let b = a + 1; b < points.length; b++) {
      if (distance(points[a]!, points[b]!) < least) return [a, b];
    }
  }
  return null;
}

/** y points down in the picture and north on the plan, so that a floor seen from above changes its sense. */
function isMirrored(toFloor: Homography, picture: readonly Point[]): boolean {
  const mean = picture
    .reduce(([sx, sy], [x, y]): Point => [sx + x, sy + y], [0, 0] as Point)
    .map((sum) => sum / picture.length) as Point;
  const d = jacobian(toFloor, mean);
  return d !== undefined && d[0] * d[3] - d[1] * d[2] > 0;
}

/** Leaves out each pair in turn; one that is much worse than all others is named. */
function suspectOf(pairs: readonly CalibrationPair[], rms: number): FittedCalibration['suspect'] {
  if (pairs.length < PAIRS_LEAST + 2) return null;
  let best: FittedCalibration['suspect'] = null;
  for (let pair = 0; pair < pairs.length; pair++) {
    const { picture, floor } = sides(pairs.filter((_, n) => n !== pair));
    const fit = fitHomography(picture, floor);
    if (!fit) continue;
    const found = picture.map((point) => project(fit, point));
    if (found.some((point) => point === undefined)) continue;
    const without = rmsOf(found.map((point, n) => distance(point!, floor[n]!)));
    if (without <= rms / 2 && (best === null || without < best.rms)) best = { pair, rms: without };
  }
  return best;
}
