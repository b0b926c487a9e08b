import { quantile } from '../result.ts';

/** A shown frame of the marked camera, in pixels of its picture. */
export interface MarkedFrame {
  /** The middle of the marker across the picture. */
  readonly marker: number;
  /** The middle of the drawn box of the person beside it; null where none is drawn. */
  readonly box: number | null;
}

/** How the marker moves, pixels of the picture. */
export interface Movement {
  readonly perFrame: number;
  /** Where it turns. */
  readonly from: number;
  readonly to: number;
}

/** Half a second at 15 frames a second. */
const FRAMES_AT_TURNS = 8;

/**
 * How far the box is from the person, in frames of movement, for each frame with a box outside the turns. A box is never exactly
 * around its person; what it is off by itself is the same in both directions, what it lags is not: half of the difference between
 * the directions' medians is lag, their mean is left out of each frame. Empty where the marker was not seen moving in both directions.
 */
export function skewInFrames(frames: readonly MarkedFrame[], movement: Movement): number[] {
  const margin = FRAMES_AT_TURNS * movement.perFrame;
  const moving = frames.flatMap(({ marker, box }, n) => {
    const step = marker - (frames[n - 1]?.marker ?? marker);
    const isApart = marker > movement.from + margin && marker < movement.to - margin;
    return box === null || step === 0 || !isApart ? [] : [{ off: box - marker, isRight: step > 0 }];
  });
  const median = (isRight: boolean) =>
    quantile(
      moving.filter((one) => one.isRight === isRight).map(({ off }) => off),
      0.5,
    );
  if (new Set(moving.map(({ isRight }) => isRight)).size < 2) return [];
  const own = (median(true) + median(false)) / 2;
  return moving.map(({ off }) => Math.abs(off - own) / movement.perFrame);
}

export interface WallRun {
  /** Cameras with people, frames a second of those of their tiles that were live, and how many were at rest: nobody was in sight. */
  readonly live: number;
  readonly tileFps: readonly number[];
  readonly rested: number;
  /** Expected number of tiles at rest, and stills per second of the tiles that were. */
  readonly resting: number;
  readonly stillFps: readonly number[];
  /** Of the page, ms. */
  readonly longTasks: readonly number[];
  /** Bytes of the page's heap after a collection, at the begin and at the end. */
  readonly heap: { readonly before: number; readonly after: number };
  readonly delays: readonly number[];
  readonly marked: readonly MarkedFrame[];
  /** Of the frames of the marked camera. */
  readonly skews: readonly number[];
  readonly labels: { readonly placed: number; readonly covered: number };
}

export interface WallTargets {
  readonly tileFps: number;
  readonly stillsPerSecond: number;
  readonly longTasks: number;
  readonly heapGrowth: number;
  readonly glassP95Ms: number;
  readonly skewFrames: number;
  readonly coveredLabels: number;
}

/** Growth of the heap, as a share. */
export const heapGrowth = ({ before, after }: WallRun['heap']): number =>
  before > 0 ? after / before - 1 : 0;

/** Frames of the marked camera that had a box, as a share. */
export const withBox = (marked: readonly MarkedFrame[]): number =>
  marked.length > 0 ? marked.filter(({ box }) => box !== null).length / marked.length : 0;

/** Fewer frames or boxes than this prove nothing. */
const LEAST_READ = 30;
const LEAST_WITH_BOX = 0.5;

/** Which targets a run missed, in words; none where it met all. */
export function wallMisses(run: WallRun, targets: WallTargets): string[] {
  const misses: string[] = [];
  const { live, tileFps, rested, resting, stillFps, longTasks } = run;
  const { heap, delays, marked, skews, labels } = run;
  if (tileFps.length + rested < live || tileFps.length === 0) {
    misses.push(`${tileFps.length} of ${live} tiles were live, ${rested} at rest`);
  }
  const slow = tileFps.filter((fps) => fps < targets.tileFps);
  if (slow.length > 0) {
    const worst = Math.min(...slow).toFixed(1);
    misses.push(
      `${slow.length} tiles below ${targets.tileFps} frames a second, the slowest ${worst}`,
    );
  }
  if (stillFps.length < resting) misses.push(`${stillFps.length} of ${resting} tiles were at rest`);
  const still = quantile(stillFps, 0.5);
  if (stillFps.length > 0 && still < targets.stillsPerSecond) {
    misses.push(`${still.toFixed(2)} stills a second, the target is ${targets.stillsPerSecond}`);
  }
  if (longTasks.length > targets.longTasks) {
    const most = Math.max(...longTasks).toFixed(0);
    misses.push(`${longTasks.length} tasks above 50 ms, the longest ${most} ms`);
  }
  const growth = heapGrowth(heap);
  if (growth > targets.heapGrowth) {
    misses.push(
      `the heap grew by ${(100 * growth).toFixed(1)} %, the target is ${100 * targets.heapGrowth} %`,
    );
  }
  const glass = quantile(delays, 0.95);
  if (delays.length < LEAST_READ) misses.push(`only ${delays.length} times could be read`);
  else if (glass > targets.glassP95Ms) {
    misses.push(`glass to glass ${glass} ms (p95), the target is ${targets.glassP95Ms} ms`);
  }
  const boxes = withBox(marked);
  if (boxes < LEAST_WITH_BOX || skews.length < LEAST_READ) {
    misses.push(
      `${(100 * boxes).toFixed(0)} % of ${marked.length} frames had a box, ${skews.length} could be compared`,
    );
  } else if (quantile(skews, 0.95) > targets.skewFrames) {
    const skew = quantile(skews, 0.95).toFixed(2);
    misses.push(`boxes ${skew} frames beside (p95), the target is ${targets.skewFrames}`);
  }
  if (labels.placed === 0) misses.push('no label was placed');
  if (labels.covered > targets.coveredLabels) {
    misses.push(`${labels.covered} of ${labels.placed} labels cover a label or a head`);
  }
  return misses;
}
