import type { Box, Point, Pose } from '@anshi/contracts';
import { ARM, distance, K, pointOf } from './body.ts';
import type { Sighting } from './evidence.ts';
import { insidePolygon } from './polygon.ts';

/** Parameters of the hands rule; also in models/operation/hand-in-danger.yaml. */
export const HANDS = {
  /**
   * Extent of the hand beyond the wrist, as a share of the forearm: the middle of the hand in the
   * proportions of Drillis and Contini (hand 0.108 and forearm 0.146 of the stature).
   */
  beyondWrist: 0.4,
} as const;

const ARMS = [
  { shoulder: K.leftShoulder, elbow: K.leftElbow, wrist: K.leftWrist },
  { shoulder: K.rightShoulder, elbow: K.rightElbow, wrist: K.rightWrist },
] as const;

/**
 * Whether a hand of this person is in a zone of the picture, regardless of the feet. A hidden hand
 * is outside where the arm cannot reach in, else unknown.
 *
 * @param pose pixels of the zone; null without a pose.
 * @param box of the person, for the arm length.
 */
export function judgeHands(pose: Pose | null, box: Box, polygon: readonly Point[]): Sighting {
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

/** `gone` where the reach from a point lies outside of the zone, else `unknown`. */
function canReach(
  from: Point,
  [left, top, right, bottom]: Box,
  polygon: readonly Point[],
  reach: number,
): Sighting {
  // The longer side approximates the stature, standing or lying.
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
