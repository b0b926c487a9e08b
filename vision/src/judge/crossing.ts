import type { Box, CrossingDirection, LineConfig, Point } from '@anshi/contracts';
import { boxArea, sharedArea } from '../boxes.ts';
import type { CrossingMemory } from './state.ts';

/** Parameters of line crossings; also in models/operation/line-crossing.yaml. */
export const LINE = {
  /** A person is clearly on a side beyond this share of their height, at least 2 pixels. */
  clear: 0.06,
  /** Two boxes with this share of the smaller one in common are not two people side by side. */
  sameBody: 0.6,
} as const;
/** Longest path kept near a line; for a person who stays there it is thinned out. */
const LONGEST_PATH = 64;

export interface Crossing {
  readonly direction: CrossingDirection;
  /** When the path crossed the line, ms. */
  readonly at: number;
  /** Times and distances to the line on the way over it, pixels, right positive; oldest first. */
  readonly trail: readonly (readonly [at: number, distance: number])[];
}

export function emptyCrossing(): CrossingMemory {
  return { kind: 'crossing', side: 0, path: [], pending: null, open: null };
}

/**
 * Follows one person's foot point past one line. A crossing is a change from clearly on one side to
 * clearly on the other by a path that intersects the line between its ends: moving to and fro on
 * the line gives none, a path around an end gives none.
 *
 * @param memory is modified.
 * @param height of the person's box, pixels.
 */
export function follow(
  memory: CrossingMemory,
  line: Pick<LineConfig, 'from' | 'to'>,
  foot: Point,
  height: number,
  at: number,
): Crossing | undefined {
  const distance = rightOf(line, foot);
  const clear = Math.max(2, LINE.clear * height);
  const side = distance >= clear ? 1 : distance <= -clear ? -1 : 0;
  const here = { at, foot };
  if (side === 0) {
    if (memory.side !== 0) {
      if (memory.path.length >= LONGEST_PATH) memory.path.splice(1, 1);
      memory.path.push(here);
    }
    return undefined;
  }
  const before = memory.side;
  const path = [...memory.path, here];
  memory.side = side;
  memory.path = [here];
  if (before === 0 || before === side) return undefined;
  let net = 0;
  let metAt = at;
  for (let i = 1; i < path.length; i++) {
    const passed = passes(line, path[i - 1]!.foot, path[i]!.foot);
    if (!passed) continue;
    net += passed.towards;
    metAt = path[i - 1]!.at + passed.share * (path[i]!.at - path[i - 1]!.at);
  }
  if (net === 0) return undefined;
  const direction = side === 1 ? 'left-to-right' : 'right-to-left';
  const trail = path.map((one) => [one.at, tenth(rightOf(line, one.foot))] as const);
  return { direction, at: Math.round(metAt), trail };
}

/**
 * Whether two crossings of a line in the same frame are one. Where people pass each other, the
 * model may detect one of them twice, together with the other: two tracks, one crossing.
 */
export function isSameBody(a: Box, b: Box): boolean {
  return sharedArea(a, b) >= LINE.sameBody * Math.min(boxArea(a), boxArea(b));
}

/** Signed distance, pixels: positive to the right of the direction from `from` to `to`. */
function rightOf({ from, to }: Pick<LineConfig, 'from' | 'to'>, [x, y]: Point): number {
  const dx = to[0] - from[0];
  const dy = to[1] - from[1];
  // y grows downwards: the right-hand normal of (dx, dy) is (-dy, dx).
  return ((x - from[0]) * -dy + (y - from[1]) * dx) / Math.hypot(dx, dy);
}

const tenth = (value: number): number => Math.round(10 * value) / 10;

/** Where a step intersects the line between its ends, and to which side. */
function passes(
  line: Pick<LineConfig, 'from' | 'to'>,
  a: Point,
  b: Point,
): { towards: 1 | -1; share: number } | undefined {
  const da = rightOf(line, a);
  const db = rightOf(line, b);
  if (da >= 0 === db >= 0) return undefined;
  const share = da / (da - db);
  const x = a[0] + share * (b[0] - a[0]);
  const y = a[1] + share * (b[1] - a[1]);
  const dx = line.to[0] - line.from[0];
  const dy = line.to[1] - line.from[1];
  const along = ((x - line.from[0]) * dx + (y - line.from[1]) * dy) / (dx * dx + dy * dy);
  if (along < 0 || along > 1) return undefined;
  return { towards: db >= 0 ? 1 : -1, share };
}
