import { Quaternion, Vector3 } from 'three';
import type { Act } from '../types.ts';
import type { Bones } from './geometry.ts';
import { ARM_ANGLE, SIDES, type Side, sideSign } from './joints.ts';

/** The state of a worker's movement for one pose. */
export interface Moment {
  /** Steps taken, in cycles of two steps. */
  readonly phase: number;
  /** 1 walking, 0 standing. */
  readonly walking: number;
  /** Metres covered in one cycle, for a body of rest height. */
  readonly stride: number;
  /** Seconds. */
  readonly time: number;
  /** Length of the clip: idle movements repeat after it, so that the loop has no seam. */
  readonly period: number;
  readonly act: Act;
  /** Random offset, so that workers with the same act move differently. */
  readonly seed: number;
}

const { cos, max, min, sin } = Math;
const TURN = Math.PI * 2;
const THIGH = 0.42;
const SHIN = 0.42;
/** Share of the cycle in which a foot is on the floor (stance phase). */
const STANCE = 0.61;

/**
 * Sets the bones for a moment: a walk with planted feet by two-bone inverse kinematics, arms by
 * act.
 */
export function pose(bones: Bones, moment: Moment): void {
  poseTrunk(bones, moment);
  for (const side of SIDES) {
    poseLeg(bones, side, moment);
    poseArm(bones, side, moment);
  }
}

/** A slow sway near `rate` radians per second with the clip's period. */
function sway(moment: Moment, rate: number, offset: number): number {
  const cycles = max(1, Math.round((rate * moment.period) / TURN));
  return sin((TURN * cycles * moment.time) / moment.period + offset);
}

function poseTrunk(bones: Bones, moment: Moment): void {
  const { phase, walking: w, seed } = moment;
  const bob = 0.022 * w * cos(2 * TURN * (phase - 0.07));
  bones.pelvis.position.set(0.018 * w * sin(TURN * phase), 0.932 - 0.014 * w - bob, 0);
  const bend = moment.act === 'work' ? 1 - w : 0;
  const twist = cos(TURN * phase);
  const idle = 0.06 * sway(moment, 0.35, seed) * (1 - w);
  bones.spine.rotation.set(
    0.04 + 0.02 * w + 0.12 * bend,
    0.1 * w * twist,
    0.02 * w * sin(TURN * phase),
  );
  bones.chest.rotation.set(0.03 + 0.01 * sway(moment, 1.7, seed), 0.07 * w * twist + idle, 0);
  bones.neck.rotation.set(0.05, -0.05 * w * twist, 0);
  bones.head.rotation.set(
    -0.06 + 0.06 * sway(moment, 0.5, seed * 3) + 0.22 * bend,
    0.22 * sway(moment, 0.43, seed * 5),
    0,
  );
}

/** Position of the ankle in the cycle: forward, up, and the pitch of the foot. */
function anklePath(phase: number, stride: number): { z: number; y: number; pitch: number } {
  const p = ((phase % 1) + 1) % 1;
  const half = (stride * STANCE) / 2;
  if (p < STANCE) {
    const u = p / STANCE;
    const heelStrike = max(0, 1 - u / 0.16);
    const toeOff = max(0, (u - 0.62) / 0.38);
    const pitch = 0.75 * toeOff * toeOff - 0.32 * heelStrike * heelStrike;
    return { z: half - u * stride * STANCE, y: 0.085, pitch };
  }
  const u = (p - STANCE) / (1 - STANCE);
  const eased = u * u * (3 - 2 * u);
  return {
    z: -half + eased * stride * STANCE,
    y: 0.085 + 0.055 * sin(Math.PI * u) ** 1.2,
    pitch: 0.75 * (1 - u) ** 2 * (1 - 0.2 * u) - 0.32 * u * u,
  };
}

function poseLeg(bones: Bones, side: Side, moment: Moment): void {
  const { walking: w } = moment;
  const sign = sideSign(side);
  const ankle = anklePath(moment.phase + (side === 'L' ? 0 : 0.5), moment.stride);
  const pitch = ankle.pitch * w;
  let z = ankle.z * w;
  let y = 0.085 + (ankle.y - 0.085) * w;
  if (pitch > 0) {
    y += 0.15 * sin(pitch);
    z += 0.13 * (1 - cos(pitch));
  } else {
    y -= 0.03 * sin(pitch);
  }
  const drop = y - (bones.pelvis.position.y - 0.025);
  const reach = min(Math.hypot(z, drop), THIGH + SHIN - 0.004);
  const swing = Math.atan2(z, -drop);
  const atHip = Math.acos((THIGH ** 2 + reach ** 2 - SHIN ** 2) / (2 * THIGH * reach));
  const knee = Math.PI - Math.acos((THIGH ** 2 + SHIN ** 2 - reach ** 2) / (2 * THIGH * SHIN));
  bones[`thigh${side}`].rotation.set(-(swing + atHip), 0, sign * (0.02 - 0.03 * w));
  bones[`shin${side}`].rotation.set(knee, 0, 0);
  bones[`foot${side}`].rotation.set(pitch + swing + atHip - knee, sign * 0.1, 0);
}

function poseArm(bones: Bones, side: Side, moment: Moment): void {
  const { walking: w, seed } = moment;
  const offset = side === 'L' ? 0 : 0.5;
  const c = cos(TURN * (moment.phase + offset));
  let swing = -0.05 - 0.42 * w * c;
  let elbow = 0.22 + 0.25 * w * max(0, -c) + 0.1 * w;
  let spread = 0.13;
  let inward = 0.05;
  if (moment.act === 'work' && w < 1) {
    const k = 1 - w;
    swing = swing * w + k * (0.5 + 0.12 * sway(moment, 1.3, offset * 5 + seed));
    elbow = elbow * w + k * (1.05 + 0.18 * sway(moment, 1.9, offset * 9));
    inward += 0.15 * k;
    spread = 0.16;
  } else if (moment.act === 'carry') {
    swing = 0.35 + 0.03 * c;
    elbow = 1.15;
    inward = 0.12;
    spread = 0.12;
  }
  const sign = sideSign(side);
  const rest = new Vector3(sign * sin(ARM_ANGLE), -cos(ARM_ANGLE), 0);
  const upper = new Vector3(
    sign * sin(spread),
    -cos(spread) * cos(swing),
    cos(spread) * sin(swing),
  );
  const lower = new Vector3(
    sign * sin(spread * 0.4 - inward),
    -cos(swing + elbow),
    sin(swing + elbow),
  );
  const upperArm = bones[`upperArm${side}`];
  upperArm.quaternion.setFromUnitVectors(rest, upper.normalize());
  const back = new Quaternion().copy(upperArm.quaternion).invert();
  bones[`foreArm${side}`].quaternion.setFromUnitVectors(
    rest,
    lower.normalize().applyQuaternion(back),
  );
}
