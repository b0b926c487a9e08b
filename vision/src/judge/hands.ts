import type { Box, Point, Pose } from '@anshi/contracts';
import { ARM, distance, K, pointOf } from './body.ts';
import type { Sighting } from './evidence.ts';
import { insidePolygon } from './polygon.ts';

/** Parameters of the rule for hands; they stand in models/operation/hand-in-danger.yaml, too. */
export const HANDS = {
  /**
   * How far a hand reaches beyond the wrist, as a share of the forearm: the middle of the hand of
   * Drillis and Contini's body (hand 0.108 and forearm 0.146 of the stature).
   */
  beyondWrist: 0.4,
} as const;

const ARMS = [
  { shoulder: K.leftShoulder, elbow: K.leftElbow, wrist: K.leftWrist },
  { shoulder: K.rightShoulder, elbow: K.rightElbow, wrist: K.rightWrist },
] as const;

/**
 * Whether a hand of this person is in an outline drawn on the picture. Where the feet are says
 * nothing of it. A hand that is not seen is outside where the arm cannot reach in, else unknown.
 *
 * @param pose pixels of the outline; null where nobody looked.
 * @param box of the person, for the length of the arm.
 */
export function lookAtHands(pose: Pose | null, box: Box, polygon: readonly Point[]): Sighting {
  if (!pose) return canReach([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2], box, polygon, 1);
  let unknown = false;
  for (const { shoulder, elbow, wrist } of ARMS) {
    const at = pointOf(pose, wrist);
    const bend = pointOf(pose, elbow);
    if (at) {
      const hand = bend ? beyond(bend, at, HANDS.beyondWrist) : at;
      if (insidePolygon(at, polygon) || insidePolygon(hand, polygon)) return 'holds';
      continue;
    }
    const root = pointOf(pose, shoulder);
    if (!root || canReach(root, box, polygon, ARM) === 'unknown') unknown = true;
  }
  return unknown ? 'unknown' : 'gone';
}

/** `gone` where what is within reach of a point lies outside of the outline, else `unknown`. */
function canReach(
  from: Point,
  [left, top, right, bottom]: Box,
  polygon: readonly Point[],
  reach: number,
): Sighting {
  // The longer side is the stature of whoever stands, and of whoever lies.
  const stature = Math.max(bottom - top, right - left);
  if (insidePolygon(from, polygon)) return 'unknown';
  return distanceTo(polygon, from) > reach * stature ? 'gone' : 'unknown';
}

function beyond(from: Point, to: Point, share: number): Point {
  return [to[0] + share * (to[0] - from[0]), to[1] + share * (to[1] - from[1])];
}

/** Distance of a point from the edge of a polygon. */
function distanceTo(polygon: readonly Point[], point: Point): number {
  return Math.min(
    ...polygon.map((a, i) => {
      const b = polygon[(i + 1) % polygon.length]!;
      const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
      const along = ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / (dx * dx + dy * dy || 1);
      const share = Math.max(0, Math.min(1, along));
      return distance(point, [a[0] + share * dx, a[1] + share * dy]);
    }),
  );
}
