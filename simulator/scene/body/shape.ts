import { valueNoise } from '../random.ts';
import { type DistanceField, ellipsoid, limb, smoothUnion } from './distance.ts';
import { alongArm, JOINTS, type Vec3 } from './joints.ts';

/** Variation between bodies: added girth and looseness of the clothes, in metres. */
export interface Build {
  readonly girth: number;
  readonly loose: number;
}

const { abs, exp, hypot, max, min } = Math;

function torso(x: number, y: number, z: number, girth: number): number {
  const g = girth;
  let d = ellipsoid(x, y, z, [0, 1.3, -0.005], [0.172 + g * 0.5, 0.2, 0.122 + g * 0.6]);
  const belly: Vec3 = [0.158 + g, 0.2, 0.118 + g * 1.1];
  d = smoothUnion(d, ellipsoid(x, y, z, [0, 1.1, 0.01 + g * 0.3], belly), 0.1);
  const hips: Vec3 = [0.172 + g * 0.6, 0.135, 0.132 + g * 0.5];
  d = smoothUnion(d, ellipsoid(x, y, z, [0, 0.955, -0.012], hips), 0.08);
  d = smoothUnion(
    d,
    limb(x, y, z, [-0.155, 1.425, -0.015], [0.155, 1.425, -0.015], 0.068, 0.068),
    0.07,
  );
  return smoothUnion(d, limb(x, y, z, [0, 1.42, -0.02], [0, 1.5, -0.012], 0.085, 0.062), 0.06);
}

function arms(x: number, y: number, z: number, loose: number): number {
  const left = x > 0;
  const shoulder = left ? JOINTS.upperArmL : JOINTS.upperArmR;
  const elbow = left ? JOINTS.foreArmL : JOINTS.foreArmR;
  const wrist = left ? JOINTS.handL : JOINTS.handR;
  const upper = limb(x, y, z, shoulder, elbow, 0.066 + loose * 0.5, 0.05 + loose * 0.5);
  const lower = limb(x, y, z, elbow, wrist, 0.051 + loose * 0.5, 0.041 + loose * 0.6);
  return smoothUnion(upper, lower, 0.02);
}

function hands(x: number, y: number, z: number): number {
  const wrist = x > 0 ? JOINTS.handL : JOINTS.handR;
  const palm = alongArm(wrist, 0.04);
  const thumbTip = alongArm(wrist, 0.1);
  let d = limb(x, y, z, wrist, palm, 0.027, 0.03, 0.8);
  d = smoothUnion(
    d,
    limb(x, y, z, alongArm(wrist, 0.05), alongArm(wrist, 0.135), 0.04, 0.024, 0.55),
    0.03,
  );
  const thumb = limb(
    x,
    y,
    z,
    [palm[0], palm[1], palm[2] + 0.025],
    [thumbTip[0], thumbTip[1], thumbTip[2] + 0.05],
    0.016,
    0.013,
  );
  return smoothUnion(d, thumb, 0.012);
}

function legs(x: number, y: number, z: number, { girth, loose }: Build): number {
  const left = x > 0;
  const hip = left ? JOINTS.thighL : JOINTS.thighR;
  const knee = left ? JOINTS.shinL : JOINTS.shinR;
  const ankle = left ? JOINTS.footL : JOINTS.footR;
  let d = limb(x, y, z, hip, knee, 0.094 + loose * 0.5 + girth * 0.4, 0.068 + loose * 0.6);
  d = smoothUnion(d, limb(x, y, z, knee, ankle, 0.066 + loose * 0.7, 0.06 + loose), 0.03);
  d = smoothUnion(d, ellipsoid(x, y, z, [ankle[0], 0.37, -0.022], [0.062, 0.13, 0.066]), 0.03);
  return max(d, 0.065 - y);
}

function shoes(x: number, y: number, z: number): number {
  const s = x > 0 ? 1 : -1;
  const c = 0.1 * s;
  const heel = limb(x, y, z, [c, 0.1, -0.015], [c, 0.06, -0.02], 0.05, 0.052);
  const sole = limb(x, y, z, [c, 0.05, -0.035], [c + 0.012 * s, 0.042, 0.15], 0.05, 0.046);
  return max(smoothUnion(heel, sole, 0.04), -y);
}

function head(x: number, y: number, z: number): number {
  let d = ellipsoid(x, y, z, [0, 1.672, -0.004], [0.077, 0.108, 0.098]);
  d = smoothUnion(d, ellipsoid(x, y, z, [0, 1.61, 0.03], [0.058, 0.072, 0.065]), 0.04);
  d = smoothUnion(d, limb(x, y, z, [0, 1.45, -0.02], [0, 1.59, -0.005], 0.06, 0.056), 0.03);
  d = smoothUnion(d, limb(x, y, z, [0, 1.665, 0.088], [0, 1.635, 0.108], 0.009, 0.014), 0.014);
  const ear = ellipsoid(abs(x), y, z, [0.078, 1.645, -0.005], [0.011, 0.032, 0.02]);
  return smoothUnion(d, ear, 0.01);
}

/** Creases in the cloth, strongest at the knees, the ankles and the waist. */
function creases(x: number, y: number, z: number): number {
  const bump = (at: number, width: number): number => exp(-((y - at) ** 2) / width);
  const joints = bump(0.5, 0.012) + bump(0.12, 0.006) + bump(0.93, 0.01);
  const depth = 0.004 + 0.006 * joints + (abs(x) > 0.22 ? 0.004 : 0);
  const coarse = valueNoise(x * 14 + 3, y * 26, z * 14);
  return depth * (coarse + 0.6 * valueNoise(x * 30, y * 48, z * 30 + 7));
}

/** The dressed body, without vest and helmet. */
export function bodyField(build: Build): DistanceField {
  const { girth, loose } = build;
  const hipRadii: Vec3 = [0.166 + girth * 0.6, 0.13, 0.128 + girth * 0.5];
  return (x, y, z) => {
    const upper = torso(x, y, z, girth) - 0.012 - loose * 0.4;
    let d = max(smoothUnion(upper, arms(x, y, z, loose) - 0.004, 0.045), 0.865 - y);
    if (d < 0.09) d += creases(x, y, z);
    let trousers = legs(x, y, z, build);
    if (trousers < 0.09) trousers += creases(x, y, z) * 0.9;
    trousers = smoothUnion(trousers, ellipsoid(x, y, z, [0, 0.945, -0.012], hipRadii), 0.05);
    d = min(d, trousers, shoes(x, y, z));
    if (y > 1.38) d = smoothUnion(d, head(x, y, z), 0.008);
    if (abs(x) > 0.4) d = min(d, hands(x, y, z));
    return d;
  };
}

/** A sleeveless high-visibility vest over the same body, open at arms and neck. */
export function vestField({ girth, loose }: Build): DistanceField {
  return (x, y, z) => {
    const ax = abs(x);
    let cloth = smoothUnion(torso(x, y, z, girth), arms(x, y, z, loose) + 0.02, 0.03);
    cloth += 0.5 * creases(x, y, z) + 0.008 * valueNoise(x * 7, y * 5, z * 7 + 2);
    cloth -= 0.034 + loose * 0.4;
    const armHole = hypot((ax - 0.222) * 1.15, (y - 1.36) * 0.8) - 0.085;
    const neckHole = hypot(x * 1.25, y - 1.515) - 0.125;
    const d = max(cloth, -armHole, -neckHole, 0.8 - y, y - 1.53, ax - 0.205);
    if (z <= 0 || y <= 1.26) return d;
    return max(d, -(ax + (1.26 - y) * 0.42) * 0.9);
  };
}
