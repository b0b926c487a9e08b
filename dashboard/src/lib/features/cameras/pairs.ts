import { type CalibrationFit, fitCalibration } from '@anshi/contracts/calibration-fit';
import { type Homography, project } from '@anshi/contracts/homography';
import type { Spot } from './shapes.ts';

/** A point of the picture, pixels, and of the plan, metres east and north of its south-west corner. */
export interface Pair {
  readonly picture: Spot | null;
  readonly floor: Spot | null;
}
export type WholePair = { readonly picture: Spot; readonly floor: Spot };
/** What is calibrated on: a plan and its pairs. At most one pair, the last, has one point only. */
export interface Calibration {
  readonly plan: string | null;
  readonly pairs: readonly Pair[];
}
export type Side = 'picture' | 'floor';

const isWhole = (pair: Pair): pair is WholePair => pair.picture !== null && pair.floor !== null;
export const wholePairs = ({ pairs }: Calibration): WholePair[] => pairs.filter(isWhole);

/** The side on which the last pair waits for its point; null where none waits. */
export function waitingFor({ pairs }: Calibration): Side | null {
  const last = pairs.at(-1);
  if (!last || isWhole(last)) return null;
  return last.picture === null ? 'picture' : 'floor';
}

/** Pixels are whole, metres have centimetres. */
export const rounded = (side: Side, [x, y]: Spot): Spot =>
  side === 'picture'
    ? [Math.round(x), Math.round(y)]
    : [Math.round(x * 100) / 100, Math.round(y * 100) / 100];

/**
 * A click: the second point of the pair that waits for one on this side, another place for its only point, or
 * the first point of a new pair.
 */
export function placePoint(calibration: Calibration, side: Side, at: Spot): Calibration {
  const { pairs } = calibration;
  const spot = rounded(side, at);
  if (waitingFor(calibration) === null) {
    const pair: Pair = { picture: null, floor: null, [side]: spot };
    return { ...calibration, pairs: [...pairs, pair] };
  }
  return movePair(calibration, pairs.length - 1, side, spot);
}

export const movePair = (
  calibration: Calibration,
  n: number,
  side: Side,
  to: Spot,
): Calibration => ({
  ...calibration,
  pairs: calibration.pairs.map((pair, at) =>
    at === n ? { ...pair, [side]: rounded(side, to) } : pair,
  ),
});

export const removePair = (calibration: Calibration, n: number): Calibration => ({
  ...calibration,
  pairs: calibration.pairs.toSpliced(n, 1),
});

/** Without the point that waits for its other half. */
export const dropWaiting = (calibration: Calibration): Calibration =>
  waitingFor(calibration) === null
    ? calibration
    : { ...calibration, pairs: calibration.pairs.slice(0, -1) };

/**
 * A pair to be moved to its place by keys: in the middle of the picture, and where the floor is there by the
 * fit, else in the middle of the plan.
 */
export function addPair(
  calibration: Calibration,
  { picture, plan }: { picture: readonly number[]; plan: readonly number[] },
): Calibration {
  const whole = dropWaiting(calibration);
  const fit = fitOf(whole);
  const middle = ([width = 0, height = 0]: readonly number[]): Spot => [width / 2, height / 2];
  const at = rounded('picture', middle(picture));
  const known = fit.state === 'fitted' ? project(fit.toFloor, at) : undefined;
  const [width = 0, depth = 0] = plan;
  const isOnPlan =
    known && known[0] >= 0 && known[1] >= 0 && known[0] <= width && known[1] <= depth;
  const floor = rounded('floor', isOnPlan ? (known as Spot) : middle(plan));
  return { ...whole, pairs: [...whole.pairs, { picture: at, floor }] };
}

/** By the pairs that have both points. */
export const fitOf = (calibration: Calibration): CalibrationFit =>
  fitCalibration(wholePairs(calibration));

/** Whether it can be saved: as a calibration, or as none. */
export const canSave = (calibration: Calibration, fit: CalibrationFit): boolean =>
  waitingFor(calibration) === null &&
  (calibration.pairs.length === 0 || (fit.state === 'fitted' && calibration.plan !== null));

/** Points along one line of the grid. */
const SAMPLES = 40;

/**
 * The lines of the plan as they lie on the floor in the picture, as the path of an SVG. What is beyond the
 * horizon or far outside of the picture is left out.
 *
 * @param size of the plan, metres. @param step between lines, metres.
 */
export function floorGrid(
  toPicture: Homography,
  { size, picture, step }: { size: readonly number[]; picture: readonly number[]; step: number },
): string {
  const [width = 0, depth = 0] = size;
  const [w = 0, h = 0] = picture;
  const isNear = ([x, y]: readonly number[]) => x! > -w && x! < 2 * w && y! > -h && y! < 2 * h;
  const line = (at: (share: number) => Spot): string => {
    let isDrawing = false;
    let path = '';
    for (let n = 0; n <= SAMPLES; n++) {
      const spot = project(toPicture, at(n / SAMPLES));
      if (spot && isNear(spot)) {
        path += `${isDrawing ? 'L' : 'M'}${spot[0].toFixed(1)} ${spot[1].toFixed(1)}`;
        isDrawing = true;
      } else isDrawing = false;
    }
    return path;
  };
  const paths: string[] = [];
  for (let east = 0; east <= width; east += step)
    paths.push(line((share) => [east, share * depth]));
  for (let north = 0; north <= depth; north += step) {
    paths.push(line((share) => [share * width, north]));
  }
  return paths.join('');
}

/** Metres between the lines of a grid: few enough to see the picture. */
export const gridStep = (size: readonly number[]): number => {
  const most = Math.max(...size, 1);
  return [1, 2, 5, 10, 20, 50].find((step) => most / step <= 30) ?? 100;
};
