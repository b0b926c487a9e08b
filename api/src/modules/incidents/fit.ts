import { PATH_CLOCKS_MS, PATH_MS } from '@anshi/contracts';

/** A foot point of a path: milliseconds, metres on the floor plan, standard deviation in metres. */
export interface PathPoint {
  at: number;
  floor: readonly [x: number, y: number];
  deviation: number;
  /**
   * How near another person came to this place within {@link CLOCKS_MS}, by the same camera, metres;
   * null where none was seen. Undefined from workers that do not measure it: unknown.
   */
  nearest?: number | null | undefined;
}
export type Path = readonly PathPoint[];

/** How two paths of different cameras agree. */
export interface Agreement {
  /** Shared moments. */
  moments: number;
  /** Time between the first and the last of them, ms. */
  spanMs: number;
  /** Median distance, metres. */
  distance: number;
  /** Mean variance of the distance along one axis, square metres. */
  variance: number;
  /**
   * Squared Mahalanobis distances, chi-square with two degrees of freedom: the median, and what three of four
   * moments lie below.
   */
  square: number;
  mostSquares: number;
}

/** Quantiles of chi-square with two degrees of freedom: -2 ln(1 - p). */
const CHI_SQUARE_99 = 9.21;
const CHI_SQUARE_999 = 13.82;
/** Two samples further apart are not connected by a line, ms. */
const LONGEST_STEP_MS = 1_500;
/** Walking speed, metres per second: how far a person may be off the line between two samples. */
const WALK = 1.4;
/** Fewer or shorter shared moments are no evidence. */
const FEWEST_MOMENTS = 3;
const SHORTEST_SPAN_MS = 1_000;
/**
 * Least distance of the centres of two people side by side, metres: the breadth of the body ellipse
 * (J. J. Fruin, Pedestrian Planning and Design, 1971).
 */
const SIDE_BY_SIDE = 0.6;
/** One person must be this many times as likely as two side by side. */
const LEAST_ODDS = 20;
/**
 * Two people side by side of whom each camera saw another one only: a tracker that loses one of them
 * for the whole time does so once in 20 times at most, and here both cameras have to.
 */
const ODDS_OF_ALONE = 20;
/** A shorter time without others in either picture may be one lost track, ms. */
const ALONE_SPAN_MS = 1_500;
/** Where others came near for this share of a path, or for this time, ms, the path may be one of theirs. */
const NEAR_SHARE = 0.25;
const NEAR_MS = 1_250;
/** Places that are less sure are no evidence for one person, and may be another person's, metres. */
const SURE = 0.5;
/** Clocks of cameras may differ: a competitor is looked for over this range, ms. */
export const CLOCKS_MS = PATH_CLOCKS_MS;
const CLOCK_STEP_MS = 500;

/** As many points of a path are compared; a worker sends about 51. */
const MOST_POINTS = 60;
/** Workers round their times, ms. */
const PATH_SLACK_MS = 250;

/**
 * A path as it can be compared: in order of time, one point at a time, from the seconds before the finding
 * was confirmed and after it, and not longer than a worker's own.
 */
export function cleanPath(path: Path, confirmedAt: number): Path {
  const most = PATH_MS + PATH_SLACK_MS;
  const [from, to] = [confirmedAt - most, confirmedAt + most];
  const inTime = path
    .filter(({ at }) => at >= from && at <= to)
    .sort((a, b) => a.at - b.at)
    .filter(({ at }, n, all) => n === 0 || at !== all[n - 1]!.at);
  const every = Math.ceil(inTime.length / MOST_POINTS);
  return inTime.filter((_, n) => n % every === 0 || n === inTime.length - 1);
}

/**
 * Compares two paths at the moments that both cover.
 *
 * @param shiftMs added to the times of the second.
 * @returns null without a shared moment.
 */
export function compare(a: Path, b: Path, shiftMs = 0): Agreement | null {
  const from = Math.max(a[0]?.at ?? Infinity, (b[0]?.at ?? Infinity) + shiftMs);
  const to = Math.min(a.at(-1)?.at ?? -Infinity, (b.at(-1)?.at ?? -Infinity) + shiftMs);
  if (!(from <= to)) return null;
  const times = [...a.map(({ at }) => at), ...b.map(({ at }) => at + shiftMs)];
  const shared = [...new Set(times)].filter((at) => at >= from && at <= to).sort((x, y) => x - y);
  const distances: number[] = [];
  const squares: number[] = [];
  let [first, last, variance] = [Number.NaN, Number.NaN, 0];
  for (const at of shared) {
    const p = placeAt(a, at);
    const q = placeAt(b, at - shiftMs);
    if (!p || !q) continue;
    const apart = Math.hypot(p.x - q.x, p.y - q.y);
    const sum = Math.max(p.variance + q.variance, 1e-6);
    distances.push(apart);
    squares.push(apart ** 2 / sum);
    variance += sum;
    first = distances.length === 1 ? at : first;
    last = at;
  }
  const moments = distances.length;
  if (moments === 0) return null;
  return {
    moments,
    spanMs: last - first,
    distance: quantile(distances, 0.5),
    variance: variance / moments,
    square: quantile(squares, 0.5),
    mostSquares: quantile(squares, 0.75),
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(share * (sorted.length - 1))]!;
}

/** The place on a path at a time, with its variance along one axis; null in a gap. */
function placeAt(path: Path, at: number): { x: number; y: number; variance: number } | null {
  let [low, high] = [0, path.length - 1];
  if (high < 0 || path[0]!.at > at || path[high]!.at < at) return null;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (path[middle]!.at < at) low = middle + 1;
    else high = middle;
  }
  const after = path[low]!;
  const before = after.at === at ? after : path[low - 1]!;
  const step = after.at - before.at;
  if (step > LONGEST_STEP_MS) return null;
  const share = step === 0 ? 0 : (at - before.at) / step;
  const walked = (WALK * Math.min(at - before.at, after.at - at)) / 2_000;
  const deviation = Math.max(before.deviation, after.deviation);
  return {
    x: before.floor[0] + share * (after.floor[0] - before.floor[0]),
    y: before.floor[1] + share * (after.floor[1] - before.floor[1]),
    variance: deviation ** 2 + walked ** 2,
  };
}

/**
 * The evidence that two paths of different cameras are of one person: the logarithm of how many times
 * one person is likelier than two side by side. Null where there is none.
 *
 * Foot points are the lower edge of a box, in its middle: arms, loads and a stride move it by up to 0.3 m,
 * towards each camera otherwise. Two honest paths of one person are rarely near enough for the geometry
 * alone. What tells then is that neither camera saw another person there ({@link peopleBeside}): of two
 * people, each camera would have lost the one whom the other camera saw.
 *
 * The distance at each shared moment has to lie in the gate of track-to-track association (Y.
 * Bar-Shalom, P. Willett, X. Tian, Tracking and Data Fusion, 2011, chapter 9: the squared Mahalanobis
 * distance under the sum of both covariances against chi-square). The errors of a calibration do not
 * average out over time, so the mean is held against one moment's quantile, not against that of a sum.
 * The ratio is that of two normal densities at the mean distance d, about 0 and about the distance D of
 * two people side by side: D (D - 2 d) / 2 s². Clocks are taken as they are: a path that fits only when
 * it is shifted is no evidence.
 */
export function evidenceOfOne(one: Path, other: Path): number | null {
  const [a, b] = [surePlaces(one), surePlaces(other)];
  const found = compare(a, b);
  if (!found || found.moments < FEWEST_MOMENTS || found.spanMs < SHORTEST_SPAN_MS) return null;
  if (found.mostSquares > CHI_SQUARE_99) return null;
  const beside = peopleBeside(a, b, found);
  if (beside === 'another') return null;
  const ratio = (SIDE_BY_SIDE * (SIDE_BY_SIDE - 2 * found.distance)) / (2 * found.variance);
  const isAlone = beside === 'none' && found.spanMs >= ALONE_SPAN_MS;
  const odds = ratio + (isAlone ? Math.log(ODDS_OF_ALONE) : 0);
  return odds >= Math.log(LEAST_ODDS) ? odds : null;
}

/** Without those of a person whom the edge of the picture cuts off, or far away. */
const surePlaces = (path: Path): Path => path.filter(({ deviation }) => deviation < SURE);

/**
 * Whether a camera saw another person where the two paths are, whose path the other one could be as well,
 * also with clocks that differ. How near others came at any shift of time is less than the distance of any one
 * of them at one shift; it is enough that this holds for a quarter of the path, or for 1.25 s of a long one.
 */
function peopleBeside(
  a: Path,
  b: Path,
  { distance, variance }: Agreement,
): 'none' | 'another' | 'unknown' {
  const reach = distance + Math.sqrt(CHI_SQUARE_999 * variance);
  const from = Math.max(a[0]!.at, b[0]!.at);
  const to = Math.min(a.at(-1)!.at, b.at(-1)!.at);
  let isKnown = true;
  for (const path of [a, b]) {
    const shared = path.filter(({ at }) => at >= from && at <= to);
    const told = shared.filter(({ nearest }) => nearest !== undefined);
    if (told.length === 0 || told.length < shared.length) isKnown = false;
    const near = told.filter(({ nearest }) => (nearest ?? Infinity) <= reach).length;
    const share = Math.min(NEAR_SHARE, NEAR_MS / Math.max(1, to - from));
    if (near > 0 && near / told.length >= share) return 'another';
  }
  return isKnown ? 'none' : 'unknown';
}

/** Whether two paths of different cameras cannot be of one person: they were apart at the same time. */
export function areApart(a: Path, b: Path): boolean {
  const found = compare(a, b);
  return found !== null && found.moments >= FEWEST_MOMENTS && found.square > CHI_SQUARE_999;
}

/**
 * Whether two paths of different cameras may be of one person, in doubt yes: at the same time, or with
 * clocks that differ.
 */
export function mayBeOne(a: Path, b: Path): boolean {
  if (!canMeet(a, b)) return false;
  for (let shift = -CLOCKS_MS; shift <= CLOCKS_MS; shift += CLOCK_STEP_MS) {
    const found = compare(a, b, shift);
    if (found && found.mostSquares <= CHI_SQUARE_999) return true;
  }
  return false;
}

/**
 * Whether two paths of different cameras are not of one person, whatever the clocks: they share a time and
 * are apart in it.
 */
export function cannotBeOne(a: Path, b: Path): boolean {
  const found = compare(a, b);
  const isShared = found && found.moments >= FEWEST_MOMENTS && found.spanMs >= SHORTEST_SPAN_MS;
  return Boolean(isShared) && !mayBeOne(a, b);
}

/** Whether the areas of two paths are near enough for any of their points to agree. */
function canMeet(a: Path, b: Path): boolean {
  const [one, two] = [areaOf(a), areaOf(b)];
  const gap = (n: 0 | 1) => Math.max(0, one.least[n] - two.most[n], two.least[n] - one.most[n]);
  const walked = (WALK * LONGEST_STEP_MS) / 4_000;
  const variance = one.deviation ** 2 + two.deviation ** 2 + 2 * walked ** 2;
  return gap(0) ** 2 + gap(1) ** 2 <= CHI_SQUARE_999 * variance;
}

function areaOf(path: Path) {
  const least: [number, number] = [Infinity, Infinity];
  const most: [number, number] = [-Infinity, -Infinity];
  let deviation = 0;
  for (const one of path) {
    for (const n of [0, 1] as const) {
      least[n] = Math.min(least[n], one.floor[n]);
      most[n] = Math.max(most[n], one.floor[n]);
    }
    deviation = Math.max(deviation, one.deviation);
  }
  return { least, most, deviation };
}

/** Two inaccurate places of one person, metres, and what a person walks at most, metres per second. */
export const REACH = { metres: 3, perSecond: 2 };

/**
 * Whether a person can have walked from one path to the other: by those two places of them that are nearest in time.
 *
 * @param longestMs places further apart in time say nothing: then no.
 */
export function canWalk(a: Path, b: Path, longestMs: number): boolean {
  const [first, second] = (a[0]?.at ?? 0) <= (b[0]?.at ?? 0) ? [a, b] : [b, a];
  const start = second[0];
  if (!start) return false;
  const between = (one: PathPoint) => Math.abs(one.at - start.at);
  const last = first.reduce<PathPoint | undefined>(
    (best, one) => (best && between(best) <= between(one) ? best : one),
    undefined,
  );
  if (!last || between(last) > longestMs) return false;
  const apart = Math.hypot(start.floor[0] - last.floor[0], start.floor[1] - last.floor[1]);
  return apart <= REACH.metres + (REACH.perSecond * between(last)) / 1_000;
}
