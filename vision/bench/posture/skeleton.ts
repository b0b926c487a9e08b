import { K, SHARES } from '../../src/judge/body.ts';
import type { Random } from './random.ts';

/*
 * A body in space: proportions of Drillis and Contini (see src/judge/body.ts) with the variation between people,
 * joints that bend in all directions, on a floor.
 */

/** Degrees; lengths in shares of the stature. Two numbers are left and right. */
export interface Stance {
  /** Of the pelvis from upright: forward, and to the right. */
  readonly pitch: number;
  readonly roll: number;
  /** Around the length of the body, to the left. */
  readonly twist: number;
  /** Of the back relative to the pelvis: forward, and to the right. */
  readonly bend: number;
  readonly side: number;
  /** Thighs relative to the pelvis: forward, and outward. */
  readonly thighs: readonly [number, number];
  readonly spread: readonly [number, number];
  readonly knees: readonly [number, number];
  /** Upper arms relative to the back: forward, and outward. */
  readonly arms: readonly [number, number];
  readonly wings: readonly [number, number];
  readonly elbows: readonly [number, number];
  readonly head: number;
  /** Height of the lowest part above the floor. */
  readonly lift: number;
  /** 1 where the feet stay in place, 0 where the hips do. */
  readonly footed: number;
}

export type Vector = readonly [x: number, y: number, z: number];

export const UPRIGHT: Stance = {
  pitch: 0,
  roll: 0,
  twist: 0,
  bend: 0,
  side: 0,
  thighs: [0, 0],
  spread: [4, 4],
  knees: [0, 0],
  arms: [0, 0],
  wings: [8, 8],
  elbows: [10, 10],
  head: 0,
  lift: 0,
  footed: 1,
};

/** Interpolates; 0.5 is half-way. */
export function blend(a: Stance, b: Stance, share: number): Stance {
  const mixed: Record<string, unknown> = {};
  for (const key of Object.keys(a) as (keyof Stance)[]) {
    const [from, to] = [a[key], b[key]];
    mixed[key] =
      typeof from === 'number'
        ? from + share * ((to as number) - from)
        : from.map((value, i) => value + share * ((to as readonly number[])[i]! - value));
  }
  return mixed as unknown as Stance;
}

/** The lengths of one person. */
export interface Build {
  readonly stature: number;
  readonly torso: number;
  readonly thigh: number;
  readonly shank: number;
  readonly arm: number;
  readonly shoulders: number;
  readonly hips: number;
}

export function someBuild(random: Random): Build {
  const about = (value: number, by = 0.05) => value * (1 + random.normal(by));
  return {
    stature: Math.max(1.45, Math.min(2, 1.7 + random.normal(0.1))),
    torso: about(SHARES.torso),
    thigh: about(SHARES.thigh),
    shank: about(SHARES.shank),
    arm: about(1),
    shoulders: about(0.115, 0.1),
    hips: about(0.08, 0.12),
  };
}

/** Parts of the body that rest on the floor have this thickness. */
const THICK = { trunk: 0.06, limb: 0.03, head: 0.05 };

/** The 17 joints and the crown of the head and the toes, shares of the stature; the hips are the origin. */
export interface Skeleton {
  readonly joints: readonly Vector[];
  readonly crown: Vector;
  readonly toes: readonly [Vector, Vector];
  /** Where the face points. */
  readonly face: Vector;
}

/** Builds a body on the floor at z = 0, facing along x; left is y. */
export function skeletonOf(stance: Stance, build: Build): Skeleton {
  const pelvis = chain(turnY(stance.pitch), turnX(stance.roll), turnZ(stance.twist));
  const back = chain(pelvis, turnY(stance.bend), turnX(stance.side));
  const neck = at([0, 0, 0], back, [0, 0, build.torso]);
  const skull = chain(back, turnY(stance.head));
  const middle = at(neck, skull, [0.01, 0, 0.1]);
  const joints: Vector[] = Array.from({ length: 17 }, () => [0, 0, 0]);
  joints[K.nose] = at(middle, skull, [0.06, 0, 0]);
  joints[K.leftEye] = at(middle, skull, [0.05, 0.018, 0.02]);
  joints[K.rightEye] = at(middle, skull, [0.05, -0.018, 0.02]);
  joints[K.leftEar] = at(middle, skull, [0, 0.042, 0.005]);
  joints[K.rightEar] = at(middle, skull, [0, -0.042, 0.005]);
  const toes: Vector[] = [];
  for (const side of [0, 1] as const) {
    const sign = side === 0 ? 1 : -1;
    const shoulder = at(neck, back, [0, sign * build.shoulders, 0]);
    const arm = chain(back, turnX(sign * stance.wings[side]), turnY(-stance.arms[side]));
    const elbow = at(shoulder, arm, [0, 0, -SHARES.upperArm * build.arm]);
    const forearm = chain(arm, turnY(-stance.elbows[side]));
    const hip = at([0, 0, 0], pelvis, [0, sign * build.hips, 0]);
    const thigh = chain(pelvis, turnX(sign * stance.spread[side]), turnY(-stance.thighs[side]));
    const knee = at(hip, thigh, [0, 0, -build.thigh]);
    const shank = chain(thigh, turnY(stance.knees[side]));
    const ankle = at(knee, shank, [0, 0, -build.shank]);
    joints[K.leftShoulder + side] = shoulder;
    joints[K.leftElbow + side] = elbow;
    joints[K.leftWrist + side] = at(elbow, forearm, [0, 0, -SHARES.forearm * build.arm]);
    joints[K.leftHip + side] = hip;
    joints[K.leftKnee + side] = knee;
    joints[K.leftAnkle + side] = ankle;
    toes.push(at(ankle, shank, [0.1, 0, -SHARES.ankleHeight]));
  }
  const crown = at(middle, skull, [0, 0, 0.07]);
  const raise = stance.lift - lowest(joints, crown, toes);
  const up = ([x, y, z]: Vector): Vector => [x, y, z + raise];
  return {
    joints: joints.map(up),
    crown: up(crown),
    toes: [up(toes[0]!), up(toes[1]!)],
    face: apply(skull, [1, 0, 0]),
  };
}

function lowest(joints: readonly Vector[], crown: Vector, toes: readonly Vector[]): number {
  let least = Math.min(crown[2] - THICK.head, ...toes.map(([, , z]) => z));
  joints.forEach(([, , z], i) => {
    const isTrunk =
      i === K.leftShoulder || i === K.rightShoulder || i === K.leftHip || i === K.rightHip;
    const isAnkle = i === K.leftAnkle || i === K.rightAnkle;
    const thick = isTrunk ? THICK.trunk : isAnkle ? SHARES.ankleHeight * 0.8 : THICK.limb;
    least = Math.min(least, z - thick);
  });
  return least;
}

type Matrix = readonly [Vector, Vector, Vector];

const rad = (degrees: number) => (degrees * Math.PI) / 180;

/** Leans what is up towards x. */
function turnY(degrees: number): Matrix {
  const [s, c] = [Math.sin(rad(degrees)), Math.cos(rad(degrees))];
  return [
    [c, 0, s],
    [0, 1, 0],
    [-s, 0, c],
  ];
}

/** Leans what is up towards the right. */
function turnX(degrees: number): Matrix {
  const [s, c] = [Math.sin(rad(degrees)), Math.cos(rad(degrees))];
  return [
    [1, 0, 0],
    [0, c, -s],
    [0, s, c],
  ];
}

export function turnZ(degrees: number): Matrix {
  const [s, c] = [Math.sin(rad(degrees)), Math.cos(rad(degrees))];
  return [
    [c, -s, 0],
    [s, c, 0],
    [0, 0, 1],
  ];
}

export function chain(...matrices: readonly Matrix[]): Matrix {
  return matrices.reduce((a, b) => {
    const cell = (i: number, j: number) =>
      a[i]![0]! * b[0]![j]! + a[i]![1]! * b[1]![j]! + a[i]![2]! * b[2]![j]!;
    const row = (i: number): Vector => [cell(i, 0), cell(i, 1), cell(i, 2)];
    return [row(0), row(1), row(2)];
  });
}

export function apply([a, b, c]: Matrix, [x, y, z]: Vector): Vector {
  return [
    a[0] * x + a[1] * y + a[2] * z,
    b[0] * x + b[1] * y + b[2] * z,
    c[0] * x + c[1] * y + c[2] * z,
  ];
}

function at(origin: Vector, matrix: Matrix, offset: Vector): Vector {
  const [x, y, z] = apply(matrix, offset);
  return [origin[0] + x, origin[1] + y, origin[2] + z];
}
