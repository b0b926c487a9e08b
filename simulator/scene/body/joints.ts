/** The rest pose of the human figure: joints in metres for a height of 1.78 m, arms spread (A-pose). */

export type Vec3 = readonly [x: number, y: number, z: number];
export type Side = 'L' | 'R';
export type BoneName =
  | 'pelvis'
  | 'spine'
  | 'chest'
  | 'neck'
  | 'head'
  | `${'upperArm' | 'foreArm' | 'hand' | 'thigh' | 'shin' | 'foot'}${Side}`;

export const REST_HEIGHT = 1.78;
/** Angle of the resting arm from straight down, radians. */
export const ARM_ANGLE = 0.8;
export const SHOULDER: readonly [number, number] = [0.178, 1.425];
export const UPPER_ARM = 0.285;
export const FORE_ARM = 0.26;
export const SIDES: readonly Side[] = ['L', 'R'];

/** +1 for the left side, -1 for the right. */
export const sideSign = (side: Side): 1 | -1 => (side === 'L' ? 1 : -1);

/** A point `distance` metres further along the resting arm. */
export function alongArm(joint: Vec3, distance: number): Vec3 {
  const sign = joint[0] > 0 ? 1 : -1;
  return [
    joint[0] + sign * Math.sin(ARM_ANGLE) * distance,
    joint[1] - Math.cos(ARM_ANGLE) * distance,
    joint[2],
  ];
}

function restJoints(): Record<BoneName, Vec3> {
  const limbs = (s: 1 | -1) => {
    const shoulder: Vec3 = [s * SHOULDER[0], SHOULDER[1], -0.01];
    const wrist = alongArm(shoulder, UPPER_ARM + FORE_ARM);
    return {
      shoulder,
      elbow: alongArm(shoulder, UPPER_ARM),
      wrist: [wrist[0], wrist[1], -0.005] as Vec3,
      hip: [s * 0.096, 0.925, 0] as Vec3,
      knee: [s * 0.1, 0.505, 0.004] as Vec3,
      ankle: [s * 0.1, 0.085, -0.01] as Vec3,
    };
  };
  const left = limbs(1);
  const right = limbs(-1);
  return {
    pelvis: [0, 0.95, 0],
    spine: [0, 1.08, -0.005],
    chest: [0, 1.24, -0.005],
    neck: [0, 1.475, -0.01],
    head: [0, 1.565, 0.005],
    upperArmL: left.shoulder,
    foreArmL: left.elbow,
    handL: left.wrist,
    thighL: left.hip,
    shinL: left.knee,
    footL: left.ankle,
    upperArmR: right.shoulder,
    foreArmR: right.elbow,
    handR: right.wrist,
    thighR: right.hip,
    shinR: right.knee,
    footR: right.ankle,
  };
}

export const JOINTS: Readonly<Record<BoneName, Vec3>> = restJoints();
export const BONE_NAMES = Object.keys(JOINTS) as BoneName[];

/** The parent of each bone; the pelvis has none. */
export const PARENTS: Readonly<Partial<Record<BoneName, BoneName>>> = {
  spine: 'pelvis',
  chest: 'spine',
  neck: 'chest',
  head: 'neck',
  upperArmL: 'chest',
  foreArmL: 'upperArmL',
  handL: 'foreArmL',
  thighL: 'pelvis',
  shinL: 'thighL',
  footL: 'shinL',
  upperArmR: 'chest',
  foreArmR: 'upperArmR',
  handR: 'foreArmR',
  thighR: 'pelvis',
  shinR: 'thighR',
  footR: 'shinR',
};
