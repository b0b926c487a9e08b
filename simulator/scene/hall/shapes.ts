import {
  BoxGeometry,
  CanvasTexture,
  CylinderGeometry,
  Group,
  type Material,
  Mesh,
  type Object3D,
  PlaneGeometry,
  SRGBColorSpace,
} from 'three';
import { toWorld } from '../floor.ts';
import { seededRandom } from '../random.ts';
import type { FloorPoint } from '../types.ts';

/** Random numbers for building the hall: the same hall every time. */
export const chance = seededRandom(41);

/** A random element of a list. */
export const pick = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)]!;

/** Width (x), height (y) and depth (z) of a box, in the frame of its parent. */
export type Size = readonly [width: number, height: number, depth: number];
/** Centre of a shape in the frame of its parent: x right, y up, z towards the viewer. */
export type Place = readonly [x: number, y: number, z: number];

function add(parent: Object3D, mesh: Mesh, [x, y, z]: Place): Mesh {
  mesh.position.set(x, y, z);
  mesh.castShadow = true;
  mesh.receiveShadow = true;
  parent.add(mesh);
  return mesh;
}

/** Adds a box, rotated by `turn` about the vertical. */
export function box(parent: Object3D, size: Size, at: Place, material: Material, turn = 0): Mesh {
  const mesh = add(parent, new Mesh(new BoxGeometry(...size), material), at);
  mesh.rotation.y = turn;
  return mesh;
}

export type Axis = 'x' | 'y' | 'z';

/** Adds a cylinder along an axis; `topRadius` makes it a cone. */
export function cylinder(
  parent: Object3D,
  radius: number,
  length: number,
  at: Place,
  material: Material,
  axis: Axis = 'y',
  topRadius = radius,
): Mesh {
  const mesh = add(
    parent,
    new Mesh(new CylinderGeometry(topRadius, radius, length, 20), material),
    at,
  );
  if (axis === 'z') mesh.rotation.x = Math.PI / 2;
  if (axis === 'x') mesh.rotation.z = Math.PI / 2;
  return mesh;
}

/** A group on the floor, rotated so that its own +z side faces along `heading`. */
export function standing(parent: Object3D, at: FloorPoint, heading = -Math.PI / 2): Group {
  const group = new Group();
  group.position.copy(toWorld(at));
  group.rotation.y = heading + Math.PI / 2;
  parent.add(group);
  return group;
}

/** Paints a stripe on the floor. */
export function stripe(
  parent: Object3D,
  from: FloorPoint,
  to: FloorPoint,
  width: number,
  material: Material,
): Mesh {
  const dx = to[0] - from[0];
  const dy = to[1] - from[1];
  const mesh = new Mesh(new PlaneGeometry(Math.hypot(dx, dy), width), material);
  mesh.rotation.set(-Math.PI / 2, 0, Math.atan2(dy, dx));
  mesh.position.copy(toWorld([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]));
  mesh.position.y = 0.004 + chance() * 0.003;
  mesh.receiveShadow = true;
  parent.add(mesh);
  return mesh;
}

/** A texture drawn on a 2D canvas. */
export function drawnTexture(
  width: number,
  height: number,
  draw: (context: CanvasRenderingContext2D) => void,
): CanvasTexture {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no 2D canvas');
  draw(context);
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  texture.anisotropy = 8;
  return texture;
}
