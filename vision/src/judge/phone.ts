import type { Pose } from '@anshi/contracts';
import { bodyOf, distance, K, pointOf, SHARES, statureOf } from './body.ts';
import type { Sighting } from './evidence.ts';

/**
 * Parameters of the experimental phone rule; also in models/operation/phone-use.yaml. Proportions
 * of the body, not fitted: no labelled pictures were available.
 */
export const PHONE = {
  /** Wrist from the nearer ear, in head heights (a hand is 0.8 of them long). */
  wristToEar: 1.1,
  /** Elbow of a hand at the ear: bent by more than a right angle, degrees between the bones. */
  elbowAtEar: 80,
  /** Both wrists this near to each other, in head heights, … */
  wristsApart: 1.2,
  /** … the elbows bent to less than this, degrees, … */
  elbowAtChest: 120,
  /** … and the nose below the ears by this share of the head's height. */
  headBent: 0.15,
} as const;

const SIDES = [
  { ear: K.leftEar, shoulder: K.leftShoulder, elbow: K.leftElbow, wrist: K.leftWrist },
  { ear: K.rightEar, shoulder: K.rightShoulder, elbow: K.rightElbow, wrist: K.rightWrist },
] as const;

/** Whether a person holds a hand to an ear, or both hands before the chest with the head bent. */
export function judgePhone(pose: Pose | null): Sighting {
  if (!pose) return 'unknown';
  const body = bodyOf(pose);
  const stature = statureOf(body);
  if (stature === null || !body.shoulders || !body.hips) return 'unknown';
  const head = SHARES.headHeight * stature;
  const arms = SIDES.map((side) => ({
    ear: pointOf(pose, side.ear),
    wrist: pointOf(pose, side.wrist),
    bend: angleAt(pose, side.shoulder, side.elbow, side.wrist),
  }));
  const isAtEar = arms.some(
    ({ ear, wrist, bend }) =>
      ear !== null &&
      wrist !== null &&
      bend !== null &&
      bend <= PHONE.elbowAtEar &&
      distance(ear, wrist) <= PHONE.wristToEar * head,
  );
  if (isAtEar) return 'holds';
  const [left, right] = arms;
  if (!left?.wrist || !right?.wrist) return 'unknown';
  const before = [left.wrist, right.wrist].every(
    ([, y]) => y >= body.shoulders![1] && y <= body.hips![1],
  );
  const bent = arms.every(({ bend }) => bend !== null && bend <= PHONE.elbowAtChest);
  const together = distance(left.wrist, right.wrist) <= PHONE.wristsApart * head;
  const nose = pointOf(pose, K.nose);
  const ear = left.ear ?? right.ear;
  const isHeadBent = nose !== null && ear !== null && nose[1] - ear[1] >= PHONE.headBent * head;
  return before && bent && together && isHeadBent ? 'holds' : 'gone';
}

/** Angle between two bones in the picture, degrees. */
function angleAt(pose: Pose, from: number, joint: number, to: number): number | null {
  const [a, b, c] = [pointOf(pose, from), pointOf(pose, joint), pointOf(pose, to)];
  if (!a || !b || !c) return null;
  const [ux, uy, vx, vy] = [a[0] - b[0], a[1] - b[1], c[0] - b[0], c[1] - b[1]];
  const lengths = Math.hypot(ux, uy) * Math.hypot(vx, vy);
  if (lengths === 0) return null;
  return (Math.acos(Math.max(-1, Math.min(1, (ux * vx + uy * vy) / lengths))) * 180) / Math.PI;
}
