import type { Random } from './random.ts';
import { apply, type Build, type Skeleton, turnZ, type Vector } from './skeleton.ts';

/** A camera in a room, and where in its picture a person is. */
export interface View {
  readonly width: number;
  readonly height: number;
  /** Pixels. */
  readonly focal: number;
  /** Above the floor, metres. */
  readonly up: number;
  /** Downwards and to the side, degrees. */
  readonly tilt: number;
  readonly roll: number;
  /** Where the person begins, metres ahead and to the left of the camera. */
  readonly start: readonly [ahead: number, left: number];
}

export type Pixel = readonly [x: number, y: number];

const rad = (degrees: number) => (degrees * Math.PI) / 180;
/** Nearer than this to the camera nothing is seen, metres. */
const NEAREST = 0.4;

/** A view in which the person is 60 px high and more, and near the picture's edge now and then. */
export function someView(random: Random, build: Build): View {
  for (;;) {
    const [width, height] = random.pick([
      [640, 480],
      [640, 360],
      [1280, 720],
    ] as const);
    const focal = width / 2 / Math.tan(rad(random.between(45, 100) / 2));
    const tilt = random.between(0, 45);
    const up = random.chance(0.4) ? random.between(0.8, 2.2) : random.between(2, 5.5);
    const margin = random.chance(0.25) ? -0.05 : 0.15;
    const x = random.between(margin * width, (1 - margin) * width);
    const y = random.between(margin * height, (1 - margin) * height);
    // The ray through the hips meets their height.
    const [across, down] = [(x - width / 2) / focal, (y - height / 2) / focal];
    const [sin, cos] = [Math.sin(rad(tilt)), Math.cos(rad(tilt))];
    const ahead = cos - down * sin;
    const falls = sin + down * cos;
    const scale = (up - 0.53 * build.stature) / falls;
    const level = Math.abs(falls) < 0.03 || scale <= 0;
    const along = level ? random.between(2, 8) : scale;
    if (level && Math.abs(up - 0.53 * build.stature) > 0.6) continue;
    const place = [along * ahead, -along * across] as const;
    if (place[0] < 1.2 || place[0] > 16) continue;
    const view = { width, height, focal, up, tilt, roll: random.normal(2.5), start: place };
    const foot = project(view, [place[0], place[1], 0]);
    const head = project(view, [place[0], place[1], build.stature]);
    if (!foot || !head) continue;
    const seen = Math.hypot(foot[0] - head[0], foot[1] - head[1]);
    if (seen >= 60 && seen <= 1.1 * height) return view;
  }
}

/** Where a point of the room is seen; null behind the camera. */
export function project(view: View, [ahead, left, z]: Vector): Pixel | null {
  const [sin, cos] = [Math.sin(rad(view.tilt)), Math.cos(rad(view.tilt))];
  const depth = ahead * cos - (z - view.up) * sin;
  if (depth < NEAREST) return null;
  const x = (-left * view.focal) / depth;
  const y = ((-ahead * sin - (z - view.up) * cos) * view.focal) / depth;
  const [s, c] = [Math.sin(rad(view.roll)), Math.cos(rad(view.roll))];
  return [view.width / 2 + c * x - s * y, view.height / 2 + s * x + c * y];
}

/** A person as the camera sees them. */
export interface Seen {
  readonly joints: readonly (Pixel | null)[];
  /** Crown, toes: for the box. */
  readonly ends: readonly (Pixel | null)[];
  /** 1 where the face looks into the camera, -1 where it looks away. */
  readonly facing: number;
  /** Distance of each joint from the camera, metres. */
  readonly depths: readonly number[];
}

/** @param place metres ahead and to the left. @param yaw facing direction, degrees. */
export function projectBody(
  view: View,
  skeleton: Skeleton,
  build: Build,
  place: readonly [number, number],
  yaw: number,
): Seen {
  const turn = turnZ(yaw);
  const inRoom = (point: Vector): Vector => {
    const [x, y, z] = apply(turn, point);
    return [place[0] + build.stature * x, place[1] + build.stature * y, build.stature * z];
  };
  const joints = skeleton.joints.map(inRoom);
  const face = apply(turn, skeleton.face);
  const [hx, hy, hz] = inRoom(skeleton.crown);
  const away = Math.hypot(hx, hy, hz - view.up);
  return {
    joints: joints.map((joint) => project(view, joint)),
    ends: [skeleton.crown, ...skeleton.toes].map((end) => project(view, inRoom(end))),
    facing: -(face[0] * hx + face[1] * hy + face[2] * (hz - view.up)) / away,
    depths: joints.map(([x, y, z]) => Math.hypot(x, y, z - view.up)),
  };
}
