import type { Box, Point, Pose } from '@anshi/contracts';
import { K, SHARES } from './body.ts';

/*
 * Stick figures for the tests of pose rules: a body with the proportions of Drillis and Contini
 * (see body.ts), its joints bent in the plane that it faces, seen by a distant camera.
 */

/** Degrees. Torso from straight up, legs from straight down; positive: in the facing direction. */
export interface Posture {
  readonly torso: number;
  readonly thighs: readonly [left: number, right: number];
  readonly shanks: readonly [left: number, right: number];
  /** From hanging down along the torso; the forearms relative to the upper arms. */
  readonly upperArms?: readonly [left: number, right: number];
  readonly forearms?: readonly [left: number, right: number];
  /** Forward tilt of the head. */
  readonly head?: number;
  /** Height of the lowest joint above the floor, shares of the stature. */
  readonly lift?: number;
}

const both = (angle: number): readonly [number, number] => [angle, angle];

export const POSTURES = {
  standing: { torso: 0, thighs: both(0), shanks: both(0) },
  walking: { torso: 3, thighs: [25, -20], shanks: [5, -35] },
  running: { torso: 12, thighs: [45, -20], shanks: [0, -75] },
  sittingOnChair: { torso: 0, thighs: both(90), shanks: both(0) },
  leaningOnChair: { torso: 25, thighs: both(88), shanks: both(-5) },
  reachingDownFromChair: { torso: 85, thighs: both(88), shanks: both(0) },
  bending: { torso: 90, thighs: both(-8), shanks: both(0) },
  squatting: { torso: 30, thighs: both(105), shanks: both(-35) },
  kneeling: { torso: 0, thighs: both(0), shanks: both(-90) },
  sittingOnFloor: { torso: -5, thighs: both(88), shanks: both(88) },
  stepping: { torso: 5, thighs: [100, 0], shanks: [40, 0] },
  lying: { torso: 90, thighs: both(-90), shanks: both(-90) },
  lyingKneesUp: { torso: 88, thighs: both(-125), shanks: both(-50) },
  lyingOnBack: { torso: -90, thighs: both(90), shanks: both(90) },
  lyingCurled: { torso: 90, thighs: [-75, -60], shanks: [-110, -120] },
} as const satisfies Record<string, Posture>;

export interface View {
  /** Pixel height of a standing body, seen level. */
  readonly stature: number;
  /** The midpoint of the feet, standing, pixels. */
  readonly foot: Point;
  /** Facing direction, degrees: 0 to the right of the picture, 90 into the camera. */
  readonly turn?: number;
  /** Downward tilt of the camera, degrees. */
  readonly pitch?: number;
  readonly score?: number;
  /** Pixel noise of keypoint i. */
  readonly noise?: (i: number) => Point;
}

type Place = readonly [forward: number, left: number, up: number];

/** The keypoints of a figure, as from the pose model. */
export function figure(posture: Posture, view: View): Pose {
  const { stature, foot, turn = 0, pitch = 0, score = 0.8 } = view;
  const joints = jointsOf(posture);
  const lowest = Math.min(...joints.map(([, , up]) => up));
  const raise = SHARES.ankleHeight + (posture.lift ?? 0) - lowest;
  const [sin, cos] = [Math.sin(rad(turn)), Math.cos(rad(turn))];
  const keypoints = joints.map(([forward, left, up], i): [number, number, number] => {
    // Right in the picture, and towards the camera.
    const right = forward * cos + left * sin;
    const near = forward * sin - left * cos;
    const down = near * Math.sin(rad(pitch)) - (up + raise) * Math.cos(rad(pitch));
    const [dx, dy] = view.noise?.(i) ?? [0, 0];
    return [foot[0] + stature * right + dx, foot[1] + stature * down + dy, score];
  });
  return { score, keypoints };
}

/** The box that a detector would draw around a pose. */
export function boxAround({ keypoints }: Pose): Box {
  const xs = keypoints.map(([x]) => x);
  const ys = keypoints.map(([, y]) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [right, bottom] = [Math.max(...xs), Math.max(...ys)];
  const margin = 0.06 * Math.max(right - left, bottom - top);
  return [left - margin, top - margin, right + margin, bottom + margin];
}

/** Interpolates between two postures; 0.5 is halfway. */
export function between(a: Posture, b: Posture, share: number): Posture {
  const mix = (x: number, y: number) => x + share * (y - x);
  const pair = (x: readonly [number, number], y: readonly [number, number]) =>
    [mix(x[0], y[0]), mix(x[1], y[1])] as const;
  return {
    torso: mix(a.torso, b.torso),
    thighs: pair(a.thighs, b.thighs),
    shanks: pair(a.shanks, b.shanks),
    upperArms: pair(a.upperArms ?? [0, 0], b.upperArms ?? [0, 0]),
    forearms: pair(a.forearms ?? [0, 0], b.forearms ?? [0, 0]),
    head: mix(a.head ?? 0, b.head ?? 0),
    lift: mix(a.lift ?? 0, b.lift ?? 0),
  };
}

/** The joints in the order of the keypoints, shares of the stature; the hips are the origin. */
function jointsOf(posture: Posture): Place[] {
  const { torso, thighs, shanks, upperArms = both(0), forearms = both(0), head = 0 } = posture;
  const joints: Place[] = Array.from({ length: 17 }, () => [0, 0, 0]);
  const up = direction(torso);
  const neck = add([0, 0, 0], up, SHARES.torso);
  const face = direction(torso + head);
  const ahead = direction(torso + head + 90);
  const middle = add(neck, face, 0.1);
  joints[K.nose] = add(middle, ahead, 0.06);
  const eyes = add(add(middle, ahead, 0.05), face, 0.018);
  joints[K.leftEye] = aside(eyes, 0.018);
  joints[K.rightEye] = aside(eyes, -0.018);
  joints[K.leftEar] = aside(middle, 0.04);
  joints[K.rightEar] = aside(middle, -0.04);
  for (const side of [0, 1] as const) {
    const sign = side === 0 ? 1 : -1;
    const shoulder = aside(neck, sign * 0.129);
    const elbow = add(shoulder, direction(torso + 180 - upperArms[side]), SHARES.upperArm);
    const bend = upperArms[side] + forearms[side];
    const hip = aside([0, 0, 0], sign * 0.0955);
    const knee = add(hip, direction(180 - thighs[side]), SHARES.thigh);
    joints[K.leftShoulder + side] = shoulder;
    joints[K.leftElbow + side] = elbow;
    joints[K.leftWrist + side] = add(elbow, direction(torso + 180 - bend), SHARES.forearm);
    joints[K.leftHip + side] = hip;
    joints[K.leftKnee + side] = knee;
    joints[K.leftAnkle + side] = add(knee, direction(180 - shanks[side]), SHARES.shank);
  }
  return joints;
}

const rad = (degrees: number) => (degrees * Math.PI) / 180;
/** Rotates from straight up towards the front. */
const direction = (angle: number): Place => [Math.sin(rad(angle)), 0, Math.cos(rad(angle))];
const add = (a: Place, b: Place, by: number): Place => [
  a[0] + by * b[0],
  a[1] + by * b[1],
  a[2] + by * b[2],
];
const aside = ([forward, left, up]: Place, by: number): Place => [forward, left + by, up];
