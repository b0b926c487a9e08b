import type { Point, Pose } from '@anshi/contracts';

/** Score threshold of a keypoint; as in the pose model's card. */
export const BELIEVED = 0.2;

/**
 * Lengths as shares of the stature: Drillis and Contini, "Body Segment Parameters" (1966), as in
 * Winter, "Biomechanics and Motor Control of Human Movement", fig. 4.1.
 */
export const SHARES = {
  /** Shoulder to hip. */
  torso: 0.818 - 0.53,
  thigh: 0.53 - 0.285,
  shank: 0.285 - 0.039,
  upperArm: 0.186,
  forearm: 0.146,
  hand: 0.108,
  ankleHeight: 0.039,
  /** Eye level above the ankles. */
  eyeToAnkle: 0.936 - 0.039,
  headHeight: 0.13,
} as const;
export const LEG = SHARES.thigh + SHARES.shank;
export const ARM = SHARES.upperArm + SHARES.forearm + SHARES.hand;

/** Indexes of COCO's keypoints. */
export const K = {
  nose: 0,
  leftEye: 1,
  rightEye: 2,
  leftEar: 3,
  rightEar: 4,
  leftShoulder: 5,
  rightShoulder: 6,
  leftElbow: 7,
  rightElbow: 8,
  leftWrist: 9,
  rightWrist: 10,
  leftHip: 11,
  rightHip: 12,
  leftKnee: 13,
  rightKnee: 14,
  leftAnkle: 15,
  rightAnkle: 16,
} as const;

/**
 * Measurements of a body in one picture, pixels; null where its keypoints are below the threshold.
 */
export interface Body {
  readonly shoulders: Point | null;
  readonly hips: Point | null;
  readonly knees: Point | null;
  readonly ankles: Point | null;
  /** Bounding box of all trusted keypoints. */
  readonly width: number;
  readonly height: number;
  /**
   * Angle between the line from hips to shoulders and the picture's vertical, degrees: 0 upright,
   * 180 head down.
   */
  readonly tilt: number | null;
  /** Shoulders to hips. */
  readonly torso: number | null;
  /** Hips to ankles, by way of the knees where they are visible. */
  readonly leg: number | null;
}

export function pointOf(pose: Pose, index: number): Point | null {
  const [x, y, score] = pose.keypoints[index]!;
  return score >= BELIEVED ? [x, y] : null;
}

/** The midpoint of a pair of keypoints; the visible one where there is only one. */
function middle(pose: Pose, left: number, right: number): Point | null {
  const [a, b] = [pointOf(pose, left), pointOf(pose, right)];
  return a && b ? [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] : (a ?? b);
}

/** Measures a body from a pose. */
export function bodyOf(pose: Pose): Body {
  const shoulders = middle(pose, K.leftShoulder, K.rightShoulder);
  const hips = middle(pose, K.leftHip, K.rightHip);
  const knees = middle(pose, K.leftKnee, K.rightKnee);
  const ankles = middle(pose, K.leftAnkle, K.rightAnkle);
  const seen = pose.keypoints.filter(([, , score]) => score >= BELIEVED);
  const extent = (axis: 0 | 1) => {
    const values = seen.map((point) => point[axis]);
    return values.length > 0 ? Math.max(...values) - Math.min(...values) : 0;
  };
  return {
    shoulders,
    hips,
    knees,
    ankles,
    width: extent(0),
    height: extent(1),
    tilt: shoulders && hips ? tiltOf(shoulders, hips) : null,
    torso: shoulders && hips ? distance(shoulders, hips) : null,
    leg: hips && ankles ? legLength(hips, knees, ankles) : null,
  };
}

/**
 * Angle of the line between two points from the picture's vertical, degrees; above 90 the upper one
 * is lower.
 */
export function tiltOf(upper: Point, lower: Point): number {
  const across = Math.abs(lower[0] - upper[0]);
  return (Math.atan2(across, lower[1] - upper[1]) * 180) / Math.PI;
}

function legLength(hips: Point, knees: Point | null, ankles: Point): number {
  return knees ? distance(hips, knees) + distance(knees, ankles) : distance(hips, ankles);
}

/**
 * Vertical extent of the legs as a share of their length: 1 standing straight, about 0.5 (the
 * shins) sitting on a chair, 0 lying across the picture. Null where the legs are not visible.
 */
export function legDrop({ hips, knees, ankles, leg }: Body): number | null {
  if (!hips) return null;
  if (ankles && leg) return (ankles[1] - hips[1]) / Math.max(1, leg);
  if (!knees) return null;
  return (knees[1] - hips[1]) / Math.max(1, distance(hips, knees));
}

/**
 * The stature of a person in pixels, from the visible parts: perspective only shortens them, so the
 * longest estimate is the best. Null where neither torso nor legs are visible.
 */
export function statureOf({ torso, leg, knees }: Body): number | null {
  if (torso === null) return null;
  // A leg without a knee may be bent.
  const byLeg = leg !== null && knees ? leg / LEG : 0;
  return Math.max(torso / SHARES.torso, byLeg);
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
