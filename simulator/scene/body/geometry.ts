import {
  Bone,
  BufferAttribute,
  BufferGeometry,
  Float32BufferAttribute,
  Uint16BufferAttribute,
} from 'three';
import { type DistanceField, limb } from './distance.ts';
import { alongArm, BONE_NAMES, type BoneName, JOINTS, PARENTS, type Vec3 } from './joints.ts';
import { type Build, bodyField, vestField } from './shape.ts';
import { surfaceNets } from './surface-nets.ts';

export type Garment = 'body' | 'vest';
export type Bones = Record<BoneName, Bone>;

/** The part of the body that follows a bone. */
interface Segment {
  readonly from: Vec3;
  readonly to: Vec3;
  readonly radius: number;
}

const RADII: readonly (readonly [prefix: string, radius: number])[] = [
  ['pelvis', 0.13],
  ['spine', 0.13],
  ['chest', 0.13],
  ['neck', 0.05],
  ['head', 0.08],
  ['upperArm', 0.05],
  ['foreArm', 0.045],
  ['hand', 0.035],
  ['thigh', 0.075],
  ['shin', 0.06],
  ['foot', 0.035],
];

function segmentEnd(bone: BoneName): Vec3 {
  const joint = JOINTS[bone];
  if (bone === 'pelvis') return [0, 1.06, 0];
  if (bone === 'chest') return [0, 1.42, -0.01];
  if (bone === 'head') return [0, 1.78, 0];
  if (bone.startsWith('hand')) return alongArm(joint, 0.16);
  if (bone.startsWith('foot')) return [joint[0], 0.04, 0.15];
  const child = BONE_NAMES.find((name) => PARENTS[name] === bone);
  return child ? JOINTS[child] : joint;
}

const SEGMENTS: readonly Segment[] = BONE_NAMES.map((bone) => ({
  from: JOINTS[bone],
  to: segmentEnd(bone),
  radius: RADII.find(([prefix]) => bone.startsWith(prefix))?.[1] ?? 0.05,
}));

/** Grid step of the surface in metres: about two pixels of a worker 200 pixels tall. */
const STEP = 0.0175;
const FAR = 9;

/** Distance from a point to a bone's segment, for the bones that may move that point. */
function boneDistance(index: number, [x, y, z]: Vec3, garment: Garment): number {
  const bone = BONE_NAMES[index]!;
  const sign = bone.endsWith('L') ? 1 : bone.endsWith('R') ? -1 : 0;
  if (sign * x < -0.012) return FAR;
  if (garment === 'vest' && /^(foreArm|hand|shin|foot|head|neck)/.test(bone)) return FAR;
  const { from, to, radius } = SEGMENTS[index]!;
  const stiff = garment === 'vest' && bone.startsWith('thigh') ? 0.05 : 0;
  return limb(x, y, z, from, to, radius, radius) + stiff;
}

/** The outward normal of the surface at a point. */
function surfaceNormal(field: DistanceField, x: number, y: number, z: number): Vec3 {
  const e = 0.004;
  const gx = field(x + e, y, z) - field(x - e, y, z);
  const gy = field(x, y + e, z) - field(x, y - e, z);
  const gz = field(x, y, z + e) - field(x, y, z - e);
  const length = Math.hypot(gx, gy, gz) || 1;
  return [gx / length, gy / length, gz / length];
}

/** Ambient occlusion of the surface: 1 in the open, less in folds. */
function openness(field: DistanceField, x: number, y: number, z: number, n: Vec3): number {
  let hidden = 0;
  for (const s of [0.02, 0.05, 0.1]) {
    hidden += Math.max(0, s - field(x + n[0] * s, y + n[1] * s, z + n[2] * s)) / s;
  }
  return Math.max(0.25, 1 - hidden * 0.36);
}

/** Builds the skinned surface of a body or of the vest over it. */
export function buildGeometry(build: Build, garment: Garment): BufferGeometry {
  const isVest = garment === 'vest';
  const field = isVest ? vestField(build) : bodyField(build);
  const { positions, indices } = isVest
    ? surfaceNets(field, [-0.3, 0.78, -0.28], [0.3, 1.56, 0.3], STEP)
    : surfaceNets(field, [-0.76, -0.03, -0.27], [0.76, 1.84, 0.29], STEP);
  const count = positions.length / 3;
  const skinIndex = new Uint16Array(count * 4);
  const skinWeight = new Float32Array(count * 4);
  const normals = new Float32Array(count * 3);
  const open = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const x = positions[i * 3]!;
    const y = positions[i * 3 + 1]!;
    const z = positions[i * 3 + 2]!;
    const normal = surfaceNormal(field, x, y, z);
    normals.set(normal, i * 3);
    open[i] = openness(field, x, y, z, normal);
    const nearest = SEGMENTS.map((_, bone) => ({
      bone,
      distance: boneDistance(bone, [x, y, z], garment),
    }))
      .sort((a, b) => a.distance - b.distance)
      .slice(0, 4);
    const closest = nearest[0]!.distance;
    const weights = nearest.map(({ distance }) => Math.exp((closest - distance) * 42));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    nearest.forEach(({ bone }, q) => {
      skinIndex[i * 4 + q] = bone;
      skinWeight[i * 4 + q] = weights[q]! / total;
    });
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new Float32BufferAttribute(positions, 3));
  geometry.setAttribute('rest', new Float32BufferAttribute(positions, 3));
  geometry.setAttribute('normal', new BufferAttribute(normals, 3));
  geometry.setAttribute('openness', new BufferAttribute(open, 1));
  geometry.setAttribute('skinIndex', new Uint16BufferAttribute(skinIndex, 4));
  geometry.setAttribute('skinWeight', new BufferAttribute(skinWeight, 4));
  geometry.setIndex(indices);
  return geometry;
}

/** A new set of bones in rest pose, in the order of the skin indexes. */
export function makeSkeleton(): { bones: Bones; ordered: Bone[] } {
  const entries = BONE_NAMES.map((name) => {
    const bone = new Bone();
    bone.name = name;
    return [name, bone] as const;
  });
  const bones = Object.fromEntries(entries) as Bones;
  for (const [name, bone] of entries) {
    const joint = JOINTS[name];
    const parent = PARENTS[name];
    const origin: Vec3 = parent ? JOINTS[parent] : [0, 0, 0];
    bone.position.set(joint[0] - origin[0], joint[1] - origin[1], joint[2] - origin[2]);
    if (parent) bones[parent].add(bone);
  }
  return { bones, ordered: entries.map(([, bone]) => bone) };
}
